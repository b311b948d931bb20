package central

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
	"github.com/callbench/callbench/sync/wire"
)

// Codes of a desk.Refusal.
const (
	refuseForbidden = "forbidden"
	refuseConflict  = "conflict"
	refuseInvalid   = "invalid"
	refuseNeeds     = "needs_refused"
	refuseGone      = "gone"
)

// refusal says why an op will never be applied. detail names tables and fields, never their values.
type refusal struct{ code, detail string }

func (r *refusal) Error() string { return "refused: " + r.code + ": " + r.detail }

func refuse(code, detail string) error { return &refusal{code: code, detail: detail} }

const maxKind = 64 // bytes of an op's kind

// validID reports whether an id is one that a desk makes: 8 to 64 letters, digits, - and _.
func validID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	for _, r := range id {
		ok := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_'
		if !ok {
			return false
		}
	}
	return true
}

// opHash is over what an op says, without its number, its place in the chain and what follows from them: the
// same work sent again, even under another desk id, has the same hash. size is that of the whole op.
func opHash(op desk.Op) (hash []byte, size int, err error) {
	whole, err := json.Marshal(op)
	if err != nil {
		return nil, 0, err
	}
	op.N, op.Needs = 0, 0
	op.Salt, op.Commitment, op.Link = nil, nil, nil // its place in the desk's chain
	changes := make([]desk.Change, len(op.Changes))
	for i, ch := range op.Changes {
		if m := members(ch.Fields); m != nil {
			if ch.Table == desk.TableContact {
				delete(m, "desk")
				delete(m, "n")
			}
			if ch.Fields, err = json.Marshal(m); err != nil { // sorted by name
				return nil, 0, err
			}
		}
		changes[i] = ch
	}
	op.Changes = changes
	text, err := json.Marshal(op)
	if err != nil {
		return nil, 0, err
	}
	sum := sha256.Sum256(text)
	return sum[:], len(whole), nil
}

// push takes ops in order, all of them in one transaction; each is applied whole, or refused and
// remembered as such. Of an op that is newer than this program nothing is decided, and CauseCentralOld tells.
func (c *Central) push(ctx context.Context, s session, in wire.Push) (*wire.Pushed, error) {
	if s.scope() == scopeNone {
		return nil, fault(wire.CodeForbidden, "", "this role has no business data")
	}
	if !validID(in.Desk) || len(in.Ops) > wire.MaxPushOps {
		return nil, fault(wire.CodeInvalid, "", "desk id or number of ops")
	}
	for i, op := range in.Ops {
		if op.N < 1 || op.N != in.Ops[0].N+int64(i) {
			return nil, fault(wire.CodeInvalid, "", "ops are not numbered one after the other")
		}
	}
	var out *wire.Pushed
	var w *writer
	err := c.db.write(ctx, func(q queryer) error {
		var err error
		if w, err = c.newWriter(ctx, q, s.user, in.Desk); err != nil {
			return err
		}
		if err := c.upToDate(ctx, q, in.Cursor); err != nil {
			return err
		}
		if err := w.continues(ctx, in); err != nil {
			return err
		}
		out = &wire.Pushed{}
		out.Refused, err = w.takeAll(ctx, in.Ops)
		out.LastN = w.lastN
		return err
	})
	if err != nil {
		again, err := c.afterRollback(ctx, err)
		if again {
			err = errOtherEpoch
		}
		return nil, err
	}
	for _, b := range w.broken {
		c.log.WarnContext(ctx, "an op does not continue its desk's chain", "desk", in.Desk, "op", b.n, "break", b.kind)
	}
	out.Now = c.now()
	c.hub.publish(w.seq, w.touched)
	if w.newer {
		f := fault(wire.CodePrecondition, wire.CauseCentralOld, "an op is of a newer version than this central")
		f.LastN = w.lastN
		return nil, f
	}
	return out, nil
}

// writer is one write transaction on the rows, in the name of a user at a desk.
type writer struct {
	q         queryer
	db        engine
	org       string
	now       desk.Millis
	user      User
	desk      string
	lastN     int64
	seq       int64 // the counter, saved at the end
	ticket    int64
	began     int64 // seq and lastN before the first change
	beganN    int64
	newer     bool // an op was of a newer version: it and those behind it were not taken
	breaksOff []brokenOff
	policy    Policy
	users     bool // rows are placed with users, too
	touched   touched
	n         int64 // of the op at hand
	kind      string

	signer ed25519.PrivateKey
	chain  chainEnd // of the desk
	ledger chainEnd
	broken []brokenLink
}

// newWriter reads the counter and the replica; a desk id that another user's work came under is a copy.
func (c *Central) newWriter(ctx context.Context, q queryer, u User, deskID string) (*writer, error) {
	w := &writer{q: q, db: c.db, org: c.org, now: c.now(), user: u, desk: deskID, touched: touched{scopes: map[string]bool{}}, signer: c.signing.Load().private}
	err := q.QueryRowContext(ctx, "SELECT seq, ticket, policy, users FROM counter WHERE org = ?", w.org).
		Scan(&w.seq, &w.ticket, &w.policy, &w.users)
	if err != nil {
		return nil, err
	}
	var owner string
	err = q.QueryRowContext(ctx, "SELECT user, last_n FROM replica WHERE org = ? AND desk = ?", w.org, deskID).Scan(&owner, &w.lastN)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if owner != "" && owner != u.Name {
		return nil, fault(wire.CodePrecondition, wire.CauseCloned, "the desk id is another user's")
	}
	w.seq = max(w.seq, clockSeq(w.now))
	w.began, w.beganN = w.seq, w.lastN
	return w, w.readBreaks(ctx)
}

// save writes the counter and the replica back.
func (w *writer) save(ctx context.Context) error {
	if err := w.witness(ctx); err != nil {
		return err
	}
	if _, err := w.q.ExecContext(ctx, "UPDATE counter SET seq = ?, ticket = ? WHERE org = ?", w.seq, w.ticket, w.org); err != nil {
		return err
	}
	if err := w.sign(ctx); err != nil {
		return err
	}
	if w.desk == "" {
		return nil
	}
	_, err := w.q.ExecContext(ctx, `INSERT INTO replica (org, desk, user, last_n, seen) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (org, desk) DO UPDATE SET last_n = excluded.last_n, seen = excluded.seen`,
		w.org, w.desk, w.user.Name, w.lastN, w.now)
	return err
}

// continues checks that the op before the first that is sent is the one that was taken under its number. Where the data
// was set back, a copy of the desk may have sent another: its numbers and this desk's would lie between one another, and
// the desk would hear that ops were taken which never came.
func (w *writer) continues(ctx context.Context, in wire.Push) error {
	if len(in.Ops) == 0 || in.BeforeID == "" {
		return nil
	}
	var id string
	err := w.q.QueryRowContext(ctx, "SELECT id FROM op WHERE org = ? AND desk = ? AND n = ?", w.org, w.desk, in.Ops[0].N-1).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && id == in.BeforeID:
		return nil
	case err != nil:
		return fmt.Errorf("op %d of desk %s: %w", in.Ops[0].N-1, w.desk, err)
	}
	return fault(wire.CodePrecondition, wire.CauseCloned, "this desk used the number before for other work")
}

// takeAll takes the ops that are new, up to the first that this program is too old to understand, and gives the
// refusals of all that were sent.
func (w *writer) takeAll(ctx context.Context, ops []desk.Op) ([]desk.Refusal, error) {
	var refused []desk.Refusal
	for _, op := range ops {
		if op.N > w.lastN+1 && !mistake.Made(mistake.GapAccepted) {
			f := fault(wire.CodePrecondition, wire.CauseGap, "an earlier op is missing")
			f.LastN = w.lastN
			return nil, f
		}
		if op.N > w.lastN && op.Version > desk.OpVersion {
			w.newer = true // it waits at the desk, and so do those behind it; what came before is taken
			break
		}
		hash, size, err := opHash(op)
		if err != nil {
			return nil, fault(wire.CodeInvalid, "", "an op is not JSON")
		}
		var why *refusal
		if op.N <= w.lastN && mistake.Made(mistake.NoDedup) {
			err = w.applyAll(ctx, op.Changes)
		} else if op.N <= w.lastN {
			why, err = w.remember(ctx, op, hash)
		} else {
			why, err = w.take(ctx, op, hash, size)
		}
		if err != nil {
			return nil, err
		}
		if why != nil {
			refused = append(refused, desk.Refusal{N: op.N, Code: why.code, Detail: why.detail})
		}
	}
	return refused, w.save(ctx)
}

// remember answers for an op that was taken before.
func (w *writer) remember(ctx context.Context, op desk.Op, hash []byte) (*refusal, error) {
	var old []byte
	var why refusal
	err := w.q.QueryRowContext(ctx, "SELECT hash, code, detail FROM op WHERE org = ? AND desk = ? AND n = ?", w.org, w.desk, op.N).
		Scan(&old, &why.code, &why.detail)
	if err != nil {
		return nil, fmt.Errorf("op %d of desk %s: %w", op.N, w.desk, err)
	}
	if string(old) != string(hash) && !mistake.Made(mistake.CloneNotNoticed) {
		return nil, fault(wire.CodePrecondition, wire.CauseCloned, "this desk used the number for other work")
	}
	if why.code == "" {
		return nil, nil
	}
	return &why, nil
}

// take applies or refuses the next op and remembers it.
func (w *writer) take(ctx context.Context, op desk.Op, hash []byte, size int) (*refusal, error) {
	w.n, w.kind = op.N, op.Kind
	err := w.again(ctx, op, hash)
	if errors.Is(err, errTaken) {
		err = nil
	} else if err == nil {
		err = w.check(ctx, op, size)
		if err == nil {
			before, ledger := w.seq, w.ledger
			ticket := w.ticket
			err = w.db.try(ctx, w.q, func() error { return w.applyAll(ctx, upcast(op).Changes) })
			if err != nil {
				w.seq, w.ticket, w.ledger = before, ticket, ledger
			}
		}
	}
	var why *refusal
	if err != nil && (mistake.Made(mistake.PoisonBlocks) || !errors.As(err, &why)) {
		return nil, err
	}
	if err := w.link(ctx, op, why == nil); err != nil {
		return nil, err
	}
	code, detail := "", ""
	if why != nil {
		code, detail = why.code, why.detail
	}
	id, kind := op.ID, op.Kind
	if !validID(id) {
		id = ""
	}
	if len(kind) > maxKind {
		kind = ""
	}
	_, err = w.q.ExecContext(ctx, `INSERT INTO op (org, desk, n, id, hash, user, kind, at, received, seq, code, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		w.org, w.desk, op.N, id, hash, w.user.Name, kind, op.At, w.now, w.seq, code, detail)
	w.lastN = op.N
	return why, err
}

// errTaken says that the op was applied under another number.
var errTaken = errors.New("taken already")

// again finds an op that came before under another desk id or number, and gives what it gave then.
func (w *writer) again(ctx context.Context, op desk.Op, hash []byte) error {
	if !validID(op.ID) {
		return nil // check refuses it
	}
	var old []byte
	var why refusal
	err := w.q.QueryRowContext(ctx, "SELECT hash, code, detail FROM op WHERE org = ? AND id = ? LIMIT 1", w.org, op.ID).
		Scan(&old, &why.code, &why.detail)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if string(old) != string(hash) {
		return refuse(refuseInvalid, "id of another op")
	}
	if why.code != "" {
		return &why
	}
	if mistake.Made(mistake.OtherNumberDoubles) {
		return nil
	}
	return errTaken
}

// check refuses an op that cannot be right whatever the rows are.
func (w *writer) check(ctx context.Context, op desk.Op, size int) error {
	if size > desk.MaxOpBytes {
		return refuse(refuseInvalid, "size")
	}
	if !validID(op.ID) {
		return refuse(refuseInvalid, "id")
	}
	if op.Version < 1 {
		return refuse(refuseInvalid, "version")
	}
	if op.Org != "" && op.Org != w.org {
		return refuse(refuseForbidden, "org")
	}
	if len(op.Kind) > maxKind || len(op.Changes) == 0 || len(op.Changes) > desk.MaxOpChanges {
		return refuse(refuseInvalid, "changes")
	}
	if op.Needs == 0 {
		return nil
	}
	if op.Needs < 0 || op.Needs >= op.N {
		return refuse(refuseInvalid, "needs")
	}
	var code string
	err := w.q.QueryRowContext(ctx, "SELECT code FROM op WHERE org = ? AND desk = ? AND n = ?", w.org, w.desk, op.Needs).Scan(&code)
	if err != nil {
		return err
	}
	if code != "" && !mistake.Made(mistake.NeedsIgnored) {
		return refuse(refuseNeeds, "")
	}
	return nil
}
