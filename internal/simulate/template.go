package simulate

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/localstore"
)

const (
	org      = "main"
	password = "correct horse"
)

// epoch0 is when every history begins.
var epoch0 = time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // constant in all but name

// seat is a user at a PC.
type seat struct {
	user, pc string
	role     desk.Role
	group    string
}

// seats are who works here; wang and chen share a PC. root moves customers between groups.
func seats() []seat {
	return []seat{
		{"root", "pc4", desk.RoleAdmin, ""},
		{"li", "pc1", desk.RoleAgent, "sales"},
		{"zhao", "pc3", desk.RoleAgent, "repair"},
		{"wang", "pc2", desk.RoleAgent, "sales"},
		{"chen", "pc2", desk.RoleLead, "sales"},
	}
}

func (s seat) name() string { return s.user + "@" + s.pc }

// key seals the store of a seat.
func (s seat) key() [32]byte {
	var key [32]byte
	copy(key[:], "a key of a simulated desk: "+s.user)
	return key
}

// Template is the files that every history begins with: central with its users and some rows, and an empty store of
// each seat. It may be used by any number of goroutines.
type Template struct {
	central powercut.Image
	stores  map[string]powercut.Image
}

// Prepare makes a template; dir is used meanwhile.
func Prepare(ctx context.Context, dir string) (*Template, error) {
	t := &Template{stores: map[string]powercut.Image{}}
	dir, err := os.MkdirTemp(dir, "template-")
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // scratch
	if t.central, err = prepareCentral(ctx, filepath.Join(dir, "central")); err != nil {
		return nil, fmt.Errorf("prepare central: %w", err)
	}
	for _, s := range seats() {
		if t.stores[s.name()], err = prepareStore(ctx, filepath.Join(dir, s.name()), s); err != nil {
			return nil, fmt.Errorf("prepare store: %w", err)
		}
	}
	return t, nil
}

func prepareStore(ctx context.Context, dir string, s seat) (powercut.Image, error) {
	store, err := localstore.Open(ctx, localstore.Config{
		Path: filepath.Join(dir, storeName), Key: s.key(), Org: org, User: s.user, Desk: "desk-" + s.user + "-" + s.pc,
	})
	if err != nil {
		return nil, err
	}
	if err := store.Close(); err != nil {
		return nil, err
	}
	return imageOf(dir)
}

func prepareCentral(ctx context.Context, dir string) (powercut.Image, error) {
	c, err := central.Open(ctx, central.Config{Dir: dir, Org: org, Now: func() time.Time { return epoch0 }})
	if err != nil {
		return nil, err
	}
	for _, s := range seats() {
		err = errors.Join(err, c.AddUser(ctx, central.User{Name: s.user, Role: s.role, Group: s.group}, password))
	}
	if err == nil {
		_, err = c.Import(ctx, slices.Values(firstRows()))
	}
	if err = errors.Join(err, c.Close()); err != nil {
		return nil, err
	}
	return imageOf(dir, cheapPasswords(ctx, filepath.Join(dir, centralName)))
}

// cheapPasswords replaces the users' passwords by the same with parameters that cost nothing: desks sign in often here.
func cheapPasswords(ctx context.Context, file string) error {
	salt := []byte("sixteen bytes of")
	hash := argon2.IDKey([]byte(password), salt, 1, 8, 1, 32)
	text := fmt.Sprintf("$argon2id$v=%d$m=8,t=1,p=1$%s$%s", argon2.Version,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(hash))
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "UPDATE user SET password = ?", text)
	return errors.Join(err, db.Close())
}

// firstRows are the rows that central has at first.
func firstRows() []desk.Row {
	var rows []desk.Row
	add := func(t desk.Table, key string, row any) {
		text, err := json.Marshal(row)
		if err != nil {
			panic(err) // structs of strings and numbers
		}
		rows = append(rows, desk.Row{Table: t, Key: key, Body: text})
	}
	for i, group := range []string{"sales", "sales", "repair"} {
		id := fmt.Sprintf("customer-%d", i)
		add(desk.TableCustomer, id, desk.Customer{ID: id, Name: "张三", Group: group})
		add(desk.TableTicket, "ticket-"+id, desk.Ticket{ID: "ticket-" + id, Customer: id, Kind: "fault", Group: group, State: desk.TicketAccepted})
		add(desk.TableCallback, "callback-"+id, desk.Callback{
			ID: "callback-" + id, Customer: id, Zone: "Asia/Shanghai", At: desk.MillisOf(epoch0), Group: group, State: desk.CallbackOpen,
		})
	}
	return rows
}

// imageOf reads the files of a directory, unless something went wrong before. SQLite's shared memory is no file that
// outlives a process.
func imageOf(dir string, before ...error) (powercut.Image, error) {
	if err := errors.Join(before...); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	image := powercut.Image{}
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) == ".db-shm" {
			continue
		}
		if image[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return nil, err
		}
	}
	return image, nil
}
