package desk

// Quality is how the sound of a call fares, as far as this side can tell. MOS is 1 to 4.5 by the E-model (ITU-T G.107)
// over the last seconds, 0 while unknown; Loss is the share 0…1 of what should have come and did not.
type Quality struct {
	Call              string
	Codec             string
	MOS               float64
	Loss              float64
	DelayMs, JitterMs float64 // DelayMs: round trip, 0 while unknown
	TheirLoss         float64 // share of ours that the other side reported lost
	At                Millis  // when it was measured
}

// QualityMeasured tells how the sound of a call fares; it comes every few seconds of a talk.
type QualityMeasured struct{ Quality Quality }

func (QualityMeasured) event() {}

// measured takes a quality, of a call that still lasts.
func (u *step) measured(q Quality) {
	if c, ok := u.s.Call(q.Call); !ok || !c.Live() || c.AnsweredAt == 0 {
		return
	}
	q.At = u.at.At
	u.s.Quality = q
}
