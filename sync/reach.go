package sync

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/callbench/callbench/sync/wire"
)

// Reach asks whether a central answers at an address, for the screen where the address is typed. It signs nobody in
// and counts as no attempt. Reason words its error; roots nil: the system's authorities.
func Reach(ctx context.Context, url string, roots *x509.CertPool) error {
	client := newHTTP(roots, nil)
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	_, err := once[wire.SignedIn](ctx, client, url, wire.MethodSession, "", wire.Session{})
	if f, ok := errors.AsType[*wire.FaultError](err); ok && f.Code == wire.CodeUnauthenticated {
		return nil // that is what central says to whoever shows no token
	}
	if err == nil {
		err = errNotCentral
	}
	return fmt.Errorf("reach central: %w", err)
}
