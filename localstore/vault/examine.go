package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// Kinds of faults.
const (
	FaultDamaged = "damaged" // the page does not open anywhere: a flipped bit, a torn write, other bytes
	FaultMoved   = "moved"   // it opens in another place: swapped or copied there
	FaultKey     = "key"     // it was sealed with a key that is not held
	FaultTorn    = "torn"    // the log's last frames: what a power cut leaves of a commit that was not acknowledged
)

// Bounds of an examination.
const (
	maxFaults = 100       // listed; all are counted
	maxTries  = 1_000_000 // openings in search of the place a page came from, for the whole file: some seconds
	rereads   = 3         // of a page that does not open: a checkpoint may be writing it
)

// Fault is one page that does not open.
type Fault struct {
	Page int64  `json:"page"` // counted from 1; in the log: the frame
	File string `json:"file"` // main or wal
	Kind string `json:"kind"`
	From string `json:"from,omitempty"` // of moved: where it belongs, such as "main 7"
}

// Report says what was found.
type Report struct {
	Pages  int64            `json:"pages"`
	Frames int64            `json:"frames"` // of the log, those that are not in use any more among them
	Blank  int64            `json:"blank"`  // pages of zeros that the log holds: a checkpoint has not come to them
	Epochs map[uint32]int64 `json:"epochs"` // pages and frames that open, by key epoch
	Counts map[string]int64 `json:"counts"` // faults by kind
	Faults []Fault          `json:"faults"` // the first 100
}

// Good reports that nothing is wrong. Torn frames are no fault: SQLite takes none of them.
func (r Report) Good() bool {
	for kind, n := range r.Counts {
		if n > 0 && kind != FaultTorn {
			return false
		}
	}
	return true
}

// Examine opens every page of the database at path and every frame of its log and changes nothing. The file
// may be in use. The error is nil whatever is found; it tells that the file could not be read or ctx ended.
func Examine(ctx context.Context, path string, keys *Ring) (Report, error) {
	x := examination{keys: keys, blank: map[uint32]bool{}, r: Report{Epochs: map[uint32]int64{}, Counts: map[string]int64{}}}
	for _, p := range parts(path) {
		err := x.part(ctx, p)
		if err != nil && (p.kind == kindMain || !errors.Is(err, os.ErrNotExist)) {
			return x.r, fmt.Errorf("vault: examine: %w", err)
		}
	}
	if err := x.classify(ctx); err != nil {
		return x.r, fmt.Errorf("vault: examine: %w", err)
	}
	return x.r, nil
}

type examination struct {
	keys  *Ring
	r     Report
	bad   []bad
	lost  int64 // faulty pages beyond those in bad
	tries int
	blank map[uint32]bool // pages of zeros by SQLite's number; those that the log holds are true
	plain [PageSize]byte  // scratch
}

// bad is a page that does not open in its place.
type bad struct {
	at     place
	epoch  uint32
	torn   bool
	sealed [PageSize]byte
}

func (x *examination) part(ctx context.Context, p part) error {
	d, err := openDisk(p.path)
	if err != nil {
		return err
	}
	defer d.close()
	size, err := d.size()
	if err != nil {
		return err
	}
	n := max(0, size-p.skip) / p.unit
	head := make([]byte, logHeader)
	if p.kind == kindMain {
		x.r.Pages = n
	} else if x.r.Frames = n; n > 0 {
		if err := d.readAt(head, 0); err != nil {
			return err
		}
	}
	unit, tail := make([]byte, p.unit), 0 // tail: since the last frame of this round that opens
	for i := range n {
		if i%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if p.kind == kindMain && i == lockPage {
			continue
		}
		b, err := x.read(d, p, unit, i)
		if err != nil || b == nil { // also where the file was cut meanwhile
			if errors.Is(err, io.EOF) {
				break
			}
			if p.kind == kindLog && x.thisRound(unit, head, i) {
				tail = len(x.bad)
			}
			if err != nil {
				return err
			}
			continue
		}
		if len(x.bad) >= 10*maxFaults {
			x.lost++
			continue
		}
		x.bad = append(x.bad, bad{at: place{p.kind, uint64(i)}, epoch: pageEpoch(b), sealed: [PageSize]byte(b)})
	}
	if p.kind == kindLog {
		for i := tail; i < len(x.bad); i++ {
			x.bad[i].torn = x.bad[i].at.kind == kindLog
		}
	}
	return nil
}

// read reads and tries one page; it gives the sealed bytes of one that does not open, nil of one that does.
func (x *examination) read(d *disk, p part, unit []byte, i int64) (faulty []byte, err error) {
	rounds := rereads
	if x.lost > 0 { // so many faults are no checkpoint
		rounds = 1
	}
	for range rounds {
		if err := d.readAt(unit, p.skip+i*p.unit); err != nil {
			return nil, err
		}
		b := unit[p.unit-PageSize:]
		if p.kind == kindMain && blank(b) && len(x.blank) < 10*maxFaults {
			x.blank[uint32(i)+1] = false //nolint:gosec // SQLite's own bound is below
			return nil, nil
		}
		if copy(x.plain[:], b); x.keys.openPage(x.plain[:], place{p.kind, uint64(i)}) == nil { //nolint:gosec // not negative
			x.r.Epochs[pageEpoch(b)]++
			if page := binary.BigEndian.Uint32(unit); p.kind == kindLog && len(x.blank) > 0 {
				if _, zeros := x.blank[page]; zeros {
					x.blank[page] = true
				}
			}
			return nil, nil
		}
		faulty = b
	}
	return faulty, nil
}

// thisRound reports whether a frame belongs to the log's present round: it carries the salts of its header.
func (x *examination) thisRound(frame, head []byte, i int64) bool {
	var mark [frameHeader]byte
	copy(mark[:], frame)
	x.keys.openMark(mark[:], uint64(i), pageEpoch(frame[frameHeader:])) //nolint:gosec // not negative
	return [8]byte(mark[8:16]) == [8]byte(head[16:24])
}

// classify says of every page that does not open what is wrong with it.
func (x *examination) classify(ctx context.Context) error {
	if len(x.r.Epochs) == 0 { // nothing opens
		for _, b := range x.bad {
			x.found(b.at, FaultKey, "")
		}
		if x.lost > 0 {
			x.r.Counts[FaultKey] += x.lost
		}
		return nil
	}
	for _, page := range slices.Sorted(maps.Keys(x.blank)) {
		if x.blank[page] {
			x.r.Blank++
			continue
		}
		x.found(place{kindMain, uint64(page) - 1}, FaultDamaged, "")
	}
	var places []place
	for _, b := range x.bad { // two pages that changed places are found among themselves
		places = append(places, b.at)
	}
	for i := range x.r.Pages {
		places = append(places, place{kindMain, uint64(i)})
	}
	for i := range x.r.Frames {
		places = append(places, place{kindLog, uint64(i)})
	}
	for i := range x.bad {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		b := &x.bad[i]
		from, opens := x.search(b, places)
		switch {
		case opens && from == b.at: // only what it says of its epoch is wrong
			x.found(b.at, FaultDamaged, "")
		case opens:
			x.found(b.at, FaultMoved, from.String())
		case b.torn:
			x.found(b.at, FaultTorn, "")
		case x.keys.find(b.epoch) == nil && b.epoch != 0 && b.epoch < 1<<16:
			x.found(b.at, FaultKey, "") // an epoch that rotations can have reached, not bits gone wild
		default:
			x.found(b.at, FaultDamaged, "")
		}
	}
	if x.lost > 0 {
		x.r.Counts[FaultDamaged] += x.lost
	}
	return nil
}

// search tries a page in every place, with every key, as far as the tries go.
func (x *examination) search(b *bad, places []place) (place, bool) {
	var page [PageSize]byte
	for _, s := range x.keys.held {
		if page = b.sealed; s.openPage(page[:], b.at) == nil {
			return b.at, true
		}
	}
	s := x.keys.find(b.epoch)
	if s == nil {
		return place{}, false
	}
	for _, at := range places {
		if x.tries++; x.tries > maxTries {
			return place{}, false
		}
		if page = b.sealed; s.openPage(page[:], at) == nil {
			return at, true
		}
	}
	return place{}, false
}

func (x *examination) found(at place, kind, from string) {
	x.r.Counts[kind]++
	if len(x.r.Faults) < maxFaults {
		x.r.Faults = append(x.r.Faults, Fault{Page: int64(at.index) + 1, File: at.file(), Kind: kind, From: from}) //nolint:gosec // as it was
	}
}

func (p place) file() string {
	if p.kind == kindLog {
		return "wal"
	}
	return "main"
}

func (p place) String() string { return fmt.Sprintf("%s %d", p.file(), p.index+1) }
