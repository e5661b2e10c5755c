package invent

import (
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

// script is an API that does one thing after another; the last one for ever.
type script struct {
	attempts []network
	begun    time.Time
	sent     []time.Duration // when each request came
}

func (s *script) RoundTrip(request *http.Request) (*http.Response, error) {
	now := min(len(s.sent), len(s.attempts)-1)
	s.sent = append(s.sent, time.Since(s.begun))
	return s.attempts[now](request)
}

// play reads one assistant from an API that follows the script, in a bubble: its clock jumps to the end of every wait, and
// begins at midnight UTC of 2000-01-01, a Saturday.
func play(t *testing.T, ctx context.Context, maxRetries int, attempts ...network) (*script, error) {
	t.Helper()
	api := &script{attempts: attempts, begun: time.Now()}
	config := testConfig(t, "https://api.example.com")
	config.MaxRetries = maxRetries
	_, err := fakeClient(config, api).Assistant(ctx, "c", "ast_1")
	return api, err
}

func answersWell() network { return answers(http.StatusOK, `{"id":"ast_1"}`) }

func fails(err error) network {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// breaksOff sends half a body and then fails. Without an error it hangs instead, until the client gives up.
func breaksOff(err error) network {
	return func(request *http.Request) (*http.Response, error) {
		half := io.MultiReader(strings.NewReader(`{"id":`), reader(func([]byte) (int, error) {
			if err == nil {
				<-request.Context().Done()
				return 0, request.Context().Err()
			}
			return 0, err
		}))
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(half)}, nil
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(buffer []byte) (int, error) { return r(buffer) }

// hangs until the client gives up.
func hangs(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for status := 201; status < 600; status++ {
		want, known := map[int]Kind{401: KindDenied, 403: KindDenied, 404: KindNotFound, 408: KindService, 425: KindService, 429: KindRateLimit, 501: KindStatus}[status]
		if !known && status >= 500 {
			want = KindService
		} else if !known {
			want = KindStatus
		}
		synctest.Test(t, func(t *testing.T) {
			api, err := play(t, t.Context(), 1, answers(status, "busy"))
			e := wantError(t, err, want, fmt.Sprintf("the API answered %d", status))
			retried := want == KindService || want == KindRateLimit
			if e.Status != status || (len(api.sent) == 2) != retried || e.Attempts != len(api.sent) || (string(e.Body) == "busy") != (status >= 300) {
				t.Errorf("%d: got %+v after %d requests", status, e, len(api.sent))
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	pipe := &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}
	untrusted := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	tests := []struct {
		name    string
		attempt network
		kind    Kind
		want    string
	}{
		{"broken pipe", fails(pipe), KindConnection, "the connection to the API failed: broken pipe"},
		{"in the body", breaksOff(pipe), KindConnection, "the connection to the API failed: broken pipe"},
		{"without a system's error", fails(&net.OpError{Op: "dial", Err: errors.New(testKey)}), KindConnection, "the connection failed before the answer was complete"},
		{"name", fails(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.example.com"}}), KindConnection, `the name "api.example.com" could not be resolved: no such host`},
		{"unknown error", fails(errors.New(testKey)), KindConnection, "the connection failed before the answer was complete"},
		{"certificate", fails(untrusted), KindCertificate, "the certificate of the API could not be verified: it is signed by an unknown authority"},
		{"certificate of the proxy", fails(&net.OpError{Op: "proxyconnect", Err: untrusted}), KindCertificate, "the certificate of the proxy could not be verified: it is signed by an unknown authority"},
		{"TLS", fails(errors.New("tls: server selected unsupported protocol version 301: " + testKey)), KindTLS, "there is no TLS connection to the API: server selected unsupported protocol version 301"},
		{"alert of the proxy", fails(&net.OpError{Op: "proxyconnect", Err: &net.OpError{Op: "remote error", Err: errors.New("tls: bad certificate")}}), KindProxy, "there is no TLS connection to the proxy: alert: bad certificate"},
		{"proxy", fails(&Error{Kind: KindProxy, Detail: "the proxy answered 407"}), KindProxy, "the proxy answered 407"},
		{"answer that is not JSON", answers(http.StatusOK, "<html>"), KindAnswer, "an HTML page"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				want := 1
				if test.kind.isTransient() {
					want = 3
					test.want += " (the last of 3 attempts)"
				}
				api, err := play(t, t.Context(), 2, test.attempt)
				wantError(t, err, test.kind, "GET "+assistantPath+": ", test.want)
				if len(api.sent) != want {
					t.Errorf("made %d requests, want %d", len(api.sent), want)
				}
			})
		})
	}
}

func TestRequestTimeoutIsRetriedOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		attempts []network
		requests int
		fails    bool
	}{
		{"once", []network{hangs, answersWell()}, 2, false},
		{"twice", []network{hangs, hangs, answersWell()}, 2, true},
		{"in the head, then in the body", []network{hangs, breaksOff(nil), answersWell()}, 2, true},
		{"twice with another failure between", []network{breaksOff(nil), answers(503, ""), hangs, answersWell()}, 3, true},
		{"once among other failures", []network{answers(503, ""), hangs, fails(io.EOF), answers(503, ""), answersWell()}, 5, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, err := play(t, t.Context(), 4, test.attempts...)
				if test.fails {
					wantError(t, err, KindRequestTimeout, fmt.Sprintf("no complete answer came within the request timeout of 30s (the last of %d attempts)", test.requests))
				} else if err != nil {
					t.Error(err)
				}
				if len(api.sent) != test.requests {
					t.Errorf("made %d requests, want %d", len(api.sent), test.requests)
				}
			})
		})
	}
}

func TestWaits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		attempts []network
		want     []int // seconds, without the jitter
	}{
		{"service", []network{answers(503, "")}, []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
		{"connection", []network{fails(io.EOF)}, []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
		{"rate limit", []network{answers(429, "")}, []int{5, 10, 20, 40, 60, 60, 60, 60, 60, 60}},
		{"rate limit after others", []network{answers(503, ""), fails(io.EOF), answers(429, ""), answers(503, "")}, []int{1, 2, 20, 8, 16, 32, 60, 60, 60, 60}},
		{"of the API's choice", []network{answers(503, "", "Retry-After: 30")}, []int{30, 30, 30, 30, 30, 32, 60, 60, 60, 60}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var jitters []float64
			for range 20 {
				synctest.Test(t, func(t *testing.T) {
					api, _ := play(t, t.Context(), 10, test.attempts...)
					if len(api.sent) != len(test.want)+1 {
						t.Fatalf("made %d requests", len(api.sent))
					}
					for i, want := range test.want {
						jitters = append(jitters, (api.sent[i+1]-api.sent[i]).Seconds()/float64(want))
					}
				})
			}
			if least, most := slices.Min(jitters), slices.Max(jitters); least < 1 || least > 1.05 || most < 1.2 || most > 1.25 {
				t.Errorf("waits are %.3f to %.3f times what they should be, want 1 to 1.25", least, most)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const own = 5 // seconds, after a 429
	tests := []struct {
		value string
		wait  int    // seconds, without the jitter
		want  string // in the error
	}{
		{value: "0", wait: own},
		{value: "60", wait: 60},
		{value: "Sat, 01 Jan 2000 00:00:30 GMT", wait: 30},
		{value: "Saturday, 01-Jan-00 00:01:00 GMT", wait: 60},
		{value: "Fri, 31 Dec 1999 23:59:30 GMT", wait: own},
		{value: "-1", wait: own},
		{value: "soon " + testKey, wait: own},
		{value: "61", want: "the API answered 429 Too Many Requests and asks to wait 1m1s, longer than the 1m0s that the provider waits"},
		{value: "Sat, 01 Jan 2000 00:01:01 GMT", want: "the API answered 429 Too Many Requests and asks to wait 1m1s, longer than the 1m0s that the provider waits"},
		{value: "1000000", want: "the API answered 429 Too Many Requests and asks to wait 277h46m40s, longer than the 1m0s that the provider waits"},
		{value: "9223372036854775807", want: "the API answered 429 Too Many Requests and asks to wait 1193046h28m15s, longer than the 1m0s that the provider waits"},
		{value: "99999999999999999999", want: "the API answered 429 Too Many Requests and asks to wait 1193046h28m15s, longer than the 1m0s that the provider waits"},
		{value: "Fri, 31 Dec 9999 23:59:59 GMT", want: "longer than the 1m0s that the provider waits"},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, err := play(t, t.Context(), 4, answers(429, "", "Retry-After: "+test.value), answersWell())
				if test.want != "" {
					wantError(t, err, KindRetryAfter, test.want)
					if took := time.Since(api.begun); took != 0 || len(api.sent) != 1 {
						t.Errorf("ended after %s and %d requests, want at once", took, len(api.sent))
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if wait := api.sent[1].Seconds(); wait < float64(test.wait) || wait > 1.25*float64(test.wait) {
					t.Errorf("waited %.2f s, want %d to %.2f", wait, test.wait, 1.25*float64(test.wait))
				}
			})
		})
	}
}

func TestTimeForTheWholeRead(t *testing.T) {
	t.Parallel()
	const inRequest = "the time for the whole read ran out before the answer was complete"
	tests := []struct {
		name     string
		attempts []network
		took     time.Duration // of 20 s
		requests int
		want     string
	}{
		{"wait that the API asks for", []network{answers(503, "", "Retry-After: 25")}, 0, 1, "the API answered 503 Service Unavailable; the next attempt would be in "},
		{"wait of our own", []network{answers(429, "", "Retry-After: 16")}, 16 * time.Second, 2, "when the time for the whole read has run out (the last of 2 attempts)"},
		{"request", []network{answers(503, ""), hangs}, 20 * time.Second, 2, inRequest + " (the last of 2 attempts)"},
		{"body", []network{breaksOff(nil)}, 20 * time.Second, 1, inRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				api, err := play(t, ctx, 10, test.attempts...)
				wantError(t, err, KindTimeout, test.want)
				if took := time.Since(api.begun); took < test.took || took > test.took*5/4 || took > 20*time.Second || len(api.sent) != test.requests {
					t.Errorf("ended after %s and %d requests, want %s and %d", took, len(api.sent), test.took, test.requests)
				}
			})
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		attempts []network
		requests int
	}{
		{"in the wait that the API asks for", []network{answers(429, "", "Retry-After: 60"), answersWell()}, 1},
		{"in the second wait", []network{answers(503, ""), answers(429, "", "Retry-After: 30"), answersWell()}, 2},
		{"before the answer", []network{hangs, answersWell()}, 1},
		{"in the body", []network{breaksOff(nil), answersWell()}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const after = 4 * time.Second
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(after, cancel)
				api, err := play(t, ctx, 4, test.attempts...)
				if took := time.Since(api.begun); !errors.Is(err, context.Canceled) || took != after || len(api.sent) != test.requests {
					t.Errorf("got the error %v after %s and %d requests", err, took, len(api.sent))
				}
			})
		})
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []string
		config := testConfig(t, "https://api.example.com")
		config.MaxRetries = 2
		config.Log = func(_ context.Context, message string, fields map[string]string) {
			got = append(got, fmt.Sprint(message, " ", fields))
		}
		api := &script{attempts: []network{answers(503, "body"), hangs, answersWell()}}
		if _, err := fakeClient(config, api).Assistant(t.Context(), "c", "ast_1"); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"Invent API request map[attempt:1 duration:0s path:/orgs/c/assistants/ast_1 result:the API answered 503 Service Unavailable]",
			"Invent API request map[attempt:2 duration:30s path:/orgs/c/assistants/ast_1 result:no complete answer came within the request timeout of 30s]",
			"Invent API request map[attempt:3 duration:0s path:/orgs/c/assistants/ast_1 result:complete]",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}
