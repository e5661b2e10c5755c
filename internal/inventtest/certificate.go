package inventtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"
)

// CA is a certificate authority made for a test.
type CA struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewCA makes an authority. Its own certificate is valid for years around now, or around the clock of a synctest
// bubble.
func NewCA(t testing.TB) *CA {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &CA{key: key, certificate: &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Test CA"},
		NotBefore:             time.Now().AddDate(-9, 0, 0),
		NotAfter:              time.Now().AddDate(9, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}}
	ca.certificate = ca.sign(t, ca.certificate)
	return ca
}

// PEM returns the authority's certificate as ca_cert_pem takes it.
func (ca *CA) PEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.certificate.Raw}))
}

// Pool returns a pool with the authority alone.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.certificate)
	return pool
}

// IssueFor returns a certificate for 127.0.0.1 that is valid in this time alone. Its key is the authority's.
func (ca *CA) IssueFor(t testing.TB, from, until time.Time) tls.Certificate {
	t.Helper()
	leaf := ca.sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2),
		NotBefore:    from,
		NotAfter:     until,
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	})
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: ca.key, Leaf: leaf}
}

func (ca *CA) sign(t testing.TB, template *x509.Certificate) *x509.Certificate {
	t.Helper()
	document, err := x509.CreateCertificate(rand.Reader, template, ca.certificate, &ca.key.PublicKey, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(document)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// ServerTLS is the configuration of a server that has this certificate.
func ServerTLS(certificate tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
}
