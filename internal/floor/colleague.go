package floor

import (
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"time"

	"github.com/callbench/callbench/desk"
)

// pace is how simulated agents work, at Speed 1.
type pace struct{ answer, talk, wrapUp, outside Range }

func simPace() pace {
	return pace{
		answer:  Range{1500 * time.Millisecond, 4 * time.Second},
		talk:    Range{25 * time.Second, 80 * time.Second},
		wrapUp:  Range{5 * time.Second, 15 * time.Second},
		outside: Range{10 * time.Second, 30 * time.Second},
	}
}

const (
	simMisses    = 0.04 // share of calls that a simulated agent lets ring out
	simCallsOut  = 0.12 // chance of a call outside the queues after a wrap-up
	simHandling  = 65 * time.Second
	firstSimExt  = 8101
	backdropFull = 6 // background callers waiting in a queue; more are not sent
)

// colleagueName names the i-th simulated agent; after a dozen the names come again, numbered.
func colleagueName(i int) string {
	names := [...]string{"李静", "王磊", "张敏", "陈晨", "刘洋", "赵婷", "黄伟", "周倩", "吴昊", "徐丽", "孙鹏", "马超"}
	name := names[i%len(names)]
	if k := i / len(names); k > 0 {
		name = fmt.Sprintf("%s%d", name, k+1)
	}
	return name
}

// colleague makes the i-th simulated agent, who is always reachable and ready.
func colleague(cfg Config, i int) *member {
	ext := fmt.Sprint(firstSimExt + i)
	return &member{
		ext: ext, name: colleagueName(i), sim: true, reachable: true, ready: true,
		queues: []string{cfg.Queues[i%len(cfg.Queues)].ID},
		rng:    stream(cfg.Seed, "colleague", ext),
	}
}

// maybeOutside lets a simulated agent ring somebody after a wrap-up, now and then.
func (a *acd) maybeOutside(now time.Time, m *member) {
	if !m.sim || m.rng.Float64() >= simCallsOut {
		return
	}
	m.outsideEnds = now.Add(a.fast(a.pace.outside.draw(m.rng)))
	a.setOutside(now, m.ext, fmt.Sprintf("out-%s-%d", m.ext, desk.MillisOf(now)), true)
}

// draw takes a duration between Min and Max, in whole milliseconds.
func (r Range) draw(rng *rand.Rand) time.Duration {
	span := int64((r.Max - r.Min) / time.Millisecond)
	if span <= 0 {
		return r.Min
	}
	return r.Min + time.Duration(rng.Int64N(span+1))*time.Millisecond
}

// stream is a source of chance of its own for each purpose, so that what one call draws never changes
// what another does.
func stream(seed int64, purpose, id string) *rand.Rand {
	h := fnv.New64a()
	_, _ = io.WriteString(h, purpose+"/"+id)              // an fnv hash never fails
	return rand.New(rand.NewPCG(uint64(seed), h.Sum64())) //nolint:gosec // repeatable on purpose, and nothing secret
}
