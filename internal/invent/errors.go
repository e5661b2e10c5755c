package invent

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf16"
)

// Kind tells what went wrong, and so what a user can do about it.
type Kind int

// The kinds of [Error].
const (
	KindRequest     Kind = iota + 1 // the request cannot be made; nothing was sent
	KindStatus                      // the API answered with a status other than 200
	KindConnection                  // no complete answer came
	KindCertificate                 // the server's certificate could not be verified
	KindProxy                       // the proxy refuses
	KindRedirect                    // the API redirects to where the key must not go
	KindWait                        // the API asks to wait longer than a read may
	KindTimeout                     // the time for the whole read ran out
	KindAnswer                      // a 200 answer is not what the API documents
	KindChanging                    // the list changed during every attempt to read it
)

// Error is what all methods of [Client] return, apart from the errors of a
// cancelled context and of [Rows]. It holds no secrets.
type Error struct {
	Kind     Kind
	Method   string
	Path     string // of the request, escaped, without its query
	Status   int    // of the last answer; 0 if there was none
	Attempts int    // of the request that failed
	Detail   string // what happened, in our own words
	Excerpt  string // of the body of an answer that is not 200; can be empty
}

func (e *Error) Error() string {
	text := e.Detail
	if e.Path != "" {
		text = e.Method + " " + e.Path + ": " + text
	}
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (the last of %d attempts)", e.Attempts)
	}
	if e.Excerpt != "" {
		text += fmt.Sprintf("; the API says: %s", e.Excerpt)
	}
	return text
}

// hidden stands where the key was.
const hidden = "(API key)"

// newRedactor finds the key in the forms that a server could echo it in: each
// character plain, or escaped as in JSON or a URL, with digits of either case.
func newRedactor(key string) *regexp.Regexp {
	var pattern strings.Builder
	for _, character := range key {
		forms := []string{regexp.QuoteMeta(string(character)), `\\` + regexp.QuoteMeta(string(character)), "(?i:"}
		for _, octet := range []byte(string(character)) {
			forms[2] += fmt.Sprintf("%%%02x", octet)
		}
		forms[2] += "|"
		for _, unit := range utf16.Encode([]rune{character}) {
			forms[2] += fmt.Sprintf(`\\u%04x`, unit)
		}
		forms[2] += ")"
		if character == ' ' {
			forms = append(forms, `\+`)
		}
		pattern.WriteString("(?:" + strings.Join(forms, "|") + ")")
	}
	return regexp.MustCompile(pattern.String())
}

// excerpt returns what may be shown of the body of an answer that is not 200. A
// body that mentions secret_key is a dump of an assistant: nothing of it is shown.
func (c *Client) excerpt(body []byte) string {
	const characters = 200
	const longest = 1 << 20 // more than all keys in so many characters can take, however they are escaped
	body = bytes.Map(printable, bytes.ToValidUTF8(body, []byte("\uFFFD")))
	if bytes.Contains(bytes.ToLower(body), []byte("secret_key")) {
		return ""
	}
	text := []rune(c.Redact(string(body[:min(len(body), longest)])))
	if len(text) > characters {
		text = append(text[:characters], '…')
	}
	return string(text)
}

func printable(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}

// statusError describes an answer that is not 200.
func (c *Client) statusError(status int, body []byte) *Error {
	return &Error{Kind: KindStatus, Status: status, Detail: answered(status), Excerpt: c.excerpt(body)}
}

func answered(status int) string {
	return strings.TrimSpace(fmt.Sprintf("the API answered %d %s", status, http.StatusText(status)))
}

// connectionError describes why no complete answer came. Texts of the library are
// taken only from the types below: others quote what the server sent.
func (c *Client) connectionError(err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok {
		own.Detail = c.Redact(own.Detail)
		return own
	}
	e := &Error{Kind: KindConnection, Detail: "the connection failed before the answer was complete"}
	if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		e.Kind = KindCertificate
		e.Detail = "the server's certificate could not be verified: " + certificateReason(certificate.Err)
	} else if isTimeout(err) {
		e.Detail = fmt.Sprintf("no complete answer within the request timeout of %s", c.config.RequestTimeout)
	} else if dns, ok := errors.AsType[*net.DNSError](err); ok {
		e.Detail = fmt.Sprintf("the name %s could not be resolved", dns.Name)
	} else if isInClear(err) {
		e.Detail = "the server answered without TLS"
	} else if network, ok := errors.AsType[*net.OpError](err); ok {
		e.Detail = networkReason(network)
	} else if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		e.Detail = "the connection was closed before the answer was complete"
	}
	e.Detail = c.Redact(e.Detail)
	return e
}

// isTimeout is about the request timeout: no other one is set.
func isTimeout(err error) bool {
	return errors.Is(err, context.DeadlineExceeded)
}

// isInClear is about https where http is spoken: the library hides the one error
// behind the other if the answer looks like HTTP.
func isInClear(err error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok || errors.Is(err, http.ErrSchemeMismatch)
}

func networkReason(err *net.OpError) string {
	where := "the API"
	if err.Op == "proxyconnect" {
		where = "the proxy"
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return fmt.Sprintf("the connection to %s failed: %s", where, number)
	}
	return fmt.Sprintf("the connection to %s failed", where)
}

func certificateReason(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "it is signed by an unknown authority"
	}
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return fmt.Sprintf("it is not for %s", name.Host)
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "it has expired or is not valid yet"
	}
	return "it is not valid"
}

// answerError says that a 200 answer is not what the API documents.
func answerError(format string, values ...any) *Error {
	return &Error{Kind: KindAnswer, Detail: fmt.Sprintf(format, values...)}
}

// seconds makes durations readable.
func seconds(d time.Duration) time.Duration {
	return d.Round(100 * time.Millisecond)
}
