package chain

import (
	"iter"
	"slices"
)

// Kind says what is wrong at a place of a chain.
type Kind string

// The kinds of faults. Finding is certain, the kind is the likeliest reading of what is found.
const (
	Edited    Kind = "edited"    // the entry, or the text it commits to, is not what it was
	Deleted   Kind = "deleted"   // entries from N on are missing
	Reordered Kind = "reordered" // the entry stood elsewhere
	Forked    Kind = "forked"    // there are two of this number, or central has signed another one
	Truncated Kind = "truncated" // the chain ends before an entry that is known to have been there
	Unsigned  Kind = "unsigned"  // a checkpoint is not signed by a key that is trusted
)

// MaxFaults bounds the faults that a Report lists; all are counted.
const MaxFaults = 100

// Fault is one thing that is wrong. Chain is the desk whose chain it is in.
type Fault struct {
	Chain string `json:"chain,omitempty"`
	N     int64  `json:"n"`
	Kind  Kind   `json:"kind"`
	Op    string `json:"op,omitempty"`   // id of the op, where there is one
	What  string `json:"what,omitempty"` // which part, where it is not the entry itself
}

// Report is the outcome of a check. Signed is the newest entry that a trusted checkpoint proves: what comes
// after it is proven only against the rest of the chain.
type Report struct {
	Entries int64   `json:"entries"`
	Signed  int64   `json:"signed"`
	Count   int64   `json:"faults"`
	Faults  []Fault `json:"found,omitempty"` // the first MaxFaults
}

// First is the first fault; nil where there is none.
func (r *Report) First() *Fault {
	if len(r.Faults) == 0 {
		return nil
	}
	return &r.Faults[0]
}

// Add counts a fault and lists it while there is room.
func (r *Report) Add(f Fault) {
	r.Count++
	if len(r.Faults) < MaxFaults {
		r.Faults = append(r.Faults, f)
	}
}

// Join takes the outcome of another chain in.
func (r *Report) Join(other Report) {
	r.Entries += other.Entries
	r.Signed += other.Signed
	r.Count += other.Count
	for _, f := range other.Faults {
		if len(r.Faults) < MaxFaults {
			r.Faults = append(r.Faults, f)
		}
	}
}

// Proof is what a chain is held against: whose it is, the checkpoints there are, the public keys that are
// trusted by their KeyID, and the last entry that is known to have been written (0: not known). Broken tells
// which entries are known not to follow the one before: central took them all the same and recorded it.
type Proof struct {
	Org, Desk   string
	Checkpoints []Checkpoint
	Keys        map[string][]byte
	Last        int64
	LastHash    Hash
	Broken      func(n int64) bool
}

// Verify checks entries in the order in which they are stored against each other and against the proof. An
// error is that of entries.
func Verify(entries iter.Seq2[Entry, error], p Proof) (Report, error) {
	v := verifier{proof: p, prev: Genesis(p.Org, p.Desk), want: 1, signed: map[int64][]Checkpoint{}}
	v.checkpoints()
	for e, err := range entries {
		if err != nil {
			return v.report, err
		}
		v.entry(e)
	}
	v.end()
	return v.report, nil
}

// verifier walks along one chain.
type verifier struct {
	proof    Proof
	report   Report
	prev     Hash
	want     int64
	signed   map[int64][]Checkpoint
	newest   int64
	suspects []suspect // the first ones that do not follow; more than these keep the kind edited
	gaps     []gap
}

const maxSuspects = 64

// suspect is an entry whose hash does not follow, with the fault that was noted for it.
type suspect struct {
	entry Entry
	prev  Hash
	fault int
}

// gap is a run of missing entries, with the fault that was noted for it.
type gap struct {
	from, to int64
	fault    int
}

func (v *verifier) fault(n int64, kind Kind, op, what string) int {
	v.report.Add(Fault{Chain: v.proof.Desk, N: n, Kind: kind, Op: op, What: what})
	return int(v.report.Count) - 1
}

// rename gives a noted fault the better reading.
func (v *verifier) rename(fault int, kind Kind) {
	if fault < len(v.report.Faults) {
		v.report.Faults[fault].Kind = kind
	}
}

func (v *verifier) checkpoints() {
	for _, c := range v.proof.Checkpoints {
		if !c.SignedBy(v.proof.Keys[c.Key], v.proof.Org, v.proof.Desk) {
			v.fault(c.N, Unsigned, "", "checkpoint")
			continue
		}
		v.signed[c.N] = append(v.signed[c.N], c)
		v.newest = max(v.newest, c.N)
	}
}

func (v *verifier) entry(e Entry) {
	v.report.Entries++
	follows := Next(v.prev, e) == e.Hash
	switch {
	case e.N == v.want:
		if follows || v.proof.Broken != nil && v.proof.Broken(e.N) {
			break
		}
		f := v.fault(e.N, Edited, e.Op, "")
		if len(v.suspects) < maxSuspects {
			v.suspects = append(v.suspects, suspect{e, v.prev, f})
		}
	case e.N > v.want:
		v.gaps = append(v.gaps[max(0, len(v.gaps)-maxSuspects):], gap{v.want, e.N - 1, v.fault(v.want, Deleted, "", "")})
	default:
		v.behind(e)
	}
	for _, c := range v.signed[e.N] {
		if c.Hash != e.Hash {
			v.fault(e.N, Forked, e.Op, "checkpoint")
		} else {
			v.report.Signed = max(v.report.Signed, e.N)
		}
	}
	v.prev, v.want = e.Hash, e.N+1
}

// behind notes an entry with a number that should have come before: a second one, or one that has been moved.
func (v *verifier) behind(e Entry) {
	moved := slices.IndexFunc(v.gaps, func(g gap) bool { return g.from <= e.N && e.N <= g.to })
	if moved >= 0 {
		v.rename(v.gaps[moved].fault, Reordered)
		v.fault(e.N, Reordered, e.Op, "")
		return
	}
	v.fault(e.N, Forked, e.Op, "")
}

func (v *verifier) end() {
	last := v.want - 1
	if end := max(v.newest, v.proof.Last); last < end {
		v.fault(last+1, Truncated, "", "")
	} else if v.proof.Last > 0 && (last > v.proof.Last || v.prev != v.proof.LastHash) {
		v.fault(last, Forked, "", "end")
	}
	// An entry that follows at another's place has been moved there with a new number.
	for _, a := range v.suspects {
		for _, b := range v.suspects {
			e := a.entry
			e.N = b.entry.N
			if a.fault != b.fault && Next(b.prev, e) == e.Hash {
				v.rename(a.fault, Reordered)
				v.rename(b.fault, Reordered)
			}
		}
	}
}
