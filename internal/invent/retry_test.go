package invent

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// attempt is what the API does when it is asked once.
type attempt = inMemory

func answers(status int, header ...string) attempt {
	return says(status, "", header...)
}

// says answers with a status, a body, and headers as "Name: value".
func says(status int, body string, header ...string) attempt {
	return func(*http.Request) (*http.Response, error) {
		response := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
		for _, line := range header {
			name, value, _ := strings.Cut(line, ": ")
			response.Header.Set(name, value)
		}
		return response, nil
	}
}

func succeeds() attempt {
	return says(http.StatusOK, `{"id":"ast_1"}`)
}

func fails(err error) attempt {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// breaksOff sends half a body and then fails.
func breaksOff(err error) attempt {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"id":`), failing{err}))}, nil
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// hangs answers nothing until the client gives up.
func hangs() attempt {
	return func(request *http.Request) (*http.Response, error) {
		<-request.Context().Done()
		return nil, request.Context().Err()
	}
}

// hangsInBody sends half a body and then nothing until the client gives up.
func hangsInBody() attempt {
	return func(request *http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(`{"id":`), hanging{request.Context()})
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(body)}, nil
	}
}

type hanging struct{ ctx context.Context }

func (h hanging) Read([]byte) (int, error) {
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

// script is an API that does one thing after another; the last one for ever.
type script struct {
	attempts []attempt
	begun    time.Time
	sent     []time.Duration // when each request came
}

func (s *script) RoundTrip(request *http.Request) (*http.Response, error) {
	now := min(len(s.sent), len(s.attempts)-1)
	s.sent = append(s.sent, time.Since(s.begun))
	return s.attempts[now](request)
}

// waits are the times between the requests.
func (s *script) waits() []time.Duration {
	var waits []time.Duration
	for i := 1; i < len(s.sent); i++ {
		waits = append(waits, s.sent[i]-s.sent[i-1])
	}
	return waits
}

// play reads one assistant from an API that follows the script, in a bubble of
// [synctest]. A goroutine that outlived the read would make that panic.
func play(t *testing.T, ctx context.Context, maxRetries int, attempts ...attempt) (*script, error) {
	t.Helper()
	api := &script{attempts: attempts, begun: time.Now()}
	config := testConfig(t, "https://api.example.com")
	config.MaxRetries = maxRetries
	_, err := newClient(config, api).Assistant(ctx, "c", "ast_1")
	return api, err
}

func TestStatusRetried(t *testing.T) {
	t.Parallel()
	tests := map[int]bool{
		http.StatusMovedPermanently:        false, // without a Location
		http.StatusNotModified:             false,
		http.StatusBadRequest:              false,
		http.StatusUnauthorized:            false,
		http.StatusForbidden:               false,
		http.StatusNotFound:                false,
		http.StatusRequestTimeout:          false,
		http.StatusConflict:                false,
		http.StatusTeapot:                  false,
		http.StatusTooManyRequests:         true,
		http.StatusInternalServerError:     true,
		http.StatusNotImplemented:          false,
		http.StatusBadGateway:              true,
		http.StatusServiceUnavailable:      true,
		http.StatusGatewayTimeout:          true,
		http.StatusInsufficientStorage:     false,
		http.StatusLoopDetected:            false,
		http.StatusHTTPVersionNotSupported: false,
		599:                                false,
	}
	for status, retried := range tests {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, err := play(t, t.Context(), 4, says(status, "busy"), succeeds())
				if retried {
					if err != nil || len(api.sent) != 2 {
						t.Errorf("got the error %v after %d requests, want success with the second", err, len(api.sent))
					}
					return
				}
				wantError(t, err, KindStatus, "GET /orgs/c/assistants/ast_1: the API answered "+fmt.Sprint(status), "; the API says: busy")
				if e, _ := errors.AsType[*Error](err); e.Status != status || e.Attempts != 1 {
					t.Errorf("got status %d after %d attempts, want %d after 1", e.Status, e.Attempts, status)
				}
				if len(api.sent) != 1 {
					t.Errorf("made %d requests, want 1", len(api.sent))
				}
			})
		})
	}
}

func TestFailureRetried(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	untrusted := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	tests := []struct {
		name    string
		attempt attempt
		retried bool
		kind    Kind
		want    string
	}{
		{"refused", fails(refused), true, KindConnection, "the connection to the API failed: connection refused"},
		{"reset", fails(reset), true, KindConnection, "the connection to the API failed: connection reset by peer"},
		{"reset in the body", breaksOff(reset), true, KindConnection, "the connection to the API failed: connection reset by peer"},
		{"refused by the proxy", fails(&net.OpError{Op: "proxyconnect", Err: refused}), true, KindConnection, "the connection to the proxy failed: connection refused"},
		{"network without a system error", fails(&net.OpError{Op: "dial", Err: errors.New("tcp: " + testKey)}), true, KindConnection, "the connection to the API failed (the last"},
		{"end before the answer", fails(io.EOF), true, KindConnection, "the connection was closed before the answer was complete"},
		{"end in the body", breaksOff(io.ErrUnexpectedEOF), true, KindConnection, "the connection was closed before the answer was complete"},
		{"name not resolved", fails(&net.OpError{Op: "dial", Err: &net.DNSError{Name: "api.example.com", IsNotFound: true}}), true, KindConnection, "the name api.example.com could not be resolved"},
		{"unknown error that quotes the key", fails(errors.New(testKey)), true, KindConnection, "the connection failed before the answer was complete"},
		{"unknown error in the body", breaksOff(errors.New("flate: corrupt")), true, KindConnection, "the connection failed before the answer was complete"},
		{"certificate", fails(untrusted), false, KindCertificate, "the server's certificate could not be verified: it is signed by an unknown authority"},
		{"certificate of the proxy", fails(&net.OpError{Op: "proxyconnect", Err: untrusted}), false, KindCertificate, "could not be verified"},
		{"answer that is not JSON", says(http.StatusOK, "<html>"), false, KindAnswer, "an HTML page"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				want := 1
				if tt.retried {
					want = 3
				}
				api, err := play(t, t.Context(), 2, tt.attempt)
				wantError(t, err, tt.kind, "GET /orgs/c/assistants/ast_1: ", tt.want)
				if len(api.sent) != want {
					t.Errorf("made %d requests, want %d", len(api.sent), want)
				}
				if tt.retried {
					wantError(t, err, tt.kind, "(the last of 3 attempts)")
				}
			})
			synctest.Test(t, func(t *testing.T) {
				if _, err := play(t, t.Context(), 2, tt.attempt, tt.attempt, succeeds()); (err == nil) != tt.retried {
					t.Errorf("third attempt succeeds: got the error %v", err)
				}
			})
		})
	}
}

func TestRequestTimeoutRetriedOnce(t *testing.T) {
	t.Parallel()
	const timedOut = "no complete answer within the request timeout of 30s"
	tests := []struct {
		name       string
		maxRetries int
		attempts   []attempt
		requests   int
		want       string // in the error; empty: success
	}{
		{"once", 4, []attempt{hangs(), succeeds()}, 2, ""},
		{"once in the body", 4, []attempt{hangsInBody(), succeeds()}, 2, ""},
		{"twice", 4, []attempt{hangs(), hangs(), succeeds()}, 2, timedOut + " (the last of 2 attempts)"},
		{"twice in the body", 4, []attempt{hangsInBody(), hangsInBody(), succeeds()}, 2, timedOut + " (the last of 2 attempts)"},
		{"first in the head, then in the body", 4, []attempt{hangs(), hangsInBody(), succeeds()}, 2, timedOut},
		{"twice with another failure between", 4, []attempt{hangs(), answers(503), hangs(), succeeds()}, 3, timedOut + " (the last of 3 attempts)"},
		{"once among other failures", 4, []attempt{answers(503), hangs(), fails(io.EOF), answers(503), succeeds()}, 5, ""},
		{"no retries", 0, []attempt{hangs(), succeeds()}, 1, timedOut},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, err := play(t, t.Context(), tt.maxRetries, tt.attempts...)
				if tt.want != "" {
					wantError(t, err, KindConnection, tt.want)
				} else if err != nil {
					t.Error(err)
				}
				if len(api.sent) != tt.requests {
					t.Errorf("made %d requests, want %d", len(api.sent), tt.requests)
				}
			})
		})
	}
}

func TestMaxRetries(t *testing.T) {
	t.Parallel()
	for maxRetries := range 11 {
		t.Run(fmt.Sprint(maxRetries), func(t *testing.T) {
			t.Parallel()
			var attempts []attempt
			for i := range 20 {
				attempts = append(attempts, says(http.StatusServiceUnavailable, fmt.Sprintf("answer %d.", i+1)))
			}
			synctest.Test(t, func(t *testing.T) {
				api, err := play(t, t.Context(), maxRetries, attempts...)
				wantError(t, err, KindStatus, "the API answered 503 Service Unavailable", fmt.Sprintf("; the API says: answer %d.", maxRetries+1))
				if len(api.sent) != maxRetries+1 {
					t.Errorf("made %d requests, want %d", len(api.sent), maxRetries+1)
				}
				if e, _ := errors.AsType[*Error](err); e.Attempts != maxRetries+1 || e.Status != http.StatusServiceUnavailable {
					t.Errorf("the error says status %d after %d attempts", e.Status, e.Attempts)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				if _, err := play(t, t.Context(), maxRetries, append(slices.Clone(attempts[:maxRetries]), succeeds())...); err != nil {
					t.Errorf("the last attempt succeeds: %v", err)
				}
			})
		})
	}
}

func TestWaits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		attempts []attempt
		want     []int // seconds, before the jitter takes up to a quarter off
	}{
		{"500", []attempt{answers(500)}, []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
		{"503", []attempt{answers(503)}, []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
		{"connection", []attempt{fails(io.EOF)}, []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
		{"429", []attempt{answers(429)}, []int{5, 10, 20, 40, 60, 60, 60, 60, 60, 60}},
		{"429 after others", []attempt{answers(503), fails(io.EOF), answers(429), answers(503)}, []int{1, 2, 20, 8, 16, 32, 60, 60, 60, 60}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			const runs = 100
			shares := map[int][]float64{} // of the full wait, by attempt
			for range runs {
				synctest.Test(t, func(t *testing.T) {
					api, _ := play(t, t.Context(), 10, tt.attempts...)
					for i, wait := range api.waits() {
						shares[i] = append(shares[i], wait.Seconds()/float64(tt.want[i]))
					}
				})
			}
			for i, want := range tt.want {
				least, most := slices.Min(shares[i]), slices.Max(shares[i])
				if least < 0.75 || most > 1 {
					t.Errorf("wait %d: got %.2f to %.2f times %d s, want 0.75 to 1 times", i+1, least, most, want)
				}
				if least > 0.85 || most < 0.9 {
					t.Errorf("wait %d: got %.2f to %.2f times %d s, which is hardly a jitter", i+1, least, most, want)
				}
			}
		})
	}
}

// The clock of a synctest bubble begins at midnight UTC of 2000-01-01, a Saturday.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const own = -1 * time.Second // the client waits as if there was no header
	tests := []struct {
		name   string
		status int // 429 if not set
		value  string
		left   time.Duration // of the read's time; 5 minutes if not set
		wait   time.Duration
		kind   Kind   // of the error; KindWait if not set
		want   string // in the error
	}{
		{name: "seconds", value: "7", wait: 7 * time.Second},
		{name: "zero", value: "0", wait: 0},
		{name: "leading zeros", value: "0007", wait: 7 * time.Second},
		{name: "a minute", value: "60", wait: time.Minute},
		{name: "date", value: "Sat, 01 Jan 2000 00:00:30 GMT", wait: 30 * time.Second},
		{name: "date of RFC 850", value: "Saturday, 01-Jan-00 00:00:30 GMT", wait: 30 * time.Second},
		{name: "date of ANSI C", value: "Sat Jan  1 00:00:30 2000", wait: 30 * time.Second},
		{name: "date in a minute", value: "Sat, 01 Jan 2000 00:01:00 GMT", wait: time.Minute},
		{name: "date of now", value: "Sat, 01 Jan 2000 00:00:00 GMT", wait: 0},
		{name: "date of the past", value: "Fri, 31 Dec 1999 23:59:00 GMT", wait: 0},
		{name: "date before the year 1700", value: "Thu, 01 Jan 1600 00:00:00 GMT", wait: 0},

		{name: "500", status: 500, value: "7", wait: 7 * time.Second},
		{name: "502", status: 502, value: "7", wait: 7 * time.Second},
		{name: "503", status: 503, value: "7", wait: 7 * time.Second},
		{name: "504", status: 504, value: "7", wait: 7 * time.Second},
		{name: "503 with a date", status: 503, value: "Sat, 01 Jan 2000 00:00:30 GMT", wait: 30 * time.Second},

		{name: "empty", value: "", wait: own},
		{name: "negative", value: "-1", wait: own},
		{name: "with a sign", value: "+5", wait: own},
		{name: "fraction", value: "1.5", wait: own},
		{name: "hexadecimal", value: "0x10", wait: own},
		{name: "a unit", value: "5s", wait: own},
		{name: "two values", value: "5, 10", wait: own},
		{name: "garbage", value: "soon " + testKey, wait: own},
		{name: "date of ISO 8601", value: "2000-01-01T00:00:30Z", wait: own},

		{name: "more than a minute", value: "61", want: "the API answered 429 Too Many Requests and asks to wait 1m1s, longer than the 1m0s that the provider waits"},
		{name: "503 with more than a minute", status: 503, value: "120", want: "the API answered 503 Service Unavailable and asks to wait 2m0s"},
		{name: "date in more than a minute", value: "Sat, 01 Jan 2000 00:01:01 GMT", want: "asks to wait 1m1s, longer than the 1m0s that the provider waits"},
		{name: "date in thousands of years", value: "Fri, 31 Dec 9999 23:59:59 GMT", want: "longer than the 1m0s that the provider waits"},
		{name: "seconds beyond a duration", value: "9223372037", want: "longer than the 1m0s that the provider waits"},
		{name: "seconds that would come out as 3 in 64 bits", value: "18446744073709551619", want: "longer than the 1m0s that the provider waits"},
		{name: "a hundred digits", value: strings.Repeat("9", 100), want: "longer than the 1m0s that the provider waits"},
		{name: "past the read's time", value: "11", left: 10 * time.Second, kind: KindTimeout, want: "asks to wait 11s, longer than the 10s that the read's timeout leaves"},
		{name: "date past the read's time", value: "Sat, 01 Jan 2000 00:00:11 GMT", left: 10 * time.Second, kind: KindTimeout, want: "asks to wait 11s, longer than the 10s that the read's timeout leaves"},
		{name: "within the read's time", value: "9", left: 10 * time.Second, wait: 9 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				status, left := tt.status, tt.left
				if status == 0 {
					status = http.StatusTooManyRequests
				}
				if left == 0 {
					left = 5 * time.Minute
				}
				ctx, cancel := context.WithTimeout(t.Context(), left)
				defer cancel()
				api, err := play(t, ctx, 4, answers(status, "Retry-After: "+tt.value), succeeds())
				if tt.want != "" {
					wantError(t, err, cmp.Or(tt.kind, KindWait), tt.want)
					if e, _ := errors.AsType[*Error](err); e.Status != status || e.Attempts != 1 {
						t.Errorf("the error says status %d after %d attempts", e.Status, e.Attempts)
					}
					if took := time.Since(api.begun); took != 0 || len(api.sent) != 1 {
						t.Errorf("ended after %s and %d requests, want at once", took, len(api.sent))
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				wait := api.waits()[0]
				if tt.wait == own {
					if wait < 3750*time.Millisecond || wait > 5*time.Second {
						t.Errorf("waited %s, want 3.75 to 5 s", wait)
					}
				} else if wait != tt.wait {
					t.Errorf("waited %s, want %s", wait, tt.wait)
				}
			})
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		attempts []attempt
		after    time.Duration
		requests int
	}{
		{"in the first wait", []attempt{answers(429), succeeds()}, time.Second, 1},
		{"in the wait that the API asked for", []attempt{answers(429, "Retry-After: 30"), succeeds()}, 29 * time.Second, 1},
		{"in the second wait", []attempt{answers(429, "Retry-After: 1"), answers(429, "Retry-After: 30"), succeeds()}, 2 * time.Second, 2},
		{"before the answer", []attempt{hangs(), succeeds()}, time.Second, 1},
		{"in the body", []attempt{hangsInBody(), succeeds()}, time.Second, 1},
		{"in the second attempt", []attempt{answers(429, "Retry-After: 1"), hangs(), succeeds()}, 2 * time.Second, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(tt.after, cancel)
				api, err := play(t, ctx, 4, tt.attempts...)
				if !errors.Is(err, context.Canceled) {
					t.Errorf("got the error %v, want that of the context", err)
				}
				if took := time.Since(api.begun); took != tt.after {
					t.Errorf("ended after %s, cancelled after %s", took, tt.after)
				}
				<-time.After(time.Hour)
				if len(api.sent) != tt.requests {
					t.Errorf("made %d requests, want %d", len(api.sent), tt.requests)
				}
			})
		})
	}
}

func TestReadTimeout(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		attempts []attempt
		left     time.Duration
		requests int
		want     string
	}{
		{
			name:     "in a wait",
			attempts: []attempt{answers(503)},
			left:     10 * time.Second,
			requests: 4,
			want:     "ran out after 10s (requests: 4, for 0s; waits between attempts: 10s); the last: the API answered 503 Service Unavailable",
		},
		{
			name:     "in a request",
			attempts: []attempt{answers(503, "Retry-After: 3"), hangs()},
			left:     10 * time.Second,
			requests: 2,
			want:     "ran out after 10s (requests: 2, for 7s; waits between attempts: 3s); the last: interrupted before the answer was complete",
		},
		{
			name:     "in a body",
			attempts: []attempt{answers(503, "Retry-After: 3"), hangsInBody()},
			left:     10 * time.Second,
			requests: 2,
			want:     "ran out after 10s (requests: 2, for 7s; waits between attempts: 3s); the last: interrupted before the answer was complete",
		},
		{
			name:     "after a request that ran into its own timeout",
			attempts: []attempt{hangs(), answers(429)},
			left:     33 * time.Second,
			requests: 2,
			want:     "ran out after 33s (requests: 2, for 30s; waits between attempts: 3s); the last: the API answered 429 Too Many Requests",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.left)
				defer cancel()
				api, err := play(t, ctx, 10, tt.attempts...)
				wantError(t, err, KindTimeout, "GET /orgs/c/assistants/ast_1: the time for the whole read "+tt.want)
				if took := time.Since(api.begun); took != tt.left || len(api.sent) != tt.requests {
					t.Errorf("ended after %s and %d requests, want %s and %d", took, len(api.sent), tt.left, tt.requests)
				}
			})
		})
	}
}

// Retries are counted for each request; a read's time is one for all of them.
func TestRetriesOfAList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		page := says(http.StatusOK, `[{"id":"ast_1"}]`)
		end := says(http.StatusOK, `[]`)
		busy := answers(http.StatusServiceUnavailable, "Retry-After: 1")
		api := &script{begun: time.Now(), attempts: []attempt{busy, busy, page, busy, busy, end, busy, busy, page, busy, busy, end}}
		config := testConfig(t, "https://api.example.com")
		config.MaxRetries = 2
		list, err := readAll(t.Context(), newClient(config, api), "c")
		if err != nil || len(list.Assistants) != 1 || len(api.sent) != 12 {
			t.Errorf("got %d assistants and the error %v after %d requests", len(list.Assistants), err, len(api.sent))
		}

		api = &script{begun: time.Now(), attempts: []attempt{page, busy}}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		_, err = readAll(ctx, newClient(config, api), "c")
		wantError(t, err, KindTimeout, "asks to wait 1s, longer than the 500ms that the read's timeout leaves", "(the last of 2 attempts)")
	})
}

func TestLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []map[string]any
		config := testConfig(t, "https://api.example.com")
		config.Log = func(_ context.Context, message string, fields ...map[string]any) {
			if message != "Invent API request" || len(fields) != 1 {
				t.Errorf("got the line %q with %v", message, fields)
			}
			lines = append(lines, fields...)
		}
		api := &script{begun: time.Now(), attempts: []attempt{answers(503), hangs(), succeeds()}}
		if _, err := newClient(config, api).Assistant(t.Context(), testKey, "ast_1"); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"GET /orgs/(API key)/assistants/ast_1, attempt 1 of 0s: the API answered 503 Service Unavailable",
			"GET /orgs/(API key)/assistants/ast_1, attempt 2 of 30s: no complete answer within the request timeout of 30s",
			"GET /orgs/(API key)/assistants/ast_1, attempt 3 of 0s: the API answered 200 OK",
		}
		var got []string
		for _, line := range lines {
			got = append(got, fmt.Sprintf("%s %s, attempt %s of %s: %s", line["method"], line["path"], line["attempt"], line["duration"], line["result"]))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}
