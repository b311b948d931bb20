// Package desk is the words of the trade and the one decision function of the program.
//
// It owns the domain types (Customer, Contact, Callback, Ticket, Agent, Queue …), the state of one
// desk (State) and Update, which maps a state and an event to the next state and the commands to be
// carried out. Everything here is a value: no I/O, no clock, no goroutine, no lock. Any goroutine may
// call it; nothing has to be stopped. A State handed out is never changed afterwards: Update copies
// what it alters, so that the window may read an old one while the loop makes the next.
package desk

import (
	"errors"
	"time"
)

// Errors that packages below and above desk agree on. They carry no customer data and no wording for
// people: ui/present words them.
var (
	ErrNotFound  = errors.New("not found")
	ErrConflict  = errors.New("conflict")
	ErrOffline   = errors.New("offline")
	ErrForbidden = errors.New("forbidden")
	ErrDiskFull  = errors.New("disk full")
	ErrReadOnly  = errors.New("read-only disk")
	ErrHeld      = errors.New("another program holds the file")
	ErrNotNow    = errors.New("not possible now")
	ErrWrongKey  = errors.New("wrong key")
	ErrDamaged   = errors.New("the file is damaged")
	ErrNewer     = errors.New("written by a newer version")
	ErrCopied    = errors.New("a copy of this desk used its number")
	ErrInvalid   = errors.New("invalid")
)

// Millis is a moment in UTC milliseconds since 1970; 0 means "not set".
type Millis int64

// MillisOf converts a time; the zero time gives 0.
func MillisOf(t time.Time) Millis {
	if t.IsZero() {
		return 0
	}
	return Millis(t.UnixMilli())
}

// Time gives the moment in UTC; 0 gives the zero time.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// Sub is the duration from earlier to m.
func (m Millis) Sub(earlier Millis) time.Duration {
	return time.Duration(m-earlier) * time.Millisecond
}

// Role says what a user may do (docs/GLOSSARY.md, 权限).
type Role string

// The four roles.
const (
	RoleAgent      Role = "agent"
	RoleLead       Role = "lead"
	RoleAdmin      Role = "admin"
	RoleMaintainer Role = "maintainer"
)

// Valid reports whether r is one of the four roles.
func (r Role) Valid() bool {
	switch r {
	case RoleAgent, RoleLead, RoleAdmin, RoleMaintainer:
		return true
	}
	return false
}

// Language is a BCP 47 tag of one of the three interface languages.
type Language string

// The interface languages.
const (
	ZhHans  Language = "zh-Hans"
	ZhHant  Language = "zh-Hant"
	English Language = "en"
)

// Valid reports whether l is one of the three interface languages.
func (l Language) Valid() bool { return l == ZhHans || l == ZhHant || l == English }
