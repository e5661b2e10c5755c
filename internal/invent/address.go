package invent

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// maxIDLength is far more than any id has, and keeps a mistake (a file instead of
// an id) out of a request line.
const maxIDLength = 256

// CheckID tells whether an id can be a segment of a request's path. The API's ids
// have no documented form, so all that is refused is what could lead elsewhere.
func CheckID(id string) error {
	switch {
	case id == "":
		return errors.New("the id is empty")
	case len(id) > maxIDLength:
		return fmt.Errorf("the id has %d bytes, at most %d are possible", len(id), maxIDLength)
	case id == "." || id == "..":
		return fmt.Errorf("%q is not an id", id)
	case strings.ContainsAny(id, `/\?#%`):
		return fmt.Errorf(`the id %q has one of the characters / \ ? # %%`, id)
	case strings.ContainsFunc(id, unicode.IsControl):
		return fmt.Errorf("the id %q has a control character", id)
	default:
		return nil
	}
}

// ParseBaseURL reads the address that the API's paths begin at: https, or http to
// loopback, with an optional path and without user information, query or fragment.
func ParseBaseURL(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil: // not shown: it quotes the text, which can have a password
		return nil, errors.New("it is not a URL")
	case base.User != nil:
		return nil, errors.New("it has user information; the API key is all that is needed")
	case strings.ContainsAny(text, "?#"):
		return nil, errors.New("it has a query or a fragment")
	case base.Hostname() == "":
		return nil, errors.New("it has no host; write it as https://host")
	case !isPort(port(base)):
		return nil, errors.New("its port is not a number from 1 to 65535")
	case base.Scheme == "http" && !isLoopback(base.Hostname()):
		return nil, errors.New("http would send the API key in clear; use https (http is for localhost, 127.0.0.0/8 and ::1)")
	case base.Scheme != "https" && base.Scheme != "http":
		return nil, errors.New("its scheme is neither https nor, for loopback, http")
	}
	return base, nil
}

// isLoopback goes by the spelling alone: a name that resolves to loopback today
// can resolve to anything tomorrow.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && (address == netip.IPv6Loopback() || address.Is4() && address.IsLoopback())
}

func isPort(text string) bool {
	number, err := strconv.ParseUint(text, 10, 16)
	return err == nil && number > 0
}

// sameOrigin tells whether two URLs have the same scheme, host and port.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}
