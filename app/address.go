package app

import (
	"net"
	"net/url"
	"strings"
)

// joinError carries the code that the first-run screen words.
type joinError struct{ code string }

func (e *joinError) Error() string { return "join: " + e.code }

// centralURL completes an address as people type it: https unless it is this computer.
func centralURL(text string) (string, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", &joinError{"bad_address"}
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", &joinError{"not_secure"}
	}
	return u.String(), nil
}
