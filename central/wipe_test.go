package central_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// signIn signs in as a desk.
func (r *rig) signIn(user, deskID string) wire.SignedIn {
	r.t.Helper()
	return call[wire.SignedIn](r, wire.MethodSignIn, "", wire.SignIn{User: user, Password: password, Desk: deskID, Version: "9"})
}

func TestEveryCallOfADeskToBeWipedIsAnsweredWithTheOrder(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	r.user("wang", desk.RoleAgent, "sales")
	own, other, second := r.signIn("li", deskA).Token, r.signIn("wang", deskB).Token, r.signIn("li", "desk-cccccccc").Token
	if err := r.central.Wipe(t.Context(), deskA, "", false); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{
		wire.MethodSession, wire.MethodPull, wire.MethodPush, wire.MethodWatch, wire.MethodSetAgent, wire.MethodKeepEnvelope, wire.MethodSignOut,
	} {
		f := refused(r, method, own, map[string]any{"desk": deskA})
		if f.Cause != wire.CauseWiped || f.Wipe == nil || f.Wipe.Desk != deskA || f.Wipe.Drain {
			t.Errorf("%s: %+v", method, f)
		}
	}
	if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password, Desk: deskA}); f.Cause != wire.CauseWiped {
		t.Errorf("sign-in from that desk: %+v", f)
	}
	call[wire.SignedIn](r, wire.MethodSession, other, wire.Session{})
	call[wire.SignedIn](r, wire.MethodSession, second, wire.Session{})
	if f := refused(r, wire.MethodPull, second, wire.Pull{Desk: deskA}); f.Cause != wire.CauseWiped {
		t.Errorf("the desk under a token of an earlier id: %+v", f)
	}
	proof := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password, Desk: deskA}).Wipe.Token
	if f := refused(r, wire.MethodPull, proof, wire.Pull{Desk: deskA}); f.Cause != wire.CauseWiped {
		t.Errorf("the token that goes with an order: %+v", f)
	}
	// Nobody hears of the order without proof.
	if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: "wrong guess", Desk: deskA}); f.Cause != wire.CauseWrongPassword {
		t.Errorf("a wrong password: %+v", f)
	}
	forged := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	if f := refused(r, wire.MethodPull, forged, wire.Pull{Desk: deskA}); f.Cause != wire.CauseToken {
		t.Errorf("a forged token: %+v", f)
	}
	if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: "wrong guess", Desk: deskA, Last: forged}); f.Cause != wire.CauseWrongPassword {
		t.Errorf("a forged last token: %+v", f)
	}
	if f := refused(r, wire.MethodTellWiped, other, wire.TellWiped{Desk: deskB}); f.Code != wire.CodePrecondition {
		t.Errorf("a report without an order: %+v", f)
	}
	call[wire.Done](r, wire.MethodTellWiped, own, wire.TellWiped{Desk: deskA, Lost: 3})
	list, err := r.central.Desks(t.Context(), "li")
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v %v", list, err)
	}
	for _, d := range list {
		if is := d.Desk == deskA; is != (d.Wiped != 0 && d.Told != 0 && d.Ordered != 0 && d.Lost == 3) {
			t.Errorf("listed: %+v", d)
		}
	}
	if err := r.central.WipeUndo(t.Context(), deskA, ""); err != nil {
		t.Fatal(err)
	}
	call[wire.SignedIn](r, wire.MethodSession, own, wire.Session{})
	if f := refused(r, wire.MethodSession, proof, wire.Session{}); f.Cause != wire.CauseToken {
		t.Errorf("the token that went with an order, after it: %+v", f)
	}
}

func TestAnOrderReachesADeskThatIsShutOut(t *testing.T) {
	now := time.Now()
	for name, shut := range map[string]func(c *central.Central) error{
		"its password was changed": func(c *central.Central) error { return c.SetPassword(t.Context(), "li", "another horse") },
		"its user is disabled":     func(c *central.Central) error { return c.Disable(t.Context(), "li", true) },
		"its token has expired":    func(*central.Central) error { now = now.Add(60 * 24 * time.Hour); return nil },
	} {
		r := newRig(t, central.Config{Now: func() time.Time { return now }})
		r.user("li", desk.RoleAgent, "sales")
		token := r.signIn("li", deskA).Token
		if err := errors.Join(shut(r.central), r.central.Wipe(t.Context(), "", "li", true)); err != nil {
			t.Fatal(err)
		}
		if f := refused(r, wire.MethodSession, token, wire.Session{}); f.Cause != wire.CauseWiped || f.Wipe.User != "li" || !f.Wipe.Drain {
			t.Errorf("%s: the old token: %+v", name, f)
		}
		if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: "wrong guess", Desk: deskA, Last: token}); f.Cause != wire.CauseWiped {
			t.Errorf("%s: a wrong password beside the old token: %+v", name, f)
		}
		// With drain the work that waits is taken, from the desk that proves itself, and nothing else is given.
		if got := r.push(token, deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1000,"content":"一"}`))); len(got) != 0 {
			t.Errorf("%s: drained work refused: %v", name, got)
		}
		if err := r.central.WipeUndo(t.Context(), "", "li"); err != nil {
			t.Fatal(err)
		}
		if f := refused(r, wire.MethodPush, token, wire.Push{Desk: deskA}); f.Cause != wire.CauseToken {
			t.Errorf("%s: after the order was taken back: %+v", name, f)
		}
	}
}

func TestOrdersForNobodyAreNotTaken(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	for _, c := range []struct {
		desk, user string
		want       error
	}{{"desk-typo", "", desk.ErrNotFound}, {"", "lee", desk.ErrNotFound}, {"", "", desk.ErrInvalid}, {deskA, "li", desk.ErrInvalid}} {
		if err := r.central.Wipe(t.Context(), c.desk, c.user, false); !errors.Is(err, c.want) {
			t.Errorf("wipe %q %q: %v, want %v", c.desk, c.user, err, c.want)
		}
		if err := r.central.WipeUndo(t.Context(), c.desk, c.user); !errors.Is(err, c.want) {
			t.Errorf("undo %q %q: %v, want %v", c.desk, c.user, err, c.want)
		}
	}
}

func TestARecoveryKeyIsOnlyInItsFile(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	r := newRig(t, central.Config{Dir: dir, Now: func() time.Time { return now }})
	r.user("li", desk.RoleAgent, "sales")
	if in := r.signIn("li", deskA); in.Recovery != nil {
		t.Fatalf("a recovery key before one was made: %+v", in.Recovery)
	}
	file := filepath.Join(t.TempDir(), "recovery.key")
	first, err := r.central.NewRecoveryKey(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	var private []byte
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "callbench-recovery-key-1 "); ok {
			if private, err = base64.RawURLEncoding.DecodeString(strings.TrimSpace(rest)); err != nil {
				t.Fatal(err)
			}
		} else if !strings.HasPrefix(line, "#") {
			t.Errorf("line %q", line)
		}
	}
	key, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	in := r.signIn("li", deskA)
	if in.Recovery == nil || in.Recovery.ID != first.ID || !bytes.Equal(in.Recovery.Public, key.PublicKey().Bytes()) {
		t.Fatalf("handed out: %+v", in.Recovery)
	}
	for _, name := range []string{"central.db", "central.db-wal"} {
		if b, _ := os.ReadFile(filepath.Join(dir, name)); bytes.Contains(b, private) {
			t.Errorf("%s holds the private half", name)
		}
	}
	if _, err := r.central.NewRecoveryKey(t.Context(), file); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a second one over the file: %v", err)
	}
	if after, _ := os.ReadFile(file); !bytes.Equal(after, text) {
		t.Error("the file was overwritten")
	}
	now = now.Add(time.Second)
	second, err := r.central.NewRecoveryKey(t.Context(), file+"2")
	if err != nil || second.ID == first.ID {
		t.Fatalf("%+v %v", second, err)
	}
	if in := r.signIn("li", deskA); in.Recovery.ID != second.ID {
		t.Errorf("handed out after the second: %+v", in.Recovery)
	}
}

func TestEnvelopesAreKeptPerEpochAndBounded(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	r.user("wang", desk.RoleAgent, "sales")
	li, wang := r.signIn("li", deskA).Token, r.signIn("wang", deskB).Token
	hand := func(epoch int64, text string) {
		t.Helper()
		call[wire.Done](r, wire.MethodKeepEnvelope, li, wire.KeepEnvelope{Desk: deskA, Epoch: epoch, KeyID: "k", Envelope: []byte(text)})
	}
	newest := func(want string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "envelope")
		if _, err := r.central.SaveEnvelope(t.Context(), deskA, file); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Fatalf("envelope %q %v, want %q", got, err, want)
		}
	}
	hand(1, "one")
	hand(1, "one anew")
	newest("one anew")
	if list, err := r.central.Desks(t.Context(), "li"); err != nil || len(list) != 1 || list[0].Version != "9" {
		t.Errorf("an envelope takes the version that the sign-in told: %+v, %v", list, err)
	}
	for epoch := range int64(20) {
		hand(epoch, "later")
	}
	hand(19, "last")
	hand(12, "old") // arrives late: the newest stays the newest
	newest("last")
	for name, c := range map[string]struct {
		in   wire.KeepEnvelope
		code wire.Code
	}{
		"too long":       {wire.KeepEnvelope{Desk: deskB, Envelope: make([]byte, wire.MaxEnvelope+1)}, wire.CodeInvalid},
		"empty":          {wire.KeepEnvelope{Desk: deskB}, wire.CodeInvalid},
		"another's desk": {wire.KeepEnvelope{Desk: deskA, Envelope: []byte("x")}, wire.CodeForbidden},
	} {
		if f := refused(r, wire.MethodKeepEnvelope, wang, c.in); f.Code != c.code {
			t.Errorf("%s: %+v", name, f)
		}
	}
	newest("last")
	if _, err := r.central.SaveEnvelope(t.Context(), deskB, filepath.Join(t.TempDir(), "x")); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a desk without an envelope: %v", err)
	}
	for range 70 { // desks come and go; what is kept of a user does not grow for ever
		r.signIn("wang", "desk-"+strings.ToLower(rand.Text()))
	}
	if list, err := r.central.Desks(t.Context(), "wang"); err != nil || len(list) > 64 {
		t.Errorf("%d desks are kept, %v", len(list), err)
	}
	if list, err := r.central.Desks(t.Context(), ""); err != nil || !has(list, deskA) {
		t.Errorf("another user's desk went: %v", err)
	}
}

// The newest token of each desk stays after its end; there are no desks without an id that is one.
func TestTokensOfNoDeskGoWhenTheyHaveExpired(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("wang", desk.RoleAgent, "sales")
	tokens := func() int64 {
		n, err := r.central.Tamper(t.Context(), "UPDATE token SET created = created")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	r.signIn("wang", deskB)
	for i := range 5 {
		r.signIn("wang", fmt.Sprint("no id ", i))
	}
	if _, err := r.central.Tamper(t.Context(), "UPDATE token SET expires = 0"); err != nil || tokens() != 6 {
		t.Fatalf("%d tokens, %v", tokens(), err)
	}
	r.signIn("wang", "no id either")
	if n := tokens(); n != 2 { // that of the desk, and the new one
		t.Errorf("%d tokens are kept", n)
	}
}

func has(list []central.Desk, id string) bool {
	for _, d := range list {
		if d.Desk == id {
			return true
		}
	}
	return false
}
