package app

import (
	"crypto/x509"
	"log/slog"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/softphone"
	"github.com/callbench/callbench/softphone/audio"
	datasync "github.com/callbench/callbench/sync"
)

// workplaceConfig says what a desk is made of. A part that is nil or empty is one it does without.
type workplaceConfig struct {
	Version   string
	Language  desk.Language // of the profile; the user's settings beat it
	Asked     desk.Language // of the command line; beats the settings
	StorePath string
	StoreKey  [32]byte
	KeepKey   func([32]byte) error // puts another key where StoreKey will come from at the next start; nil: it cannot be changed
	Org       string               // empty: central's; a file belongs to the one it first met
	User      string               // as it signs in; "local" without central
	Central   *centralAccess
	Phones    []softphone.Account
	Audio     audio.Config
	Flows     []*flow.Flow
	Routes    map[string]string
	Books     map[desk.Language][]desk.Phrase // the team's phrase book in each language
	Dialling  number.Dialling                 // where the desk stands in the telephone network
	Wish      desk.AgentStatus                // the agent's state at start
	Now       func() time.Time
	Log       *slog.Logger
	Watch     []watcher
	Alert     func(on bool, c desk.Call) // the window's way of getting attention; may be nil
	Raise     func()                     // brings the window before all others; nil: there is none
	Hide      func()                     // takes the window away, the program stays; nil: there is none
	Close     func()                     // ends the program as the agent wants it; nil: there is no window
	Switch    func()                     // lets another user sign in; nil: it cannot be done here
	Eraser    *eraser                    // destroys what the desk keeps, when central orders it; may be nil

	Diagnostics string // folder for the diagnostics; empty: where the user looks for files

	// KeepAccount puts a phone account that was typed and has registered where the next start finds it; nil: none can
	// be typed at this desk.
	KeepAccount func(softphone.Account) error
}

// centralAccess is how the desk reaches central.
type centralAccess struct {
	URL      string
	Password func() (string, error)
	Roots    *x509.CertPool
	Tokens   datasync.TokenStore // may be nil

	// KeepPassword puts a new password where Password finds it; nil: none can be typed at the desk.
	KeepPassword func(string) error

	// Proven is told when central has let the user in; may be nil.
	Proven func(at time.Time)

	// KeptPhone and KeepPhone remember the account that central handed out, so that a desk that starts
	// without central still has its phone; may be nil.
	KeptPhone func() (softphone.Account, bool)
	KeepPhone func(softphone.Account)
}
