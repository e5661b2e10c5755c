package provider

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxyFor returns the proxy for a base URL, nil for a direct connection: that of HTTPS_PROXY, or https_proxy if that is
// empty, unless NO_PROXY (or no_proxy) exempts the host.
//
// A value that is not understood is an error, because the library would connect directly instead, or take a part of a
// password for the proxy's name. The error quotes nothing of it.
func proxyFor(base *url.URL, getenv func(name string) string) (*url.URL, error) {
	name := "HTTPS_PROXY"
	if getenv(name) == "" {
		name = "https_proxy"
	}
	rules := httpproxy.Config{HTTPSProxy: "proxy.invalid", NoProxy: cmp.Or(getenv("NO_PROXY"), getenv("no_proxy"))}
	if used, _ := rules.ProxyFunc()(base); getenv(name) == "" || used == nil {
		return nil, nil
	}
	proxy, ok := parseProxy(getenv(name))
	if !ok {
		return nil, fmt.Errorf("the environment variable %s is not the address of a proxy. Expected is [scheme://][user[:password]@]host[:port] "+
			"with the scheme http, https, socks5 or socks5h; percent-encode special characters in user and password: @ as %%40, / as %%2F, %% as %%25", name)
	}
	return proxy, nil
}

func parseProxy(address string) (*url.URL, bool) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	proxy, err := url.Parse(address)
	isVisible := !strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' })
	if err != nil || !isVisible || strings.ContainsAny(address, "?#") || strings.Count(address, "@") > 1 {
		return nil, false
	}
	return proxy, proxy.Hostname() != "" && hasPort(proxy) &&
		slices.Contains([]string{"", "/"}, proxy.Path) && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme)
}

// hasPort tells whether a URL has a port that is possible, or none.
func hasPort(u *url.URL) bool {
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0 || u.Port() == "" && !strings.HasSuffix(u.Host, ":")
}
