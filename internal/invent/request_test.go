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

	"golang.org/x/time/rate"
)

// setup is what the read of one assistant works with.
type setup struct {
	maxRetries          int
	deadline, interrupt time.Duration // of the read, if there is one
	limiter             *rate.Limiter
	busy                bool // with as many requests as there can be at once
}

// outcome is what came of it.
type outcome struct {
	err  error
	sent []time.Duration // when each request came
	took time.Duration
	log  []string
}

// play reads one assistant from an API that does one thing after another, the last one for ever. The clock of the bubble
// jumps to the end of every wait, and begins at midnight UTC of 2000-01-01, a Saturday.
func play(t *testing.T, s setup, attempts ...network) outcome {
	t.Helper()
	var o outcome
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(s.deadline, 24*time.Hour))
		defer cancel()
		if s.interrupt > 0 {
			time.AfterFunc(s.interrupt, cancel)
		}
		config := testConfig(t, "https://api.example.com")
		config.MaxRetries, config.Limiter = s.maxRetries, s.limiter
		checkKey := config.Log
		config.Log = func(ctx context.Context, message string, fields map[string]string) {
			checkKey(ctx, message, fields)
			o.log = append(o.log, fmt.Sprint(message, " ", fields))
		}
		client := fakeClient(config, network(func(request *http.Request) (*http.Response, error) {
			now := min(len(o.sent), len(attempts)-1)
			o.sent = append(o.sent, time.Since(began))
			return attempts[now](request)
		}))
		for s.busy && len(client.slots) < cap(client.slots) {
			client.slots <- struct{}{}
		}
		_, o.err = client.Assistant(ctx, "c", "ast_1")
		o.took = time.Since(began)
	})
	return o
}

// attemptsTest is a row of most tables here.
type attemptsTest struct {
	name     string
	attempts []network
	requests int
	seconds  float64 // that all takes, without the jitter
	kind     Kind    // of the error
	want     string  // the beginning of the error
}

func (test attemptsTest) run(t *testing.T, s setup) {
	t.Helper()
	t.Run(test.name, func(t *testing.T) {
		t.Parallel()
		got := play(t, s, test.attempts...)
		switch {
		case test.kind != 0:
			if e := wantError(t, got.err, test.kind); !strings.HasPrefix(strings.TrimPrefix(e.Detail, "GET "+assistantPath+": "), test.want) {
				t.Errorf("got  %s\nwant %s", e.Detail, test.want)
			}
		case !errors.Is(got.err, map[string]error{canceled: context.Canceled, ranOut: context.DeadlineExceeded}[test.want]):
			t.Error(got.err)
		}
		if took := got.took.Seconds(); len(got.sent) != test.requests || took < test.seconds || took > 1.25*test.seconds {
			t.Errorf("ended after %d requests and %.2f s, want %d and %.2f s", len(got.sent), took, test.requests, test.seconds)
		}
	})
}

const canceled, ranOut = "canceled", "ran out" // the context's errors

func one(attempt network) []network { return []network{attempt} }

func answersWell() network { return answers(http.StatusOK, `{"id":"ast_1"}`) }

func fails(err error) network {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// breaksOff sends half a body and then fails. Without an error it hangs until the client gives up, and ends the body then.
func breaksOff(err error) network {
	return func(request *http.Request) (*http.Response, error) {
		half := io.MultiReader(strings.NewReader(`{"id":`), reader(func([]byte) (int, error) {
			if err == nil {
				<-request.Context().Done()
				return 0, io.EOF
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
		attempts, last := 1, ""
		if want == KindService || want == KindRateLimit {
			attempts, last = 2, " (the last of 2 attempts)"
		}
		got := play(t, setup{maxRetries: 1}, answers(status, "busy"))
		text := strings.TrimSpace(fmt.Sprintf("GET %s: the API answered %d %s", assistantPath, status, http.StatusText(status))) + last
		e := wantError(t, got.err, want, text)
		if e.Status != status || len(got.sent) != attempts || (string(e.Body) == "busy") != (status >= 400) {
			t.Errorf("%d: got %+v after %d requests", status, e, len(got.sent))
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	const incomplete, untrustedBy = "the connection failed before the answer was complete", " could not be verified: it is signed by an unknown authority"
	pipe := &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}
	untrusted := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	proxy := func(err error) []network { return one(fails(&net.OpError{Op: "proxyconnect", Err: err})) }
	alert := &net.OpError{Op: "remote error", Err: errors.New("tls: bad certificate")}
	for _, test := range []attemptsTest{
		{"broken pipe", one(fails(pipe)), 3, 3, KindConnection, "the connection to the API failed: broken pipe"},
		{"in the body", one(breaksOff(pipe)), 3, 3, KindConnection, "the connection to the API failed: broken pipe"},
		{"without a system's error", one(fails(&net.OpError{Op: "dial", Err: errors.New(testKey)})), 3, 3, KindConnection, incomplete},
		{"name", one(fails(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.example.com"}})), 3, 3, KindConnection, `the name "api.example.com" could not be resolved: no such host`},
		{"unknown error", one(fails(errors.New(testKey))), 3, 3, KindConnection, incomplete},
		{"certificate", one(fails(untrusted)), 1, 0, KindCertificate, "the certificate of the API" + untrustedBy},
		{"certificate of the proxy", proxy(untrusted), 1, 0, KindCertificate, "the certificate of the proxy" + untrustedBy},
		{"certificate for another use", one(fails(&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.IncompatibleUsage}})), 1, 0, KindCertificate, "the certificate of the API could not be verified: it is not valid"},
		{"TLS", one(fails(errors.New("tls: server selected unsupported protocol version 301: " + testKey))), 1, 0, KindTLS, "there is no TLS connection to the API: server selected unsupported protocol version 301"},
		{"alert of the proxy", proxy(alert), 1, 0, KindProxy, "there is no TLS connection to the proxy: bad certificate"},
		{"proxy", one(fails(&Error{Kind: KindProxy, Detail: "the proxy answered 407"})), 1, 0, KindProxy, "the proxy answered 407"},
		{"answer that is not JSON", one(answers(http.StatusOK, "<html>")), 1, 0, KindAnswer, "the answer is an HTML page"},
	} {
		test.run(t, setup{maxRetries: 2})
	}
}

func TestRequestTimeoutIsRetriedOnce(t *testing.T) {
	t.Parallel()
	const timeout = "no complete answer came within the request timeout of 30s"
	for _, test := range []attemptsTest{
		{"once", []network{hangs, answersWell()}, 2, 31, 0, ""},
		{"twice", []network{hangs, hangs, answersWell()}, 2, 61, KindRequestTimeout, timeout},
		{"in the head, then in the body", []network{hangs, breaksOff(nil), answersWell()}, 2, 61, KindRequestTimeout, timeout},
		{"twice with another failure between", []network{breaksOff(nil), answers(503, ""), hangs, answersWell()}, 3, 63, KindRequestTimeout, timeout},
		{"once among other failures", []network{answers(503, ""), hangs, fails(io.EOF), answers(503, ""), answersWell()}, 5, 45, 0, ""},
	} {
		test.run(t, setup{maxRetries: 4})
	}
}

func TestWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attempts []network
		want     []int // seconds, without the jitter
	}{
		"service":              {one(answers(503, "")), []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
		"connection":           {one(fails(io.EOF)), []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
		"rate limit":           {one(answers(429, "")), []int{5, 10, 20, 40, 60, 60, 60, 60, 60, 60}},
		"rate limit among":     {[]network{answers(503, ""), fails(io.EOF), answers(429, ""), answers(503, "")}, []int{1, 2, 20, 8, 16, 32, 60, 60, 60, 60}},
		"of the API's choice":  {one(answers(503, "", "Retry-After: 30")), []int{30, 30, 30, 30, 30, 32, 60, 60, 60, 60}},
		"Retry-After but once": {[]network{answers(503, "", "Retry-After: 30"), answers(503, "")}, []int{30, 2, 4, 8, 16, 32, 60, 60, 60, 60}},
	} {
		var jitters []float64
		for range 20 {
			sent := play(t, setup{maxRetries: 10}, test.attempts...).sent
			if len(sent) != len(test.want)+1 {
				t.Fatalf("%s: made %d requests", name, len(sent))
			}
			for i, want := range test.want {
				jitters = append(jitters, (sent[i+1]-sent[i]).Seconds()/float64(want))
			}
		}
		if least, most := slices.Min(jitters), slices.Max(jitters); least < 1 || least > 1.05 || most < 1.2 || most > 1.25 {
			t.Errorf("%s: waits are %.3f to %.3f times what they should be, want 1 to 1.25", name, least, most)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const own, tooLong = 5, "the API answered 429 Too Many Requests and asks to wait %s, longer than the 1m0s that the provider waits"
	for value, want := range map[string]any{ // the wait in seconds, without the jitter, or the one of the error
		"0": own, "-1": own, "soon " + testKey: own, "Fri, 31 Dec 1999 23:59:30 GMT": own,
		"60": 60, "Sat, 01 Jan 2000 00:00:30 GMT": 30, "Saturday, 01-Jan-00 00:01:00 GMT": 60,
		"61": "1m1s", "Sat, 01 Jan 2000 00:01:01 GMT": "1m1s", "1000000": "277h46m40s", "99999999999999999999": "1193046h28m15s", "Fri, 31 Dec 9999 23:59:59 GMT": "2562047h47m16.854775807s",
	} {
		test := attemptsTest{name: value, attempts: []network{answers(429, "", "Retry-After: "+value), answersWell()}}
		switch want := want.(type) {
		case int:
			test.requests, test.seconds = 2, float64(want)
		case string:
			test.requests, test.kind, test.want = 1, KindRetryAfter, fmt.Sprintf(tooLong, want)
		}
		test.run(t, setup{maxRetries: 4})
	}
}

// A read ends with its own time, whatever it waits for.
func TestTimeForTheWholeRead(t *testing.T) {
	t.Parallel()
	for _, test := range []attemptsTest{
		{"wait that the API asks for", one(answers(503, "", "Retry-After: 25")), 1, 0, KindTimeout, "the API answered 503 Service Unavailable; the next attempt would be in "},
		{"wait of our own", one(answers(429, "", "Retry-After: 16")), 2, 16, KindTimeout, "the API answered 429 Too Many Requests; the next attempt would be in "},
		{"request", []network{answers(503, ""), hangs}, 2, 20, 0, ranOut},
		{"body", one(breaksOff(nil)), 1, 20, 0, ranOut},
	} {
		test.run(t, setup{maxRetries: 10, deadline: 20 * time.Second})
	}
	attemptsTest{"other reads", one(answersWell()), 0, 20, 0, ranOut}.
		run(t, setup{busy: true, deadline: 20 * time.Second})
	attemptsTest{"limit", one(answers(503, "")), 1, 1, KindTimeout, "the limit of requests_per_minute lets no request through within the time for the whole read"}.
		run(t, setup{maxRetries: 10, limiter: rate.NewLimiter(1.0/60, 1), deadline: 20 * time.Second})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	const after = 4 * time.Second
	for _, test := range []attemptsTest{
		{"in the wait that the API asks for", []network{answers(429, "", "Retry-After: 60"), answersWell()}, 1, 4, 0, canceled},
		{"in the second wait", []network{answers(503, ""), answers(429, "", "Retry-After: 30"), answersWell()}, 2, 4, 0, canceled},
		{"before the answer", []network{hangs, answersWell()}, 1, 4, 0, canceled},
		{"in the body", []network{breaksOff(nil), answersWell()}, 1, 4, 0, canceled},
	} {
		test.run(t, setup{maxRetries: 4, interrupt: after})
	}
	attemptsTest{"while other reads are under way", one(answersWell()), 0, 4, 0, canceled}.run(t, setup{busy: true, interrupt: after})
	attemptsTest{"at the limit", one(answers(503, "")), 1, 4, 0, canceled}.
		run(t, setup{maxRetries: 4, limiter: rate.NewLimiter(1.0/60, 1), interrupt: after})
}

func TestLog(t *testing.T) {
	t.Parallel()
	got := play(t, setup{maxRetries: 2}, answers(503, "body"), hangs, answersWell()).log
	want := []string{
		"Invent API request map[attempt:1 duration:0s path:/orgs/c/assistants/ast_1 result:the API answered 503 Service Unavailable]",
		"Invent API request map[attempt:2 duration:30s path:/orgs/c/assistants/ast_1 result:no complete answer came within the request timeout of 30s]",
		"Invent API request map[attempt:3 duration:0s path:/orgs/c/assistants/ast_1 result:complete]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
