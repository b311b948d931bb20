package central

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// User is a person who may sign in. Name is what is typed there.
type User struct {
	Name     string      `json:"name"`
	Display  string      `json:"display,omitempty"`
	Role     desk.Role   `json:"role"`
	Group    string      `json:"group"`
	Level    string      `json:"level,omitempty"`
	Disabled bool        `json:"disabled"`
	Created  desk.Millis `json:"created"`
	AOR      string      `json:"aor,omitempty"` // of the phone account; empty: none
}

// Limits of what an administrator types.
const (
	maxName     = 64
	maxPassword = 512
	minPassword = 8
)

// Parameters of argon2id (RFC 9106 section 4, second choice for memory, one pass).
const (
	argonTime    = 1
	argonMemory  = 64 << 10 // KiB
	argonThreads = 4
	argonSalt    = 16
	argonKey     = 32
)

// checkUser tells in words what is wrong with a user.
func checkUser(u User) error {
	wrong := func(text string) error { return fmt.Errorf("%s: %w", text, desk.ErrInvalid) }
	if u.Name == "" || len(u.Name) > maxName || !utf8.ValidString(u.Name) || strings.ContainsAny(u.Name, " \t\r\n:/\\\"'") {
		return wrong("a user name has 1 to 64 bytes and no spaces, colons, slashes or quotes")
	}
	if !u.Role.Valid() {
		return wrong("the role is agent, lead, admin or maintainer")
	}
	if (u.Role == desk.RoleAgent || u.Role == desk.RoleLead) && u.Group == "" {
		return wrong("an agent and a lead need a group")
	}
	for _, s := range []string{u.Group, u.Level, u.Display} {
		if len(s) > maxName || !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00") {
			return wrong("group, level and full name have at most 64 bytes and one line")
		}
	}
	return nil
}

func checkPassword(password string) error {
	if len(password) < minPassword || len(password) > maxPassword {
		return fmt.Errorf("a password has %d to %d bytes: %w", minPassword, maxPassword, desk.ErrInvalid)
	}
	return nil
}

// AddUser adds a user. Errors: desk.ErrInvalid, desk.ErrConflict (the name is taken), wrapped.
func (c *Central) AddUser(ctx context.Context, u User, password string) error {
	if err := errors.Join(checkUser(u), checkPassword(password)); err != nil {
		return fmt.Errorf("add user %q: %w", u.Name, err)
	}
	hash, err := c.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("add user %q: %w", u.Name, err)
	}
	err = c.db.write(ctx, func(q queryer) error {
		res, err := q.ExecContext(ctx, `INSERT INTO user (org, name, display, role, grp, level, password, disabled, created)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			c.org, u.Name, u.Display, u.Role, u.Group, u.Level, hash, u.Disabled, c.now())
		if err != nil {
			return err
		}
		return oneRow(res, desk.ErrConflict)
	})
	if err != nil {
		return fmt.Errorf("add user %q: %w", u.Name, err)
	}
	return c.meetPeople(ctx)
}

// oneRow gives missing where a statement changed nothing.
func oneRow(res sql.Result, missing error) error {
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return missing
	}
	return nil
}

const userColumns = "name, display, role, grp, level, disabled, created, phone"

// scanUser reads userColumns.
func scanUser(scan func(...any) error) (User, *wire.PhoneAccount, error) {
	var u User
	var phone string
	if err := scan(&u.Name, &u.Display, &u.Role, &u.Group, &u.Level, &u.Disabled, &u.Created, &phone); err != nil {
		return u, nil, err
	}
	if phone == "" {
		return u, nil, nil
	}
	var account wire.PhoneAccount
	if err := json.Unmarshal([]byte(phone), &account); err != nil {
		return u, nil, err
	}
	u.AOR = account.AOR
	return u, &account, nil
}

// Users lists all users by name.
func (c *Central) Users(ctx context.Context) ([]User, error) {
	var list []User
	err := c.db.read(ctx, func(q queryer) error {
		rows, err := q.QueryContext(ctx, "SELECT "+userColumns+" FROM user WHERE org = ? ORDER BY name", c.org)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			u, _, err := scanUser(rows.Scan)
			if err != nil {
				return err
			}
			list = append(list, u)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return list, nil
}

// change runs one UPDATE of a user and takes the user's tokens back where drop says so.
func (c *Central) change(ctx context.Context, name string, drop bool, set string, args ...any) error {
	err := c.db.write(ctx, func(q queryer) error {
		res, err := q.ExecContext(ctx, "UPDATE user SET "+set+" WHERE org = ? AND name = ?", append(args, c.org, name)...)
		if err != nil {
			return err
		}
		if err := oneRow(res, desk.ErrNotFound); err != nil || !drop {
			return err
		}
		_, err = q.ExecContext(ctx, "UPDATE token SET expires = 0 WHERE org = ? AND user = ?", c.org, name) // see issue
		return err
	})
	if err != nil {
		return fmt.Errorf("change user %q: %w", name, err)
	}
	return c.meetPeople(ctx)
}

// SetPassword gives a user a new password; every desk signed in with the old one has to sign in again.
func (c *Central) SetPassword(ctx context.Context, name, password string) error {
	if err := checkPassword(password); err != nil {
		return fmt.Errorf("change user %q: %w", name, err)
	}
	hash, err := c.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("change user %q: %w", name, err)
	}
	return c.change(ctx, name, true, "password = ?", hash)
}

// Disable shuts a user out: tokens are void at once and streams end within a second. What the user's desks keep
// stays there; Retire takes it in and has it destroyed. Enabling again is Disable with on false: it takes the order of
// Retire back, and no other.
func (c *Central) Disable(ctx context.Context, name string, on bool) error {
	if err := c.change(ctx, name, on, "disabled = ?", on); err != nil || on {
		return err
	}
	err := c.db.write(ctx, func(q queryer) error {
		res, err := q.ExecContext(ctx, "DELETE FROM wipe_order WHERE org = ? AND kind = ? AND name = ? AND why = ?", c.org, wipeUser, name, whyDisabled)
		if err != nil {
			return err
		}
		if taken, err := res.RowsAffected(); err != nil || taken == 0 {
			return err
		}
		_, err = q.ExecContext(ctx, "UPDATE installation SET told = 0 WHERE org = ? AND wiped = 0 AND user = ?", c.org, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("change user %q: %w", name, err)
	}
	return nil
}

// Retire shuts a user out for good: as Disable does, and in the same transaction every desk of the user is ordered to hand
// over what waits in its outbox and then to destroy what it keeps. An order that stands already stays as it is.
// Errors: desk.ErrNotFound, wrapped.
func (c *Central) Retire(ctx context.Context, name string) error {
	err := c.db.write(ctx, func(q queryer) error {
		res, err := q.ExecContext(ctx, "UPDATE user SET disabled = 1 WHERE org = ? AND name = ?", c.org, name)
		if err != nil {
			return err
		}
		if err := oneRow(res, desk.ErrNotFound); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, "UPDATE token SET expires = 0 WHERE org = ? AND user = ?", c.org, name); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO wipe_order (org, kind, name, drain, at, why) VALUES (?, ?, ?, 1, ?, ?)
			ON CONFLICT (org, kind, name) DO NOTHING`, c.org, wipeUser, name, c.now(), whyDisabled)
		return err
	})
	if err != nil {
		return fmt.Errorf("retire user %q: %w", name, err)
	}
	return c.meetPeople(ctx)
}

// Place gives a user another role, group or level. Desks hold what the new place allows from their next
// pull on.
func (c *Central) Place(ctx context.Context, u User) error {
	if err := checkUser(u); err != nil {
		return fmt.Errorf("change user %q: %w", u.Name, err)
	}
	var w *writer
	err := c.db.write(ctx, func(q queryer) error {
		res, err := q.ExecContext(ctx, "UPDATE user SET role = ?, grp = ?, level = ?, display = ? WHERE org = ? AND name = ?",
			u.Role, u.Group, u.Level, u.Display, c.org, u.Name)
		if err != nil {
			return err
		}
		if err := oneRow(res, desk.ErrNotFound); err != nil {
			return err
		}
		if w, err = c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, ""); err != nil {
			return err
		}
		if err := w.moveLost(ctx, u.Name); err != nil {
			return err
		}
		w.seq++
		w.touched.scopes[scopeOf(u, w.policy)] = true // a desk that polls has a new scope to pull
		return w.save(ctx)
	})
	if err != nil {
		return fmt.Errorf("change user %q: %w", u.Name, err)
	}
	c.hub.publish(w.seq, w.touched)
	return c.meetPeople(ctx)
}

// SetPhone gives a user the phone account that comes down at sign-in.
func (c *Central) SetPhone(ctx context.Context, name string, account wire.PhoneAccount) error {
	if account.AOR == "" || extensionOf(account.AOR) == "" || len(account.Registrars) == 0 {
		return fmt.Errorf("phone of user %q: address of record (sip:1001@host) and registrar are needed: %w", name, desk.ErrInvalid)
	}
	text, err := json.Marshal(account) //nolint:gosec // the desk needs the password itself; see the schema
	if err != nil {
		return fmt.Errorf("phone of user %q: %w", name, err)
	}
	return c.change(ctx, name, false, "phone = ?", string(text))
}

// extensionOf gives the user part of a SIP address of record (RFC 3261 section 19.1.1): 1001 of
// sip:1001@pbx. Empty where there is none.
func extensionOf(aor string) string {
	rest := aor
	if scheme, after, ok := strings.Cut(aor, ":"); ok && (scheme == "sip" || scheme == "sips") {
		rest = after
	}
	name, _, ok := strings.Cut(rest, "@")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, ":")
	return name
}

// hash makes the PHC string of a password.
func (c *Central) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	key, err := c.derive(ctx, password, salt, argonTime, argonMemory, argonThreads, argonKey)
	return phc(key, salt), err
}

func phc(key, salt []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// maxHashing bounds the passwords that are looked at or wait for it; whoever comes then is told to come
// back after busyPause.
const (
	maxHashing = 48
	busyPause  = 3 * time.Second
)

// derive runs argon2id, at most one per processor at a time. An error says that it did not run: ctx ended,
// or too many wait.
func (c *Central) derive(ctx context.Context, password string, salt []byte, time, memory uint32, threads uint8, size uint32) ([]byte, error) {
	defer c.awaited.Add(-1)
	if c.awaited.Add(1) > maxHashing {
		return nil, tooMany(busyPause)
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case c.hashing <- struct{}{}:
	}
	defer func() { <-c.hashing }()
	return argon2.IDKey([]byte(password), salt, time, memory, threads, size), nil
}

// matches compares a password with a PHC string. With an unreadable one it takes as long and says no,
// so that an unknown user cannot be told from a wrong password by the clock.
func (c *Central) matches(ctx context.Context, password, stored string) (bool, error) {
	var version int
	var time, memory uint32
	var threads uint8
	parts := strings.Split(stored, "$")
	if len(parts) == 6 {
		_, e1 := fmt.Sscanf(parts[2], "v=%d", &version)
		_, e2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads)
		salt, e3 := base64.RawStdEncoding.DecodeString(parts[4])
		key, e4 := base64.RawStdEncoding.DecodeString(parts[5])
		if errors.Join(e1, e2, e3, e4) == nil && version == argon2.Version && time > 0 && threads > 0 && len(key) == argonKey {
			derived, err := c.derive(ctx, password, salt, time, memory, threads, argonKey)
			return err == nil && subtle.ConstantTimeCompare(derived, key) == 1, err
		}
	}
	_, err := c.derive(ctx, password, make([]byte, argonSalt), argonTime, argonMemory, argonThreads, argonKey)
	return false, err
}
