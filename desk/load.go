package desk

// LoadSample is how full the queues were for a while: the greatest figures of loadEvery.
type LoadSample struct {
	At      Millis // when it begins, central's clock
	Waiting int    // callers, most
	Longest Millis // the longest wait, ms
}

// Bounds of State.Load.
const (
	LoadEvery = 60 * 1000    // ms that a sample stands for
	LoadFor   = 2 * 3600_000 // ms that are kept
	maxLoad   = LoadFor / LoadEvery
)

// sampleLoad keeps the queues' load of the last two hours. A board that is stale says nothing of now.
func (u *step) sampleLoad(b Board) {
	if b.Stale || b.AsOf == 0 {
		return
	}
	now := LoadSample{At: b.AsOf / LoadEvery * LoadEvery}
	for _, q := range b.Queues {
		now.Waiting += len(q.Waiting)
		for _, c := range q.Waiting {
			if c.Since != 0 {
				now.Longest = max(now.Longest, b.AsOf-c.Since)
			}
		}
	}
	list := u.s.Load
	if n := len(list); n > 0 && list[n-1].At == now.At {
		last := list[n-1]
		if now.Waiting <= last.Waiting && now.Longest <= last.Longest {
			return
		}
		last.Waiting, last.Longest = max(last.Waiting, now.Waiting), max(last.Longest, now.Longest)
		u.s.Load = append(append([]LoadSample(nil), list[:n-1]...), last)
		return
	}
	from := 0
	for from < len(list) && (list[from].At <= now.At-LoadFor || list[from].At > now.At) { // a clock that was set back begins anew
		from++
	}
	kept := append([]LoadSample(nil), list[from:]...)
	u.s.Load = append(kept[max(len(kept)-maxLoad+1, 0):], now)
}
