package provider_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// What a user is told to do. {subject} is what was asked for.
const (
	todoProxy       = "Check the proxy's address and credentials in HTTPS_PROXY, or except the API's host from it in NO_PROXY."
	todoNetwork     = "Check base_url, the network and the proxy variables (HTTPS_PROXY, NO_PROXY); a slow answer needs a longer request_timeout."
	todoCertificate = "If a proxy signs its own certificates, give the provider its authority in ca_cert_pem. Otherwise check base_url."
	todoArguments   = "Check base_url, org_id and the other arguments. If they are right, run Terraform again later."
	todoKey         = "The API key is wrong, or may not use this endpoint or {subject}. Check api_key or INVENT_API_KEY, and org_id."
	todoIDs         = "The API knows no {subject}, or the key may not see it. Check the ids, and base_url."
	todoRate        = "The documented limit is 500 requests a minute for each IP address, which machines behind one address share. Run Terraform again later, or raise max_retries."
	todoWait        = "Run Terraform again later. The documented limit is 500 requests a minute for each IP address, which machines behind one address share."
	todoTrouble     = "The service has trouble. Run Terraform again later, or raise max_retries."
	todoTime        = "Give the data source more time in timeouts.read, or let it retry less by the provider's max_retries."
	todoChanging    = "Run Terraform again when nobody is adding or removing assistants. Taking such a list could leave some of them out."
	todoAnswer      = "Nothing of the answer is used: a list that silently lacks something can do harm. Check that base_url is the Invent API; if it is, this version of the provider does not understand its answer: look for a newer one."
)

// service is an API on loopback that counts the requests it receives.
type service struct {
	url      string
	requests atomic.Int32
}

// serve answers the first request with the first handler and so on, and all that
// come after with the last. No connection is used twice, because a request on a
// used one that breaks is sent again by the HTTP library.
func serve(t testing.TB, handlers ...http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	api := httptest.NewServer(s.handler(handlers...))
	t.Cleanup(api.Close)
	s.url = api.URL
	return s
}

func (s *service) handler(handlers ...http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(s.requests.Add(1))
		w.Header().Set("Connection", "close")
		handlers[min(n, len(handlers))-1](w, r)
	})
}

// row is an assistant with nothing but an id.
func row(n int) string {
	return fmt.Sprintf(`{"id":"ast_%04d"}`, n)
}

// rows is a page with the assistants from the first number to the last.
func rows(first, last int) string {
	var page []string
	for n := first; n <= last; n++ {
		page = append(page, row(n))
	}
	return "[" + strings.Join(page, ",") + "]"
}

// two is a list of two pages without a fault, and its single assistants.
func two(w http.ResponseWriter, r *http.Request) {
	body := row(1)
	switch r.URL.Query().Get("page") {
	case "1":
		body = rows(1, 100)
	case "2":
		body = rows(101, 150)
	}
	mockinvent.Fail(http.StatusOK, body, "pagination-count: 150", "pagination-take: 100")(w, r)
}

// place is where in a read a fault is met.
type place struct {
	name          string
	before        int // requests that are answered without a fault
	dataSource    string
	config        attributes
	path, subject string
	failed        string // the summary
}

func places() []place {
	list := place{
		dataSource: "invent_assistants",
		path:       "/orgs/c/assistants",
		subject:    "organization c",
		failed:     "Unable to list the assistants of organization c",
	}
	at := func(name string, before int) place {
		here := list
		here.name, here.before = name, before
		return here
	}
	return []place{
		at("first page", 0),
		at("later page", 1),
		at("second reading", 2),
		at("second reading, later page", 3),
		{
			name:       "by name",
			before:     1,
			dataSource: "invent_assistant",
			config:     attributes{"name": text("Anna")},
			path:       "/orgs/c/assistants",
			subject:    "organization c",
			failed:     `Unable to read assistant "Anna" in organization c`,
		},
		{
			name:       "by id",
			dataSource: "invent_assistant",
			config:     attributes{"id": text("ast_0001")},
			path:       "/orgs/c/assistants/ast_0001",
			subject:    "assistant ast_0001 in organization c",
			failed:     "Unable to read assistant ast_0001 in organization c",
		},
	}
}

// fault is one thing that goes wrong, and what a user sees of it.
type fault struct {
	name     string
	answer   http.HandlerFunc
	retries  int64  // max_retries
	attempts int    // 1 if not set
	unseen   bool   // by the API: no request arrives
	what     string // what happened
	says     string // what the API is quoted with
	todo     string
}

// check reads where the fault is met and asserts all that a user sees of it.
func (f fault) check(t *testing.T, at place) {
	t.Helper()
	handlers := append(slices.Repeat([]http.HandlerFunc{two}, at.before), f.answer)
	api := serve(t, handlers...)
	f.checkRead(t, at, api, attributes{"base_url": text(api.url)})
}

func (f fault) checkRead(t *testing.T, at place, api *service, config attributes) {
	t.Helper()
	config["api_key"] = text(testKey)
	config["max_retries"] = tftypes.NewValue(tftypes.Number, f.retries)
	s := newServer(t, nil)
	if diags := s.configure(t, config); len(diags) > 0 {
		t.Fatal(message(diags))
	}
	state, diags := s.read(t.Context(), t, at.dataSource, at.config)
	checkNoState(t, s, at.dataSource, at.config, state)

	detail := "GET " + at.path + ": " + f.what
	if f.attempts > 1 {
		detail += fmt.Sprintf(" (the last of %d attempts)", f.attempts)
	}
	if f.says != "" {
		detail += "; the API says: " + f.says
	}
	detail += ".\n\n" + strings.ReplaceAll(f.todo, "{subject}", at.subject)
	checkError(t, diags, at.failed, detail)
	want := at.before
	if !f.unseen {
		want += max(f.attempts, 1)
	}
	if got := int(api.requests.Load()); got != want {
		t.Errorf("%d requests arrived, want %d", got, want)
	}
}

// checkNoState asserts that nothing of an answer is used: beside an error, the
// plugin framework hands back the configuration.
func checkNoState(t testing.TB, s *server, dataSource string, config attributes, state *tfprotov6.DynamicValue) {
	t.Helper()
	if state == nil {
		return
	}
	want := s.decode(t, dataSource, config.dynamic(t, s.schema.DataSourceSchemas[dataSource]))
	if got := s.decode(t, dataSource, state); !got.Equal(want) {
		t.Error("there is a state")
	}
}

func checkError(t *testing.T, diags []*tfprotov6.Diagnostic, summary, detail string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Fatalf("want one error, got: %s", message(diags))
	}
	if diags[0].Summary != summary {
		t.Errorf("summary:\ngot  %s\nwant %s", diags[0].Summary, summary)
	}
	if diags[0].Detail != detail {
		t.Errorf("detail:\ngot  %.2000s\nwant %s", diags[0].Detail, detail)
	}
}

func TestConnectionFaults(t *testing.T) {
	t.Parallel()
	faults := []fault{
		{
			name:   "reset before the answer",
			answer: broken(""),
			what:   "the connection to the API failed: connection reset by peer",
			todo:   todoNetwork,
		},
		{
			name:   "reset in the body",
			answer: broken("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"),
			what:   "the connection to the API failed: connection reset by peer",
			todo:   todoNetwork,
		},
		{
			name:   "closed before the answer",
			answer: closed(""),
			what:   "the connection was closed before the answer was complete",
			todo:   todoNetwork,
		},
		{
			name:   "closed in the body",
			answer: closed("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"),
			what:   "the connection was closed before the answer was complete",
			todo:   todoNetwork,
		},
		{
			name:   "closed in a body without a length",
			answer: closed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"),
			what:   "the connection was closed before the answer was complete",
			todo:   todoNetwork,
		},
		{
			name:   "not HTTP",
			answer: closed("SSH-2.0-" + testKey + "\r\n"),
			what:   "the connection failed before the answer was complete",
			todo:   todoNetwork,
		},
		{
			name:   "not gzip",
			answer: mockinvent.Fail(http.StatusOK, rows(1, 3), "Content-Encoding: gzip"),
			what:   "the connection failed before the answer was complete",
			todo:   todoNetwork,
		},
	}
	for _, f := range faults {
		for _, at := range places() {
			t.Run(f.name+"/"+at.name, func(t *testing.T) {
				t.Parallel()
				f.check(t, at)
			})
		}
	}
}

// broken writes an answer and resets the connection, closed closes it.
func broken(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(connection, answer)
		_ = connection.(*net.TCPConn).SetLinger(0)
		_ = connection.Close()
	}
}

func closed(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(connection, answer)
		_ = connection.Close()
	}
}

// drip sends a byte now and then, for ever.
func drip(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "[")
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// A slow answer and a hanging one run into the request timeout.
func TestSlowAnswers(t *testing.T) {
	t.Parallel()
	faults := []fault{
		{name: "a byte now and then", answer: drip},
		{name: "nothing at all", answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
	}
	for _, f := range faults {
		for _, at := range places()[:2] {
			t.Run(f.name+"/"+at.name, func(t *testing.T) {
				t.Parallel()
				f.what, f.todo = "no complete answer within the request timeout of 1s", todoNetwork
				handlers := append(slices.Repeat([]http.HandlerFunc{two}, at.before), f.answer)
				api := serve(t, handlers...)
				f.checkRead(t, at, api, attributes{"base_url": text(api.url), "request_timeout": text("1s")})
			})
		}
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	for _, at := range places() {
		t.Run("refused/"+at.name, func(t *testing.T) {
			t.Parallel()
			api := &service{}
			var listener net.Listener
			leaves := func(w http.ResponseWriter, r *http.Request) {
				if int(api.requests.Load()) == at.before {
					_ = listener.Close()
				}
				two(w, r)
			}
			server := httptest.NewServer(api.handler(leaves))
			t.Cleanup(server.Close)
			listener = server.Listener
			if at.before == 0 {
				_ = listener.Close()
			}
			f := fault{unseen: true, what: "the connection to the API failed: connection refused", todo: todoNetwork}
			f.checkRead(t, at, api, attributes{"base_url": text(server.URL)})
		})
	}
	t.Run("no such name", func(t *testing.T) {
		t.Parallel()
		f := fault{unseen: true, what: "the name no-such-host.invalid could not be resolved", todo: todoNetwork}
		f.checkRead(t, places()[0], &service{}, attributes{"base_url": text("https://no-such-host.invalid")})
	})
	t.Run("no TLS", func(t *testing.T) {
		t.Parallel()
		api := serve(t, two)
		f := fault{unseen: true, what: "the server answered without TLS", todo: todoNetwork}
		f.checkRead(t, places()[0], api, attributes{"base_url": text(strings.Replace(api.url, "http:", "https:", 1))})
	})
	t.Run("impossible port", func(t *testing.T) {
		t.Parallel()
		diags := newServer(t, nil).configure(t, attributes{"api_key": text(testKey), "base_url": text("https://localhost:70000")})
		checkAttributeError(t, diags, "base_url", "The argument base_url cannot be used: its port is not a number from 1 to 65535.")
	})
}

// What is wrong with a certificate stays wrong, so it is not tried again: with
// max_retries at 4 the test would take long.
func TestCertificates(t *testing.T) {
	t.Parallel()
	now := time.Now()
	valid := selfSigned(t, now.Add(-time.Hour), now.Add(time.Hour))
	cases := []struct {
		name        string
		certificate tls.Certificate
		trusted     bool
		host        string
		what        string
	}{
		{"unknown authority", valid, false, "127.0.0.1", "it is signed by an unknown authority"},
		{"wrong host name", valid, true, "localhost", "it is not for localhost"},
		{"expired", selfSigned(t, now.Add(-2*time.Hour), now.Add(-time.Hour)), true, "127.0.0.1", "it has expired or is not valid yet"},
		{"not valid yet", selfSigned(t, now.Add(time.Hour), now.Add(2*time.Hour)), true, "127.0.0.1", "it has expired or is not valid yet"},
	}
	for _, c := range cases {
		for _, at := range places() {
			if at.before > 0 && c.name == "wrong host name" {
				continue // the name is wrong from the first request on
			}
			t.Run(c.name+"/"+at.name, func(t *testing.T) {
				t.Parallel()
				// Each connection has one request, so the certificate can change between them.
				good := selfSigned(t, now.Add(-time.Hour), now.Add(time.Hour))
				trust := certificateText(good)
				if c.trusted {
					trust += certificateText(c.certificate)
				}
				api := &service{}
				server := httptest.NewUnstartedServer(api.handler(two))
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
					certificate := good
					if int(api.requests.Load()) == at.before {
						certificate = c.certificate
					}
					return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}, nil
				}}
				server.StartTLS()
				t.Cleanup(server.Close)
				f := fault{unseen: true, retries: 4, what: "the server's certificate could not be verified: " + c.what, todo: todoCertificate}
				f.checkRead(t, at, api, attributes{
					"base_url":    text(strings.Replace(server.URL, "127.0.0.1", c.host, 1)),
					"ca_cert_pem": text(trust),
				})
			})
		}
	}
}

// selfSigned makes a certificate for 127.0.0.1.
func selfSigned(t *testing.T, from, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(from.UnixNano()),
		NotBefore:    from,
		NotAfter:     until,
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{certificate}, PrivateKey: key}
}

func certificateText(certificate tls.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}))
}

// What is retried is sent three times here, at once because of Retry-After.
func TestStatuses(t *testing.T) {
	t.Parallel()
	status := func(code int, todo string) fault {
		return fault{
			name:    strconv.Itoa(code),
			answer:  mockinvent.Fail(code, "", "Retry-After: 0"),
			retries: 2,
			what:    fmt.Sprintf("the API answered %d %s", code, http.StatusText(code)),
			todo:    todo,
		}
	}
	retried := func(code int, todo string) fault {
		f := status(code, todo)
		f.attempts = 3
		return f
	}
	const limited = "the API answered 429 Too Many Requests"
	yesterday, tomorrow := time.Now().Add(-24*time.Hour), time.Now().Add(24*time.Hour)
	long := strings.Repeat("ä", 200)
	faults := []fault{
		status(302, todoArguments), // to nowhere
		status(304, todoArguments),
		status(400, todoArguments),
		status(401, todoKey),
		status(403, todoKey),
		status(404, todoIDs),
		status(408, todoArguments),
		status(409, todoArguments),
		retried(429, todoRate),
		retried(500, todoTrouble),
		status(501, todoArguments),
		retried(502, todoTrouble),
		retried(503, todoTrouble),
		retried(504, todoTrouble),
		{
			name:   "no status that HTTP knows",
			answer: mockinvent.Fail(799, ""),
			what:   "the API answered 799", todo: todoArguments,
		},

		{
			name:   "429 without Retry-After",
			answer: mockinvent.Fail(429, ""),
			what:   limited, todo: todoRate,
		},
		{
			name:   "429, a date that has passed",
			answer: mockinvent.Fail(429, "", "Retry-After: "+yesterday.UTC().Format(http.TimeFormat)), retries: 1,
			attempts: 2, what: limited, todo: todoRate,
		},
		{
			name:   "429, a negative Retry-After counts as none",
			answer: mockinvent.Fail(429, "", "Retry-After: -86400"),
			what:   limited, todo: todoRate,
		},
		{
			name:   "429, garbage counts as none",
			answer: mockinvent.Fail(429, "", "Retry-After: tomorrow "+testKey),
			what:   limited, todo: todoRate,
		},
		{
			name:   "429, a day",
			answer: mockinvent.Fail(429, "", "Retry-After: 86400"), retries: 4,
			what: limited + " and asks to wait 24h0m0s, longer than the 1m0s that the provider waits", todo: todoWait,
		},
		{
			name:   "503, more than a minute",
			answer: mockinvent.Fail(503, "", "Retry-After: 61"), retries: 4,
			what: "the API answered 503 Service Unavailable and asks to wait 1m1s, longer than the 1m0s that the provider waits", todo: todoWait,
		},
		{
			name:   "429, more seconds than a duration has",
			answer: mockinvent.Fail(429, "", "Retry-After: 18446744073709551"), retries: 4,
			what: limited + " and asks to wait 24h0m0s, longer than the 1m0s that the provider waits", todo: todoWait,
		},

		{
			name:   "400 with JSON",
			answer: mockinvent.Fail(400, `{"message":"page must be a number"}`),
			what:   "the API answered 400 Bad Request", says: `{"message":"page must be a number"}`, todo: todoArguments,
		},
		{
			name:   "403 with HTML",
			answer: mockinvent.Fail(403, "<html>\r\n<title>Blocked</title>\r\n</html>"),
			what:   "the API answered 403 Forbidden", says: "<html><title>Blocked</title></html>", todo: todoKey,
		},
		{
			name:   "400 with a sentence",
			answer: mockinvent.Fail(400, "No."),
			what:   "the API answered 400 Bad Request", says: "No", todo: todoArguments,
		},
		{
			name:   "500 with 10 MB",
			answer: mockinvent.Fail(500, strings.Repeat("ä", 5_000_000)),
			what:   "the API answered 500 Internal Server Error", says: long + "…", todo: todoTrouble,
		},
		{
			name:   "400 with what a terminal obeys",
			answer: mockinvent.Fail(400, "\x1b]0;title\x07\x1b[2Jgone\x00\xff"),
			what:   "the API answered 400 Bad Request", says: "]0;title[2Jgone\uFFFD", todo: todoArguments,
		},
	}
	for _, f := range faults {
		for _, at := range places() {
			t.Run(f.name+"/"+at.name, func(t *testing.T) {
				t.Parallel()
				f.check(t, at)
			})
		}
	}
	t.Run("429, a date tomorrow", func(t *testing.T) {
		t.Parallel()
		api := serve(t, mockinvent.Fail(429, "", "Retry-After: "+tomorrow.UTC().Format(http.TimeFormat)))
		_, diags := connect(t, api.url).read(t.Context(), t, "invent_assistants", nil)
		if got, want := message(diags), "longer than the 1m0s that the provider waits.\n\n"+todoWait; !strings.Contains(got, want) || api.requests.Load() != 1 {
			t.Errorf("%d requests, got %s", api.requests.Load(), got)
		}
	})
}

// The whole read ends in time, and its error says where the time went.
func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		timeout  string
		answer   http.HandlerFunc
		want     []string
		todo     string
		requests int32
	}{
		{
			"waiting", "1s", mockinvent.Fail(429, ""),
			[]string{"the time for the whole read ran out after 1s (requests: ", "; waits between attempts: 1s); the last: the API answered 429 Too Many Requests."},
			todoTime, 1,
		},
		{
			"an answer", "1s", drip,
			[]string{"the time for the whole read ran out after 1s (requests: ", "for 1s; waits between attempts: 0s); the last: "},
			todoTime, 1,
		},
		{
			"Retry-After past the end", "30s", mockinvent.Fail(429, "", "Retry-After: 31"),
			[]string{"the API answered 429 Too Many Requests and asks to wait 31s, longer than the ", "s that the read's timeout leaves."},
			todoTime, 1,
		},
	}
	for _, c := range cases {
		for _, at := range places()[:2] {
			t.Run(c.name+"/"+at.name, func(t *testing.T) {
				t.Parallel()
				handlers := append(slices.Repeat([]http.HandlerFunc{two}, at.before), c.answer)
				api := serve(t, handlers...)
				s := connect(t, api.url)
				config := attributes{"timeouts": readTimeout(text(c.timeout))}
				for name, value := range at.config {
					config[name] = value
				}
				state, diags := s.read(t.Context(), t, at.dataSource, config)
				checkNoState(t, s, at.dataSource, config, state)
				for _, want := range append(c.want, "\n\n"+c.todo) {
					if !strings.Contains(message(diags), want) {
						t.Errorf("got %s, want %q in it", message(diags), want)
					}
				}
				if got := api.requests.Load(); got != int32(at.before)+c.requests {
					t.Errorf("%d requests arrived, want %d more than %d", got, c.requests, at.before)
				}
			})
		}
	}
}

// readTimeout is the block timeouts of a data source.
func readTimeout(value tftypes.Value) tftypes.Value {
	return tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}}, map[string]tftypes.Value{"read": value})
}

// Answers with status 200 that are no list of assistants. None is asked for again.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	const html = "the answer is an HTML page, not JSON; a proxy or a login page may have sent it"
	cases := []struct{ name, body, what string }{
		{"HTML", "<!doctype html><title>Log in</title>", html},
		{"HTML after white space", "\r\n\t <html>", html},
		{"nothing", "", "the answer is empty"},
		{"white space", " \r\n", "the answer is empty"},
		{"truncated", `[{"id":"ast_1"},{"id":"as`, "the answer is not valid JSON, or nested too deeply, at byte 25 of 25"},
		{"two values", `[] []`, "the answer is not valid JSON, or nested too deeply, at byte 4 of 5"},
		{"byte order mark", "\uFEFF[]", "the answer is not valid JSON, or nested too deeply, at byte 1 of 5"},
		{"object", `{"data":[]}`, "expected an array of assistants, got an object"},
		{"null", `null`, "expected an array of assistants, got null"},
		{"string", `"s3cr3t"`, "expected an array of assistants, got a string"},
		{"number", `12345`, "expected an array of assistants, got a number"},
		{"boolean", `true`, "expected an array of assistants, got a boolean"},
		{"arrays 100,000 deep", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), "the answer is not valid JSON, or nested too deeply, at byte 10001 of 200000"},
		{"objects 100,000 deep", `[` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + `]`, "the answer is not valid JSON, or nested too deeply, at byte 49997 of 600003"},
		{"invalid UTF-8", "[{\"id\":\"ast_1\",\"name\":\"s3cr3t\xff\"}]", "the answer is not valid UTF-8"},
		{"a NUL", "[{\"id\":\"ast_1\",\"name\":\"s3cr3t\x00\"}]", "the answer is not valid JSON, or nested too deeply, at byte 30 of 33"},
		{"an escape character", "[{\"id\":\"ast_1\",\"name\":\"s3cr3t\x1b[0m\"}]", "the answer is not valid JSON, or nested too deeply, at byte 30 of 36"},

		{"a row that is null", `[{"id":"ast_1"},null]`, "row 2: expected an assistant as an object, got null"},
		{"a row that is a string", `["s3cr3t"]`, "row 1: expected an assistant as an object, got a string"},
		{"a row that is an array", `[["s3cr3t"]]`, "row 1: expected an assistant as an object, got an array"},
		{"a row without id", `[{"name":"s3cr3t"}]`, "row 1: the assistant has no id"},
		{"a row with the id in capitals", `[{"ID":"ast_1"}]`, "row 1: the assistant has no id"},
		{"a row whose id is null", `[{"id":null}]`, "row 1: the assistant has no id"},
		{"a row with an empty id", `[{"id":""}]`, "row 1: the assistant's id is empty"},
		{"a row whose id is a number", `[{"id":12345}]`, "row 1: id: expected a string, got a number"},
		{"an array's object that is null", `[{"id":"ast_1","boards":[{},null]}]`, `assistant "ast_1": boards[1]: expected an object, got null`},
		{"an array's object that is a string", `[{"id":"ast_1","boards":["s3cr3t"]}]`, `assistant "ast_1": boards[0]: expected an object, got a string`},
		{"a string of an array that is a number", `[{"id":"ast_1","config":{"conversation":{"suggested_messages":["s3cr3t",7]}}}]`, `assistant "ast_1": config.conversation.suggested_messages[1]: expected a string, got a number`},
		{"an id for a terminal to obey", `[{"id":"\u001b[2J","enabled":"s3cr3t"}]`, `row 1: assistant "\x1b[2J": enabled: expected a boolean, got a string`},
		{"a long id", `[{"id":"` + strings.Repeat("x", 1_000_000) + `","boards":[null]}]`, `an assistant whose id has 1000000 bytes: boards[0]: expected an object, got null`},

		{"a number of 10,000 digits", position(strings.Repeat("7", 10_000)), tooLarge("actions[0].position", "one with 10000 digits")},
		{"1e999999999", position("1e999999999"), tooLarge("actions[0].position", "one with a larger exponent")},
		{"1e10000000", position("1e10000000"), tooLarge("actions[0].position", "one with a larger exponent")},
		{"1e-999999999999999999999", position("1e-999999999999999999999"), tooLarge("actions[0].position", "one with a larger exponent")},
		{"a number of 10,000 digits in JSON text", free(strings.Repeat("7", 10_000)), tooLarge("integrations[0].config", "one with 10000 digits")},
		{"1e999999999 in JSON text", free(`{"a":[1e999999999]}`), tooLarge("integrations[0].config", "one with a larger exponent")},
		{"1e10000000 in JSON text", free(`[1e10000000]`), tooLarge("integrations[0].config", "one with a larger exponent")},
	}
	for _, c := range cases {
		for _, at := range places()[:4] {
			t.Run(c.name+"/"+at.name, func(t *testing.T) {
				t.Parallel()
				f := fault{answer: mockinvent.Fail(http.StatusOK, c.body), retries: 4, what: c.what, todo: todoAnswer}
				if strings.HasPrefix(c.what, "assistant ") || strings.HasPrefix(c.what, "an assistant ") { // found by the decoder, so the request is not to blame
					checkDecoded(t, at, c.body, c.what)
					return
				}
				f.check(t, at)
			})
		}
	}
}

func position(number string) string {
	return `[{"id":"ast_1","actions":[{"position":` + number + `}]}]`
}

// free has a value as an integration's free-form configuration.
func free(value string) string {
	return `[{"id":"ast_1","integrations":[{"config":` + value + `}]}]`
}

func tooLarge(path, got string) string {
	return `assistant "ast_1": ` + path + ": expected a number with an exponent of at most ±400 and at most 1000 digits, got " + got
}

// checkDecoded is for a page that is a list, but cannot become Terraform values.
// As a later page it has to be there in both readings.
func checkDecoded(t *testing.T, at place, body, what string) {
	t.Helper()
	wrong := mockinvent.Fail(http.StatusOK, body, "pagination-count: 1", "pagination-take: 100")
	requests := 1
	if at.before > 0 {
		requests = 4
		wrong = func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") == "1" {
				two(w, r)
				return
			}
			mockinvent.Fail(http.StatusOK, body, "pagination-count: 101", "pagination-take: 100")(w, r)
		}
	}
	api := serve(t, wrong)
	s := connect(t, api.url)
	state, diags := s.read(t.Context(), t, at.dataSource, at.config)
	checkNoState(t, s, at.dataSource, at.config, state)
	checkError(t, diags, at.failed, "A"+what[1:]+".\n\n"+todoAnswer)
	if got := int(api.requests.Load()); got != requests {
		t.Errorf("%d requests arrived, want %d", got, requests)
	}
}

// Every field of the schema, with every JSON type that it does not have.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"a string":  `"s3cr3t"`,
		"a number":  `12345`,
		"a boolean": `true`,
		"an array":  `["s3cr3t"]`,
		"an object": `{"s3cr3t":"s3cr3t"}`,
	}
	fields := jsonFields(newServer(t, nil))
	if len(fields) < 70 {
		t.Fatalf("the schema has %d fields, so some were not found", len(fields))
	}
	for _, field := range fields {
		for got, value := range values {
			if field.kind == "" || field.kind == got || field.path == "id" {
				continue
			}
			t.Run(field.path+"/"+got, func(t *testing.T) {
				t.Parallel()
				api := serve(t, mockinvent.Fail(http.StatusOK, "["+field.document(value)+"]", "pagination-count: 1", "pagination-take: 100"))
				s := connect(t, api.url)
				state, diags := s.read(t.Context(), t, "invent_assistants", nil)
				checkNoState(t, s, "invent_assistants", nil, state)
				want := fmt.Sprintf("ssistant \"ast_1\": %s: expected %s, got %s.\n\n%s", field.path, field.kind, got, todoAnswer)
				if seen := message(diags); !strings.Contains(seen, want) || strings.Contains(seen, "s3cr3t") || strings.Contains(seen, "12345") {
					t.Errorf("got %s, want %q in it", seen, want)
				}
				if got := api.requests.Load(); got != 1 {
					t.Errorf("%d requests arrived, want 1", got)
				}
			})
		}
	}
}

// jsonField is a field of an assistant's document.
type jsonField struct {
	path string // actions[0].config.input
	kind string // its JSON type; empty: any
}

// document is an assistant with nothing but an id and the field.
func (f jsonField) document(value string) string {
	steps := strings.Split(f.path, ".")
	for _, step := range slices.Backward(steps) {
		if name, ok := strings.CutSuffix(step, "[0]"); ok {
			step, value = name, "["+value+"]"
		}
		value = fmt.Sprintf("{%q:%s}", step, value)
	}
	return `{"id":"ast_1",` + value[1:]
}

// jsonFields lists all fields of an assistant that the schema has.
func jsonFields(s *server) []jsonField {
	for _, attribute := range s.schema.DataSourceSchemas["invent_assistants"].Block.Attributes {
		if attribute.Name == "assistants" {
			return fieldsBelow("", attribute.NestedType)
		}
	}
	return nil
}

func fieldsBelow(prefix string, object *tfprotov6.SchemaObject) (fields []jsonField) {
	for _, attribute := range object.Attributes {
		path := prefix + attribute.Name
		switch nested := attribute.NestedType; {
		case nested != nil && nested.Nesting == tfprotov6.SchemaObjectNestingModeList:
			fields = append(fields, jsonField{path, "an array"})
			fields = append(fields, fieldsBelow(path+"[0].", nested)...)
		case nested != nil:
			fields = append(fields, jsonField{path, "an object"})
			fields = append(fields, fieldsBelow(path+".", nested)...)
		case slices.Contains([]string{"config", "input", "definition"}, attribute.Name):
			fields = append(fields, jsonField{path, ""})
		case attribute.Type.Is(tftypes.String):
			fields = append(fields, jsonField{path, "a string"})
		case attribute.Type.Is(tftypes.Bool):
			fields = append(fields, jsonField{path, "a boolean"})
		case attribute.Type.Is(tftypes.Number):
			fields = append(fields, jsonField{path, "a number"})
		default:
			fields = append(fields, jsonField{path, "an array"})
		}
	}
	return fields
}

// Large answers, one after the other for the memory.
//
//nolint:paralleltest // see above
func TestLargeAnswers(t *testing.T) {
	t.Run("a body over the limit", func(t *testing.T) {
		api := serve(t, two, func(w http.ResponseWriter, _ *http.Request) {
			megabyte := bytes.Repeat([]byte(" "), 1<<20)
			for range 65 {
				_, _ = w.Write(megabyte)
			}
		})
		f := fault{retries: 4, what: "the answer has more than 64 MiB", todo: todoAnswer}
		f.checkRead(t, places()[1], api, attributes{"base_url": text(api.url)})
	})
	t.Run("gzip that unpacks to over the limit", func(t *testing.T) {
		var packed bytes.Buffer
		unpacked := gzip.NewWriter(&packed)
		megabyte := bytes.Repeat([]byte(" "), 1<<20)
		for range 65 {
			_, _ = unpacked.Write(megabyte)
		}
		_ = unpacked.Close()
		api := serve(t, two, mockinvent.Fail(http.StatusOK, packed.String(), "Content-Encoding: gzip"))
		f := fault{retries: 4, what: "the answer has more than 64 MiB", todo: todoAnswer}
		f.checkRead(t, places()[1], api, attributes{"base_url": text(api.url)})
	})
}

// pageScript answers a request for a page in a reading of the list, both from 1.
type pageScript func(reading, page int) http.HandlerFunc

// A list of pages that is wrong is an error; one that is only strange is whole.
func TestPaging(t *testing.T) {
	t.Parallel()
	page := func(body string, header ...string) http.HandlerFunc {
		return mockinvent.Fail(http.StatusOK, body, header...)
	}
	// pages are the same in all readings; after the last comes an empty page.
	pages := func(pages ...http.HandlerFunc) pageScript {
		return func(_, n int) http.HandlerFunc {
			if n > len(pages) {
				return page("[]")
			}
			return pages[n-1]
		}
	}
	full := page(rows(1, 100))
	counted := func(count, perPage int) []string {
		return []string{fmt.Sprintf("pagination-count: %d", count), fmt.Sprintf("pagination-take: %d", perPage)}
	}
	repeats := func(page int) string {
		return fmt.Sprintf("page %d repeats assistants of the pages before: the API ignores the page asked for, or the list changed meanwhile", page)
	}
	const changing = "the list of assistants keeps changing: no two in a row of 4 readings gave the same"
	cases := []struct {
		name     string
		script   pageScript
		requests int
		rows     int    // in the state, from the first on
		warning  string // its detail
		what     string // of the error
		todo     string
	}{
		{name: "no assistants", script: pages(), requests: 1},
		{name: "one request is a snapshot", script: pages(page(rows(1, 99), counted(99, 100)...)), requests: 1, rows: 99},
		{name: "no headers", script: pages(full, page(rows(101, 150))), requests: 6, rows: 150},
		{name: "headers of no use", script: pages(page(rows(1, 3), "pagination-count: all", "pagination-take: -1", "pagination-page: first")), requests: 4, rows: 3},
		{name: "a count beyond all reason counts as none", script: pages(page(rows(1, 3), counted(99999999999, 100)...)), requests: 4, rows: 3},
		{name: "no paging, a short list", script: func(_, _ int) http.HandlerFunc { return page(rows(1, 50)) }, requests: 4, rows: 50},
		{name: "no paging, a full page", script: func(_, _ int) http.HandlerFunc { return full }, requests: 2, what: repeats(2), todo: todoChanging},
		{name: "no paging, more than a page", script: func(_, _ int) http.HandlerFunc { return page(rows(1, 250)) }, requests: 2, what: repeats(2), todo: todoChanging},
		{name: "the last page for ever, short", script: func(_, n int) http.HandlerFunc {
			return page(rows(1+100*(min(n, 2)-1), 100+50*(min(n, 2)-1)))
		}, requests: 6, rows: 150},
		{name: "the last page for ever, full", script: func(_, n int) http.HandlerFunc {
			return page(rows(1+100*(min(n, 2)-1), 100*min(n, 2)))
		}, requests: 3, what: repeats(3), todo: todoChanging},
		{name: "smaller pages than asked for", script: pages(page(rows(1, 40), counted(100, 40)...), page(rows(41, 80), counted(100, 40)...), page(rows(81, 100), counted(100, 40)...)), requests: 6, rows: 100},
		{name: "smaller pages than it says", script: pages(page(rows(1, 40), counted(100, 100)...), page(rows(41, 80), counted(100, 100)...), page(rows(81, 100), counted(100, 100)...)), requests: 6, rows: 100},
		{name: "smaller pages, no headers", script: pages(page(rows(1, 40)), page(rows(41, 80)), page(rows(81, 100))), requests: 8, rows: 100},
		{name: "the count of the page", script: pages(page(rows(1, 100), counted(100, 100)...), page(rows(101, 150), counted(50, 100)...)), requests: 4, rows: 150},
		{name: "announces more than it lists", script: pages(page(rows(1, 3), counted(5, 100)...)), requests: 4, rows: 3, warning: "The API announces 5 assistants and lists 3, twice the same. The 3 are used."},
		{name: "announces more than it lists, over two pages", script: pages(page(rows(1, 100), counted(160, 100)...), page(rows(101, 150), counted(160, 100)...)), requests: 6, rows: 150, warning: "The API announces 160 assistants and lists 150, twice the same. The 150 are used."},
		{name: "announces fewer than it lists", script: pages(page(rows(1, 100), counted(60, 100)...), page(rows(101, 150), counted(60, 100)...)), requests: 4, rows: 150},
		{name: "another page than asked for", script: pages(full, page(rows(101, 150), "pagination-page: 1")), requests: 2, what: "asked for page 2, got page 1", todo: todoAnswer},
		{name: "an id twice on one page", script: pages(page("[" + row(7) + "," + row(7) + "]")), requests: 1, what: `assistant "ast_0007" is on page 1 twice`, todo: todoAnswer},
		{name: "an id twice on a later page", script: pages(full, page("["+row(101)+","+row(101)+"]")), requests: 2, what: `assistant "ast_0101" is on page 2 twice`, todo: todoAnswer},
		{name: "a row on two pages", script: pages(full, page(rows(100, 150))), requests: 12, what: changing, todo: todoChanging},
		{name: "changes once", script: func(reading, n int) http.HandlerFunc {
			return pages(full, page(rows(101, 150-min(reading, 2))))(reading, n)
		}, requests: 9, rows: 148},
		{name: "changes on every reading", script: func(reading, n int) http.HandlerFunc {
			return pages(full, page(rows(101, 150-reading)))(reading, n)
		}, requests: 12, what: changing, todo: todoChanging},
		{name: "changes its order on every reading", script: func(reading, n int) http.HandlerFunc {
			return pages(page("["+row(reading)+","+row(5)+"]"), page("["+row(6)+"]"))(reading, n)
		}, requests: 12, what: changing, todo: todoChanging},
		{name: "goes on for ever", script: func(_, n int) http.HandlerFunc { return page(rows(n, n)) }, requests: 1000, what: "the list has more than 1000 pages", todo: todoAnswer},
		{name: "404 past the announced end", script: pages(page(rows(1, 100), counted(100, 100)...), mockinvent.Fail(404, "")), requests: 4, rows: 100},
		{name: "400 past the announced end", script: pages(page(rows(1, 100), counted(100, 100)...), mockinvent.Fail(400, "")), requests: 4, rows: 100},
		{name: "404 past the end, nothing announced", script: pages(full, mockinvent.Fail(404, "")), requests: 2, what: "the API answered 404 Not Found", todo: strings.ReplaceAll(todoIDs, "{subject}", "organization c")},
		{name: "404 before the announced end", script: pages(page(rows(1, 100), counted(101, 100)...), mockinvent.Fail(404, "")), requests: 2, what: "the API answered 404 Not Found", todo: strings.ReplaceAll(todoIDs, "{subject}", "organization c")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reading := 0
			api := serve(t, func(w http.ResponseWriter, r *http.Request) {
				n, _ := strconv.Atoi(r.URL.Query().Get("page"))
				if n == 1 {
					reading++ // one request comes after the other
				}
				c.script(reading, n)(w, r)
			})
			s := connect(t, api.url)
			state, diags := s.read(t.Context(), t, "invent_assistants", nil)
			if got := int(api.requests.Load()); got != c.requests {
				t.Errorf("%d requests arrived, want %d", got, c.requests)
			}
			if c.what != "" {
				checkNoState(t, s, "invent_assistants", nil, state)
				checkError(t, diags, places()[0].failed, "GET /orgs/c/assistants: "+c.what+".\n\n"+c.todo)
				return
			}
			if got, want := message(diags), ""; c.warning == "" && got != want {
				t.Errorf("unexpected: %s", got)
			}
			if c.warning != "" && (len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
				diags[0].Summary != "Organization c lists fewer assistants than announced" || diags[0].Detail != c.warning) {
				t.Errorf("got %s, want the warning %s", message(diags), c.warning)
			}
			if state == nil {
				t.Fatal("no state")
			}
			var want []string
			for n := range c.rows {
				want = append(want, fmt.Sprintf("ast_%04d", n+1))
			}
			if got := listedIDs(t, s.decode(t, "invent_assistants", state)); !slices.Equal(got, want) {
				t.Errorf("got %d assistants %v, want %d", len(got), got, len(want))
			}
		})
	}
}

// What the API names its assistants is shown, but not obeyed by a terminal.
func TestCandidatesAreHarmless(t *testing.T) {
	t.Parallel()
	const named = `{"id":"%s","name":"Anna","created_at":"\u001b[1m%s"}`
	page := "[" + fmt.Sprintf(named, `a\u001b[2J\n`, "today") + "," + fmt.Sprintf(named, strings.Repeat("b", 1000), strings.Repeat("c", 1000)) + "]"
	api := serve(t, mockinvent.Fail(http.StatusOK, page, "pagination-count: 2", "pagination-take: 100"))
	_, diags := connect(t, api.url).read(t.Context(), t, "invent_assistant", attributes{"name": text("Anna")})
	checkError(t, diags, `Unable to read assistant "Anna" in organization c`,
		"2 assistants have this name. Use the id of the one that is meant instead:\n"+
			"  - an assistant whose id has 1000 bytes, created: unknown\n"+
			`  - assistant "a\x1b[2J\n", created: "\x1b[1mtoday"`)
}

func TestManyCandidates(t *testing.T) {
	t.Parallel()
	var rows, want []string
	for n := range 150 {
		rows = append(rows, fmt.Sprintf(`{"id":"ast_%03d","name":"Anna"}`, n))
		if n < 100 {
			want = append(want, fmt.Sprintf("  - assistant \"ast_%03d\", created: unknown\n", n))
		}
	}
	slices.Reverse(rows)
	api := serve(t, mockinvent.Fail(http.StatusOK, "["+strings.Join(rows, ",")+"]", "pagination-count: 150", "pagination-take: 200"))
	_, diags := connect(t, api.url).read(t.Context(), t, "invent_assistant", attributes{"name": text("Anna")})
	checkError(t, diags, `Unable to read assistant "Anna" in organization c`,
		"150 assistants have this name. Use the id of the one that is meant instead:\n"+strings.Join(want, "")+"  - and 50 more")
}

// What an earlier reading found is forgotten.
func TestNameInAListThatChanges(t *testing.T) {
	t.Parallel()
	reading := 0
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body := `[]`
		switch r.URL.Query().Get("page") {
		case "1":
			reading++ // one request comes after the other
			body = `[{"id":"ast_1","name":"Anna"}]`
		case "2":
			body = fmt.Sprintf(`[{"id":"ast_%d","name":"Bert"}]`, 10+min(reading, 2))
		}
		mockinvent.Fail(http.StatusOK, body)(w, r)
	})
	s := connect(t, api.url)
	state, diags := s.read(t.Context(), t, "invent_assistant", attributes{"name": text("Anna")})
	if len(diags) > 0 {
		t.Fatal(message(diags))
	}
	if got := member(t, s.decode(t, "invent_assistant", state), "id"); !got.Equal(text("ast_1")) {
		t.Errorf("got %s", got)
	}
	if got := api.requests.Load(); got != 9 {
		t.Errorf("%d requests, want 9", got)
	}
}

// The ephemeral resource has one request of its own.
func TestSecretKeyFaults(t *testing.T) {
	t.Parallel()
	const what, todo = "GET /orgs/c/assistants/ast_1: ", ".\n\n"
	cases := []struct {
		name   string
		answer http.HandlerFunc
		detail string
	}{
		{"closed in the body", closed("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), what + "the connection was closed before the answer was complete" + todo + todoNetwork},
		{"401", mockinvent.Fail(401, ""), what + "the API answered 401 Unauthorized" + todo + "The API key is wrong, or may not use this endpoint or assistant ast_1 in organization c. Check api_key or INVENT_API_KEY, and org_id."},
		{"HTML", mockinvent.Fail(200, "<html>"), what + "the answer is an HTML page, not JSON; a proxy or a login page may have sent it" + todo + todoAnswer},
		{"a list", mockinvent.Fail(200, `[{"id":"ast_1","secret_key":"s3cr3t"}]`), what + "expected an assistant as an object, got an array" + todo + todoAnswer},
		{"another assistant", mockinvent.Fail(200, `{"id":"ast_2","secret_key":"s3cr3t"}`), what + "the answer is another assistant than the one asked for" + todo + todoAnswer},
		{"a secret key of the wrong type", mockinvent.Fail(200, `{"id":"ast_1","secret_key":["s3cr3t"]}`), `Assistant "ast_1": secret_key: expected a string, got an array` + todo + todoAnswer},
		{"no secret key", mockinvent.Fail(200, `{"id":"ast_1"}`), "The assistant has no secret key."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := serve(t, c.answer)
			s := newServer(t, nil)
			s.configure(t, attributes{"api_key": text(testKey), "base_url": text(api.url), "max_retries": tftypes.NewValue(tftypes.Number, 0)})
			_, diags := s.open(t.Context(), t, attributes{"assistant_id": text("ast_1")})
			checkError(t, diags, "Unable to read assistant ast_1 in organization c", c.detail)
			if api.requests.Load() != 1 {
				t.Errorf("%d requests arrived, want 1", api.requests.Load())
			}
		})
	}
}

// What a person sees of a fault when Terraform runs, and that nothing of the list
// is used.
func TestAccFaults(t *testing.T) {
	t.Parallel()
	later := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") == "1" {
				two(w, r)
				return
			}
			answer(w, r)
		}
	}
	var readings atomic.Int32
	status := func(code int) http.HandlerFunc { return mockinvent.Fail(code, "") }
	cases := []struct {
		name     string
		answer   http.HandlerFunc
		provider string // arguments
		what     string
		todo     string
	}{
		{"closed in the body", later(closed("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{")), "", "the connection was closed before the answer was complete", todoNetwork},
		{"nobody there", status(500), `base_url = "http://127.0.0.1:1"`, "the connection to the API failed: connection refused", todoNetwork},
		{"slow", drip, `request_timeout = "1s"`, "no complete answer within the request timeout of 1s", todoNetwork},
		{"401", status(401), "", "the API answered 401 Unauthorized", strings.ReplaceAll(todoKey, "{subject}", "organization c")},
		{"404 on a later page", later(status(404)), "", "the API answered 404 Not Found", strings.ReplaceAll(todoIDs, "{subject}", "organization c")},
		{"429, a day", mockinvent.Fail(429, "", "Retry-After: 86400"), "max_retries = 4", "asks to wait 24h0m0s, longer than the 1m0s that the provider waits", todoWait},
		{"503 again and again", mockinvent.Fail(503, "", "Retry-After: 0"), "max_retries = 2", "the API answered 503 Service Unavailable (the last of 3 attempts)", todoTrouble},
		{"HTML", mockinvent.Fail(200, "<html>"), "", "the answer is an HTML page, not JSON", todoAnswer},
		{"truncated on a later page", later(mockinvent.Fail(200, "[{")), "", "the answer is not valid JSON", todoAnswer},
		{"a wrong type", mockinvent.Fail(200, `[{"id":"ast_1","name":7}]`), "", `row 1: assistant "ast_1": name: expected a string, got a number`, todoAnswer},
		{"a number to write out", mockinvent.Fail(200, free("1e999999999")), "", "one with a larger exponent", todoAnswer},
		{"an id twice", mockinvent.Fail(200, "["+row(1)+","+row(1)+"]"), "", `assistant "ast_0001" is on page 1 twice`, todoAnswer},
		{"no paging", mockinvent.Fail(200, rows(1, 100)), "", "page 2 repeats assistants of the pages before", todoChanging},
		{"keeps changing", func(w http.ResponseWriter, r *http.Request) {
			body := "[]"
			if r.URL.Query().Get("page") == "1" {
				body = "[" + row(int(readings.Add(1))) + "]"
			}
			mockinvent.Fail(200, body)(w, r)
		}, "", "the list of assistants keeps changing", todoChanging},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(c.provider, "max_retries") {
				c.provider = "max_retries = 0\n" + c.provider
			}
			terraform := newCLI(t, "provider \"invent\" {\n"+c.provider+"\n}\n"+all, map[string]string{
				"INVENT_API_KEY": testKey, "INVENT_BASE_URL": serve(t, c.answer).url,
			})
			checkCLIError(t, terraform, "Unable to list the assistants of organization c", c.what, c.todo)
		})
	}
}

// checkCLIError runs a plan that fails, and looks for texts wherever the CLI
// breaks its lines.
func checkCLIError(t *testing.T, terraform *cli, texts ...string) {
	t.Helper()
	output := unwrapped(terraform.must(t, 1, "plan"))
	for _, want := range texts {
		if !strings.Contains(output, unwrapped(want)) {
			t.Errorf("got:\n%s\nwant %q in it", output, want)
		}
	}
	if strings.Contains(output, testKey) {
		t.Error("the output has the key")
	}
}

// tunnelTo is a proxy whose tunnel leads to an answer in clear.
func tunnelTo(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\n\r\n")
		_, _ = connection.Read(make([]byte, 1)) // the client speaks first
		_, _ = io.WriteString(connection, answer)
		_, _ = io.Copy(io.Discard, connection)
	}
}

// A proxy that answers instead of the API. The proxy variables hold for a whole
// process, and never for loopback.
func TestAccProxy(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		proxy http.HandlerFunc
		what  string
		todo  string
	}{
		{"403", mockinvent.Fail(403, "Blocked "+testKey), "the proxy answered 403 Forbidden", todoProxy},
		{"407", mockinvent.Fail(407, "", "Proxy-Authenticate: Basic"), "the proxy answered 407 Proxy Authentication Required", todoProxy},
		{"503", mockinvent.Fail(503, ""), "the proxy answered 503 Service Unavailable", todoNetwork},
		{"HTML in the tunnel", tunnelTo("HTTP/1.1 200 OK\r\n\r\n<html>"), "the server answered without TLS", todoNetwork},
		{"closed", closed(""), "the connection was closed before the answer was complete", todoNetwork},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var once sync.Once
			proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
				once.Do(func() {
					if r.Method != http.MethodConnect || r.Host != "api.example.invalid:443" {
						t.Errorf("the proxy got %s %s", r.Method, r.Host)
					}
				})
				c.proxy(w, r)
			})
			terraform := newCLI(t, "provider \"invent\" {\nmax_retries = 0\n}\n"+all, map[string]string{
				"INVENT_API_KEY": testKey, "INVENT_BASE_URL": "https://api.example.invalid",
				"HTTPS_PROXY": strings.Replace(proxy.url, "://", "://user:"+testKey+"@", 1), "NO_PROXY": "", "https_proxy": "", "no_proxy": "",
			})
			checkCLIError(t, terraform, "Unable to list the assistants of organization c", c.what, c.todo)
			if proxy.requests.Load() == 0 {
				t.Error("the proxy was not asked")
			}
		})
	}
}
