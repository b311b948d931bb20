package sync

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Reasons of a failed link, as desk.Link words them.
const (
	reasonRefused     = "refused"
	reasonCut         = "unreachable" // the connection ended in the middle
	reasonDiskFull    = "disk_full"   // this desk's: what comes down finds no room
	reasonTimeout     = "timeout"
	reasonDNS         = "dns"
	reasonTLS         = "tls"
	reasonTLSName     = "tls_name" // a good certificate, of somebody else
	reasonPortal      = "portal"
	reasonProxy       = "proxy"
	reasonProxyAuth   = "proxy_auth"
	reasonNotCentral  = "not_central"
	reasonPassword    = "wrong_password"
	reasonDisabled    = "disabled"
	reasonTooMany     = "too_many_attempts"
	reasonWiped       = "wiped"
	reasonDeskOld     = "desk_old"
	reasonCentralOld  = "central_old"
	reasonServerError = "server_error"
)

// winsockRefused is WSAECONNREFUSED: package syscall has another number under that name on Windows.
const winsockRefused = 10061

// Reason gives the code of desk.Link for an error of this package; "" for nil.
func Reason(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*wire.FaultError](err); ok {
		return reasonOf(f)
	}
	for _, one := range []struct {
		err    error
		reason string
	}{
		{errPortal, reasonPortal},
		{errProxyAuth, reasonProxyAuth},
		{errProxy, reasonProxy},
		{errGateway, reasonServerError},
		{errNotCentral, reasonNotCentral},
		{desk.ErrDiskFull, reasonDiskFull},
	} {
		if errors.Is(err, one.err) {
			return one.reason
		}
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "proxyconnect" { // see http.Transport
		return reasonProxy
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return reasonDNS
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return reasonTLSName
	}
	if isTLS(err) {
		return reasonTLS
	}
	var number syscall.Errno
	if errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &number) && number == winsockRefused {
		return reasonRefused
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errStalled) ||
		errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) {
		return reasonTimeout
	}
	if isCut(err) || errors.Is(err, desk.ErrOffline) { // package http has no name for every way a line ends
		return reasonCut
	}
	return reasonServerError
}

// reasonOf words a fault of central's.
func reasonOf(f *wire.FaultError) string {
	reason, ok := map[wire.Cause]string{
		wire.CauseWrongPassword: reasonPassword, wire.CauseDisabled: reasonDisabled, wire.CauseTooMany: reasonTooMany,
		wire.CauseWiped: reasonWiped, wire.CauseDeskOld: reasonDeskOld, wire.CauseCentralOld: reasonCentralOld,
	}[f.Cause]
	if !ok {
		return reasonServerError
	}
	return reason
}

// isCut reports whether the line failed, not who is at its other end.
func isCut(err error) bool {
	var line *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &line) ||
		strings.Contains(err.Error(), "http2: client connection lost") || // its ping was not answered
		strings.Contains(err.Error(), "http2: server sent GOAWAY") // it ended in order, with this call open
}

func isTLS(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.Is(err, errPlain) || errors.As(err, &verify) || errors.As(err, &unknown) ||
		errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert) ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// linkState is the state of the link after an error. Only central itself refuses: what a portal or a proxy says is
// no word of it.
func linkState(err error) desk.CentralState {
	if r := Reason(err); r == reasonPassword || r == reasonDisabled || r == reasonWiped {
		return desk.CentralRefused
	}
	return desk.CentralUnreachable
}
