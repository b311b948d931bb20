package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

type userCommands struct {
	Add      userAdd      `cmd:"" help:"Add a user."`
	List     userList     `cmd:"" help:"List all users."`
	Change   userChange   `cmd:"" help:"Give a user another role, group or level."`
	Disable  userDisable  `cmd:"" help:"Shut a user out, at once."`
	Enable   userEnable   `cmd:"" help:"Let a disabled user in again."`
	Password userPassword `cmd:"" help:"Give a user a new password."`
	Import   userImport   `cmd:"" help:"Add users from a CSV file."`
}

type userAdd struct {
	dirFlag
	passwordFlag
	User  string `arg:"" name:"user" help:"What is typed at sign-in."`
	Role  string `required:"" enum:"agent,lead,admin,maintainer" help:"agent, lead, admin or maintainer."`
	Group string `help:"Group; agents and leads need one."`
	Name  string `help:"Full name."`
	Level string `help:"Level, for authority limits."`
}

// Run adds a user.
func (u userAdd) Run(w *world) error {
	taken := fmt.Errorf("there is a user %s already", u.User)
	one := userFlag{dirFlag: u.dirFlag, User: u.User}
	switch begun, err := central.Begun(u.Data); {
	case err != nil:
		return err
	case begun:
		// Looked up before a password is asked for and judged.
		if _, err := one.find(w); err == nil {
			return taken
		} else if !errors.Is(err, errNobody) {
			return err
		}
	}
	password, err := u.read(w)
	if err != nil {
		return err
	}
	return u.with(w, true, func(ctx context.Context, c *central.Central) error {
		user := central.User{Name: u.User, Display: u.Name, Role: desk.Role(u.Role), Group: u.Group, Level: u.Level}
		if err := c.AddUser(ctx, user, password); err != nil {
			if errors.Is(err, desk.ErrConflict) {
				return taken
			}
			return err
		}
		return w.print(user, "user %s added", u.User)
	})
}

type userList struct{ dirFlag }

// Run lists the users.
func (u userList) Run(w *world) error {
	return u.with(w, false, func(ctx context.Context, c *central.Central) error {
		users, err := c.Users(ctx)
		if err != nil {
			return err
		}
		if w.json {
			return w.print(append([]central.User{}, users...), "")
		}
		table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "USER\tNAME\tROLE\tGROUP\tLEVEL\tPHONE\tSTATE")
		for _, one := range users {
			state := "enabled"
			if one.Disabled {
				state = "disabled"
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", one.Name, one.Display, one.Role, one.Group, one.Level, one.AOR, state)
		}
		return table.Flush()
	})
}

// userFlag names a user that must be there.
type userFlag struct {
	dirFlag
	User string `arg:"" name:"user" help:"The user."`
}

// errNobody says that a user is not there.
var errNobody = errors.New("there is no user")

// find gives the user; errNobody wrapped.
func (u userFlag) find(w *world) (found central.User, err error) {
	err = u.with(w, false, func(ctx context.Context, c *central.Central) error {
		users, err := c.Users(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(users, func(one central.User) bool { return one.Name == u.User })
		if i < 0 {
			return fmt.Errorf("%w %s", errNobody, u.User)
		}
		found = users[i]
		return nil
	})
	return found, err
}

// change does something to the user and says so.
func (u userFlag) change(w *world, done string, f func(ctx context.Context, c *central.Central) error) error {
	return u.with(w, false, func(ctx context.Context, c *central.Central) error {
		if err := f(ctx, c); err != nil {
			if errors.Is(err, desk.ErrNotFound) {
				return fmt.Errorf("%w %s", errNobody, u.User)
			}
			return err
		}
		return w.print(map[string]string{"user": u.User, "done": done}, "user %s: %s", u.User, done)
	})
}

type userChange struct {
	userFlag
	Role  string `enum:"agent,lead,admin,maintainer," default:"" help:"New role."`
	Group string `help:"New group."`
	Level string `help:"New level."`
	Name  string `help:"New full name."`
}

// Run changes what is given and leaves the rest.
func (u userChange) Run(w *world) error {
	next, err := u.find(w)
	if err != nil {
		return err
	}
	return u.change(w, "changed", func(ctx context.Context, c *central.Central) error {
		for value, to := range map[string]*string{u.Group: &next.Group, u.Level: &next.Level, u.Name: &next.Display} {
			if value != "" {
				*to = value
			}
		}
		if u.Role != "" {
			next.Role = desk.Role(u.Role)
		}
		return c.Place(ctx, next)
	})
}

type userDisable struct {
	userFlag
	KeepDesks bool `name:"keep-desks" help:"Leave what the user's desks keep, sealed, for the user's return."`
}

// Run disables.
func (u userDisable) Run(w *world) error {
	if u.KeepDesks {
		return u.change(w, "disabled", func(ctx context.Context, c *central.Central) error { return c.Disable(ctx, u.User, true) })
	}
	done := "disabled; the user's desks hand over what waits, then they are wiped"
	return u.change(w, done, func(ctx context.Context, c *central.Central) error { return c.Retire(ctx, u.User) })
}

type userEnable struct{ userFlag }

// Run enables.
func (u userEnable) Run(w *world) error {
	return u.change(w, "enabled", func(ctx context.Context, c *central.Central) error { return c.Disable(ctx, u.User, false) })
}

type userPassword struct {
	userFlag
	passwordFlag
}

// Run sets a password.
func (u userPassword) Run(w *world) error {
	if _, err := u.find(w); err != nil {
		return err
	}
	password, err := u.read(w)
	if err != nil {
		return err
	}
	return u.change(w, "password changed", func(ctx context.Context, c *central.Central) error {
		return c.SetPassword(ctx, u.User, password)
	})
}

type userImport struct {
	dirFlag
	File string `arg:"" type:"existingfile" help:"CSV, UTF-8, with a heading: name,password,role,group,level,display,aor,registrar,auth_user,phone_password."`
}

// imported is the result of an import; Bad tells line and reason.
type imported struct {
	Added int      `json:"added"`
	Bad   []string `json:"bad"`
}

// maxUsers bounds a file.
const maxUsers = 100000

// Run adds every good row and tells every bad one.
func (u userImport) Run(w *world) error {
	f, err := os.Open(u.File)
	if err != nil {
		return err
	}
	defer f.Close()              //nolint:errcheck // it was only read
	lines := bufio.NewScanner(f) // a line has at most 64 KiB
	lines.Scan()
	heading, err := csvRow(strings.TrimPrefix(lines.Text(), "\ufeff")) // spreadsheets write one
	if err != nil {
		return fmt.Errorf("%s has no heading", u.File)
	}
	for _, name := range []string{"name", "password", "role", "group", "level"} {
		if !slices.Contains(heading, name) {
			return fmt.Errorf("%s: the heading lacks %q", u.File, name)
		}
	}
	result := imported{Bad: []string{}}
	err = u.with(w, true, func(ctx context.Context, c *central.Central) error {
		for n := 2; lines.Scan(); n++ {
			if n > maxUsers {
				return fmt.Errorf("more than %d rows", maxUsers)
			}
			if strings.TrimSpace(lines.Text()) == "" {
				continue
			}
			row, err := csvRow(lines.Text())
			if err == nil {
				err = addRow(ctx, c, heading, row)
			}
			if err != nil {
				result.Bad = append(result.Bad, fmt.Sprintf("line %d: %s", n, wording(err)))
				continue
			}
			result.Added++
		}
		if err := lines.Err(); err != nil {
			return fmt.Errorf("read %s: %w", u.File, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	text := append([]string{counted(result.Added, "user") + " added"}, result.Bad...)
	if err := w.print(result, "%s", strings.Join(text, "\n")); err != nil {
		return err
	}
	if len(result.Bad) > 0 {
		return fmt.Errorf("not taken: %s", counted(len(result.Bad), "row"))
	}
	return nil
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// csvRow reads one line. No member of a user has a line break, so that a quote which nobody closed spoils
// its own line only.
func csvRow(line string) ([]string, error) {
	row, err := csv.NewReader(strings.NewReader(line)).Read()
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, broken.Err // its line is always the first
	}
	return row, err
}

// addRow adds one user and, where it is given, the phone account.
func addRow(ctx context.Context, c *central.Central, heading, row []string) error {
	cell := map[string]string{}
	for i, name := range heading {
		if i < len(row) {
			cell[name] = strings.TrimSpace(row[i])
		}
	}
	user := central.User{
		Name: cell["name"], Display: cell["display"], Role: desk.Role(cell["role"]), Group: cell["group"], Level: cell["level"],
	}
	if err := c.AddUser(ctx, user, cell["password"]); err != nil {
		if errors.Is(err, desk.ErrConflict) {
			return fmt.Errorf("there is a user %s already", user.Name)
		}
		return err
	}
	if cell["aor"] == "" {
		return nil
	}
	return c.SetPhone(ctx, user.Name, wire.PhoneAccount{
		AOR: cell["aor"], Registrars: strings.Fields(cell["registrar"]), AuthUser: cell["auth_user"], Password: cell["phone_password"],
	})
}

type phoneCommands struct {
	Set phoneSet `cmd:"" help:"Give a user a phone account."`
}

type phoneSet struct {
	userFlag
	passwordFlag
	AOR        string   `name:"aor" required:"" placeholder:"sip:1001@pbx" help:"Address of record."`
	Registrar  []string `required:"" placeholder:"sip:pbx:5060;transport=tcp" help:"Registrar, in order of preference; repeat for more." sep:"none"`
	AuthUser   string   `name:"auth-user" help:"User name for the registrar, where it is not the address's."`
	SRTP       string   `name:"srtp" enum:"off,optional,required" default:"off" help:"Encrypted voice (${enum})."`
	AutoAnswer string   `name:"auto-answer" enum:"off,header,always" default:"off" help:"Answer by itself (${enum})."`
}

// Run sets the account.
func (p phoneSet) Run(w *world) error {
	if _, err := p.find(w); err != nil {
		return err
	}
	password, err := p.read(w)
	if err != nil {
		return err
	}
	return p.change(w, "phone set", func(ctx context.Context, c *central.Central) error {
		return c.SetPhone(ctx, p.User, wire.PhoneAccount{
			AOR: p.AOR, Registrars: p.Registrar, AuthUser: p.AuthUser, Password: password, SRTP: p.SRTP, AutoAnswer: p.AutoAnswer,
		})
	})
}
