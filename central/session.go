package central

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// tokenLife is how long a sign-in holds; a desk then signs in again by itself.
const tokenLife = 24 * time.Hour

// session is a request's proven user.
type session struct {
	user  User
	phone *wire.PhoneAccount
	rule  Policy          // the organisation's
	desk  string          // as it signed in; empty where only a password was checked
	order *wire.WipeOrder // the desk is to wipe itself; nil: no
}

// scope is what the user's desks may hold.
func (s session) scope() string { return scopeOf(s.user, s.rule) }

func fault(code wire.Code, cause wire.Cause, message string) *wire.FaultError {
	return &wire.FaultError{Code: code, Cause: cause, Message: message}
}

// signIn checks a password and makes a token. address is the peer's, for the limit of attempts.
func (c *Central) signIn(ctx context.Context, in wire.SignIn, address string) (*wire.SignedIn, error) {
	wrong := fault(wire.CodeUnauthenticated, wire.CauseWrongPassword, "wrong user or password")
	if len(in.User) > maxName { // nobody has it, and it shall not be remembered
		return nil, wrong
	}
	if err := c.lastToken(ctx, in.Last); err != nil {
		return nil, err
	}
	if wait := c.locks.begin(c.cfg.Now(), in.User, address); wait > 0 {
		return nil, tooMany(wait)
	}
	s, right, err := c.prove(ctx, in)
	if err != nil || right {
		c.locks.refund(in.User, address)
	}
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, wrong
	}
	if err := c.orderFor(ctx, in.Desk, s.user.Name); err != nil {
		return nil, c.withProof(ctx, err, s.user.Name, in.Desk)
	}
	if s.user.Disabled {
		return nil, fault(wire.CodeForbidden, wire.CauseDisabled, "the user is disabled")
	}
	if err := c.speaks(in); err != nil {
		return nil, err
	}
	return c.issue(ctx, s, in.Desk, in.Version)
}

// speaks refuses a desk that has no version of the protocol in common with this central, and says which of the two is
// to be brought up to date. A desk that tells none speaks version 1.
func (c *Central) speaks(in wire.SignIn) error {
	least, most := max(in.ProtocolMin, 1), max(in.ProtocolMax, 1)
	var cause wire.Cause
	switch {
	case most < wire.ProtocolMin:
		cause = wire.CauseDeskOld
	case least > wire.ProtocolMax:
		cause = wire.CauseCentralOld
	default:
		return nil
	}
	f := fault(wire.CodePrecondition, cause, fmt.Sprintf("the desk's program %.40q speaks versions %d to %d of the protocol, central's %q versions %d to %d",
		in.Version, least, most, c.cfg.Version, wire.ProtocolMin, wire.ProtocolMax))
	f.Version = c.cfg.Version
	return f
}

// lastToken looks whether the desk that was given this token once is to wipe itself. The token may have been
// taken back: whoever changes a password first and thinks of wiping after that still reaches the desk.
func (c *Central) lastToken(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	s, err := c.session(ctx, token)
	if err == nil && s.order != nil {
		return c.tell(ctx, s.order, s.desk)
	}
	if _, no := errors.AsType[*wire.FaultError](err); no {
		return nil
	}
	return err
}

// tooMany tells a desk to come back later.
func tooMany(wait time.Duration) error {
	f := fault(wire.CodeExhausted, wire.CauseTooMany, "too many sign-ins")
	f.Retry = int((wait + time.Second - 1) / time.Second)
	return f
}

// prove finds the user and tells whether the password is right; an error says that it was not
// looked at.
func (c *Central) prove(ctx context.Context, in wire.SignIn) (s session, right bool, err error) {
	var stored string
	err = c.db.read(ctx, func(q queryer) error {
		row := q.QueryRowContext(ctx, "SELECT password, "+userColumns+" FROM user WHERE org = ? AND name = ?", c.org, in.User)
		var err error
		s.user, s.phone, err = scanUser(func(dst ...any) error { return row.Scan(append([]any{&stored}, dst...)...) })
		return err
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, false, err
	}
	if len(in.Password) > maxPassword {
		return s, false, nil
	}
	right, err = c.matches(ctx, in.Password, stored)
	return s, right, err
}

// issue makes a token for a user whose password was right. Only its hash stays here.
func (c *Central) issue(ctx context.Context, s session, deskID, version string) (*wire.SignedIn, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	now := c.now()
	expires := now + desk.Millis(tokenLife/time.Millisecond)
	hash := sha256.Sum256(secret)
	err := c.db.write(ctx, func(q queryer) error {
		// The user may have been disabled since the password was read.
		var disabled bool
		if err := q.QueryRowContext(ctx, "SELECT disabled FROM user WHERE org = ? AND name = ?", c.org, s.user.Name).Scan(&disabled); err != nil {
			return err
		}
		if disabled {
			return fault(wire.CodeForbidden, wire.CauseDisabled, "the user is disabled")
		}
		if err := c.noteDesk(ctx, q, s.user.Name, deskID, version); err != nil {
			return err
		}
		return c.addToken(ctx, q, hash[:], s.user.Name, deskID, expires)
	})
	if err != nil {
		return nil, err
	}
	out, err := c.signedIn(ctx, s)
	if err != nil {
		return nil, err
	}
	out.Token, out.Expires = base64.RawURLEncoding.EncodeToString(secret), expires
	return out, nil
}

// addToken keeps a token's hash. The newest of each desk stays for ever: it is how a desk that is shut out can still be
// told to wipe itself.
func (c *Central) addToken(ctx context.Context, q queryer, hash []byte, user, deskID string, expires desk.Millis) error {
	if !validID(deskID) { // no desk has it: the token is of nobody's, and goes when it has expired
		deskID = ""
	}
	now := c.now()
	_, err := q.ExecContext(ctx, "INSERT INTO token (hash, org, user, desk, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
		hash, c.org, user, deskID, now, expires)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `DELETE FROM token WHERE org = ? AND user = ? AND expires < ? AND (desk = '' OR EXISTS
		(SELECT 1 FROM token n WHERE n.org = token.org AND n.user = token.user AND n.desk = token.desk AND n.created > token.created))`,
		c.org, user, now)
	return err
}

// withProof adds a token to an order that a desk gets for its right password. It is spent from the start: it is
// good for what an order leaves open and for nothing else.
func (c *Central) withProof(ctx context.Context, ordered error, user, deskID string) error {
	var f *wire.FaultError
	if !errors.As(ordered, &f) || f.Wipe == nil || !validID(deskID) {
		return ordered
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	hash := sha256.Sum256(secret)
	err := c.db.write(ctx, func(q queryer) error {
		if err := c.noteDesk(ctx, q, user, deskID, ""); err != nil {
			return err
		}
		return c.addToken(ctx, q, hash[:], user, deskID, 0)
	})
	if err != nil {
		return err
	}
	f.Wipe.Token = base64.RawURLEncoding.EncodeToString(secret)
	return f
}

func (c *Central) signedIn(ctx context.Context, s session) (*wire.SignedIn, error) {
	out := &wire.SignedIn{
		User: s.user.Name, Name: s.user.Display, Role: s.user.Role, Group: s.user.Group, Level: s.user.Level,
		Org: c.org, Phone: s.phone, Now: c.now(), ChainKeys: c.signing.Load().keys,
		ProtocolMin: wire.ProtocolMin, ProtocolMax: wire.ProtocolMax, Version: c.cfg.Version,
	}
	err := c.db.read(ctx, func(q queryer) error {
		var err error
		out.Recovery, err = c.recovery(ctx, q)
		return err
	})
	return out, err
}

// tokenHash is what is looked up for a token; nil where it cannot be one.
func tokenHash(token string) []byte {
	secret, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(secret) != 32 {
		return nil
	}
	hash := sha256.Sum256(secret)
	return hash[:]
}

// session finds the user of a token as of now: a disabled user has no good tokens any more. Where an order to
// wipe the desk stands the session carries it, and then the token may be one that is not good any more.
func (c *Central) session(ctx context.Context, token string) (session, error) {
	var s session
	hash := tokenHash(token)
	if hash == nil {
		return s, fault(wire.CodeUnauthenticated, wire.CauseToken, "a token is needed")
	}
	var good bool
	err := c.db.read(ctx, func(q queryer) error {
		row := q.QueryRowContext(ctx, `SELECT counter.policy, token.desk, token.expires > ? AND user.disabled = 0, user.name, user.display,
			user.role, user.grp, user.level, user.disabled, user.created, user.phone FROM token
			JOIN user ON user.org = token.org AND user.name = token.user
			JOIN counter ON counter.org = token.org
			WHERE token.hash = ?`, c.now(), hash)
		var err error
		s.user, s.phone, err = scanUser(func(dst ...any) error { return row.Scan(append([]any{&s.rule, &s.desk, &good}, dst...)...) })
		if err != nil {
			return err
		}
		s.order, err = c.order(ctx, q, s.desk, s.user.Name)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && !good && s.order == nil {
		return s, fault(wire.CodeUnauthenticated, wire.CauseToken, "the token is unknown, expired or taken back")
	}
	return s, err
}

// signOut takes one token back.
func (c *Central) signOut(ctx context.Context, token string) error {
	return c.db.write(ctx, func(q queryer) error {
		_, err := q.ExecContext(ctx, "DELETE FROM token WHERE hash = ?", tokenHash(token))
		return err
	})
}
