package sync

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// disabledPause is how long a disabled user's desk waits before it asks again.
const disabledPause = time.Minute

// refused is why central did not let us in. It holds until a moment, or, with the zero time, until the
// password is another one or somebody presses for it.
type refused struct {
	err      error
	password string
	at       time.Time // when that was
	until    time.Time
}

// holds reports whether it still holds. A clock that has been set back says nothing about until.
func (r *refused) holds(now time.Time) bool {
	return r.until.IsZero() || now.Before(r.until) && !now.Before(r.at)
}

// SignIn checks a user and password, for the screen where they are typed. Reason words its error.
func SignIn(ctx context.Context, url, user, password string, roots *x509.CertPool) (desk.Session, *wire.PhoneAccount, error) {
	client := newHTTP(roots, nil)
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	out, err := once[wire.SignedIn](ctx, client, url, wire.MethodSignIn, "", wire.SignIn{
		User: user, Password: password, ProtocolMin: wire.ProtocolMin, ProtocolMax: wire.ProtocolMax,
	})
	if err != nil {
		return desk.Session{}, nil, fmt.Errorf("sign in: %w", err)
	}
	// The desk signs in again under its own id. The password was right all the same if this token stays.
	_, _ = once[wire.Done](ctx, client, url, wire.MethodSignOut, out.Token, wire.SignOut{})
	return sessionOf(out, ""), out.Phone, nil
}

func sessionOf(s *wire.SignedIn, deskID string) desk.Session {
	return desk.Session{User: s.User, Name: s.Name, Role: s.Role, Group: s.Group, Org: s.Org, Desk: deskID}
}

// signedIn gives the token, signing in where there is none. One loop does it, the others wait.
func (c *Client) signedIn(ctx context.Context) (string, error) {
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case c.signing <- struct{}{}:
	}
	defer func() { <-c.signing }()
	c.mu.Lock()
	token, loaded, no := c.token, c.loaded, c.refused
	c.loaded = true
	c.mu.Unlock()
	if token != "" {
		return token, nil
	}
	if !loaded && c.cfg.Tokens != nil {
		if token := c.cfg.Tokens.Load(); token != "" {
			c.mu.Lock()
			c.last = token
			c.mu.Unlock()
			err := c.resume(ctx, token)
			if err == nil || !badToken(err) {
				return token, c.heed(ctx, err)
			}
		}
	}
	password, err := c.cfg.Password()
	if err != nil {
		// Without a password there is nothing to try; the error may name what was looked for.
		return "", fmt.Errorf("sign in: no password: %w", &wire.FaultError{
			Code: wire.CodeUnauthenticated, Cause: wire.CauseWrongPassword, Message: "the desk has no password",
		})
	}
	if no != nil && no.password == password && no.holds(c.cfg.Now()) {
		return "", errors.Join(no.err, c.knock(ctx))
	}
	token, err = c.ask(ctx, password)
	return token, c.heed(ctx, err)
}

// resume takes up a token of an earlier run.
func (c *Client) resume(ctx context.Context, token string) error {
	out, err := once[wire.SignedIn](ctx, c.http, c.cfg.URL, wire.MethodSession, token, wire.Session{})
	if err != nil {
		if !badToken(err) {
			c.mu.Lock()
			c.loaded = false // ask for it again when central answers
			c.mu.Unlock()
		}
		return err
	}
	return c.welcome(ctx, token, out)
}

// ask signs in with a password and remembers a refusal, so that it is not tried for ever.
func (c *Client) ask(ctx context.Context, password string) (string, error) {
	r, err := c.cfg.Store.Replica(ctx)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	c.mu.Lock()
	last := c.last
	c.mu.Unlock()
	out, err := once[wire.SignedIn](ctx, c.http, c.cfg.URL, wire.MethodSignIn, "", wire.SignIn{
		User: c.cfg.User, Password: password, Desk: r.Desk, Version: c.cfg.Version, Now: desk.MillisOf(c.cfg.Now()), Last: last,
		ProtocolMin: wire.ProtocolMin, ProtocolMax: wire.ProtocolMax,
	})
	if err == nil {
		if c.cfg.Tokens != nil {
			c.cfg.Tokens.Save(out.Token)
		}
		return out.Token, c.welcome(ctx, out.Token, out)
	}
	if f, ok := errors.AsType[*wire.FaultError](err); ok {
		no := &refused{err: err, password: password, at: c.cfg.Now()}
		if f.Cause == wire.CauseDisabled {
			no.until = c.cfg.Now().Add(disabledPause)
		} else if f.Cause != wire.CauseWrongPassword {
			no.until = c.cfg.Now().Add(time.Duration(f.Retry) * time.Second)
		}
		c.mu.Lock()
		c.refused = no
		c.mu.Unlock()
	}
	return "", err
}

// welcome keeps the token and tells who we are.
func (c *Client) welcome(ctx context.Context, token string, out *wire.SignedIn) error {
	r, err := c.cfg.Store.Replica(ctx)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if err := c.cfg.Store.Join(ctx, out.Org); err != nil {
		return fmt.Errorf("sign in: %w", err) // nothing of one organisation goes to another
	}
	// Without the keys the desk works on; only the check of its chain proves less.
	if err := c.cfg.Store.TrustKeys(ctx, out.ChainKeys); err != nil {
		c.cfg.Log.WarnContext(ctx, "central's keys were not kept", "error", err)
	}
	c.mu.Lock()
	c.token, c.last, c.refused = token, token, nil
	c.mu.Unlock()
	c.emit(ctx, SignedIn{
		Session: sessionOf(out, r.Desk), Phone: out.Phone, Skew: out.Now.Sub(desk.MillisOf(c.cfg.Now())),
		Recovery: out.Recovery,
	})
	return nil
}

// dropToken uses a token no more that central does not take. It stays kept until the next one: it still
// proves which desk this is, see wire.SignIn.
func (c *Client) dropToken(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == token {
		c.token = ""
	}
}

// forgive lets a refused password be tried once more.
func (c *Client) forgive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var f *wire.FaultError
	if c.refused != nil && errors.As(c.refused.err, &f) && f.Cause != wire.CauseTooMany {
		c.refused = nil
	}
}
