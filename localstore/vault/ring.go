package vault

import "slices"

// FirstEpoch is the epoch of the key a file is made with.
const FirstEpoch = 1

// Ring holds the keys of a file by epoch: one of them seals, every one opens what it sealed. Outside a
// rotation there is one. A Ring never changes; its methods give others, which share the nonce counters.
type Ring struct {
	held  []*sealer // by epoch, ascending; two during a rotation
	seals *sealer
}

// One is the ring of a single key in its first epoch, as a new file has it.
func One(key [32]byte) *Ring { return NewRing(FirstEpoch, key) }

// NewRing is the ring of a single key.
func NewRing(epoch uint32, key [32]byte) *Ring {
	s := newSealer(epoch, key)
	return &Ring{held: []*sealer{s}, seals: s}
}

// With adds a key; the newest epoch seals. A key of the same epoch is replaced.
func (r *Ring) With(epoch uint32, key [32]byte) *Ring {
	held := slices.DeleteFunc(slices.Clone(r.held), func(s *sealer) bool { return s.epoch == epoch })
	held = append(held, newSealer(epoch, key))
	slices.SortFunc(held, func(a, b *sealer) int { return int(int64(a.epoch) - int64(b.epoch)) })
	return &Ring{held: held, seals: held[len(held)-1]}
}

// Sealing is the same keys, with that of an epoch to seal; an epoch that is not held changes nothing.
func (r *Ring) Sealing(epoch uint32) *Ring {
	if s := r.find(epoch); s != nil {
		return &Ring{held: r.held, seals: s}
	}
	return r
}

// Only is the one key of an epoch; an epoch that is not held changes nothing.
func (r *Ring) Only(epoch uint32) *Ring {
	if s := r.find(epoch); s != nil {
		return &Ring{held: []*sealer{s}, seals: s}
	}
	return r
}

// Epoch is that of the key which seals.
func (r *Ring) Epoch() uint32 { return r.seals.epoch }

// Epochs lists what the ring opens, ascending.
func (r *Ring) Epochs() []uint32 {
	out := make([]uint32, 0, len(r.held))
	for _, s := range r.held {
		out = append(out, s.epoch)
	}
	return out
}

// find gives the key of an epoch; nil: not held. Rings are so short that a map would be slower.
func (r *Ring) find(epoch uint32) *sealer {
	if r.seals.epoch == epoch {
		return r.seals
	}
	for _, s := range r.held {
		if s.epoch == epoch {
			return s
		}
	}
	return nil
}

// openPage opens a sealed page in place with the key of the epoch it names.
func (r *Ring) openPage(b []byte, at place) error {
	s := r.find(pageEpoch(b))
	if s == nil {
		return errForged
	}
	return s.openPage(b, at)
}

// openMark opens a frame header whose frame has a page of the epoch. A mark of a key that is not held stays
// as it is: noise, which SQLite's own check rejects.
func (r *Ring) openMark(header []byte, frame uint64, epoch uint32) {
	if s := r.find(epoch); s != nil {
		s.openMark(header, frame)
	}
}
