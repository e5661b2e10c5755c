package provider

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// parseBaseURL is the rule for base_url: https, or http to loopback, with an optional path and without user information,
// query or fragment. Its error does not quote the text, which can have a password.
func parseBaseURL(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL")
	case base.User != nil:
		return nil, errors.New("it has user information; the API key is all that is needed")
	case strings.ContainsAny(text, "?#"):
		return nil, errors.New("it has a query or a fragment")
	case base.Hostname() == "":
		return nil, errors.New("it has no host; write it as https://host")
	case !hasPort(base):
		return nil, errors.New("its port is not a number from 1 to 65535")
	case base.Scheme == "http" && !isLoopback(base.Hostname()):
		return nil, errors.New("http would send the API key in clear; use https (http is for localhost, 127.0.0.0/8 and ::1)")
	case base.Scheme != "https" && base.Scheme != "http":
		return nil, errors.New("its scheme is neither https nor, for loopback, http")
	}
	return base, nil
}

// isLoopback goes by the spelling alone: a name that resolves to loopback today can resolve to anything tomorrow.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && (address == netip.IPv6Loopback() || address.Is4() && address.IsLoopback())
}

// hasPort tells whether a URL has a port that is possible, or none.
func hasPort(u *url.URL) bool {
	number, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && number > 0 || u.Port() == "" && !strings.HasSuffix(u.Host, ":")
}
