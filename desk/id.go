package desk

import (
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"
)

// ID makes the k-th UUIDv7 of a stamp (RFC 9562 section 5.7): k = 0 is Fresh itself, the others keep
// its time and version and take their random bits from a hash, so that the same stamp always makes
// the same IDs and Update stays a function.
func (at Stamp) ID(k int) string {
	if k == 0 {
		return at.Fresh
	}
	id, err := uuid.Parse(at.Fresh)
	if err != nil { // a stamp without a fresh ID: still the same result each time
		id = uuid.UUID{}
	}
	sum := sha256.Sum256(fmt.Appendf(id[:], "%d", k))
	copy(id[6:], sum[:10])
	id[6] = id[6]&0x0f | 0x70 // version 7
	id[8] = id[8]&0x3f | 0x80 // RFC variant
	return id.String()
}
