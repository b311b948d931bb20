package floor

import (
	"sync"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/media"
)

// pipe carries sound from one line to another. It holds a few blocks; beyond that the oldest is lost,
// and an empty one gives silence.
type pipe struct {
	mu     sync.Mutex
	blocks [4][media.Block]int16
	first  int
	n      int
}

func (p *pipe) put(in []int16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n == len(p.blocks) {
		p.first, p.n = (p.first+1)%len(p.blocks), p.n-1
	}
	copy(p.blocks[(p.first+p.n)%len(p.blocks)][:], in)
	p.n++
}

func (p *pipe) take(out []int16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n == 0 {
		clear(out)
		return
	}
	copy(out, p.blocks[p.first][:])
	p.first, p.n = (p.first+1)%len(p.blocks), p.n-1
}

// relay is one side of a call between two agents.
type relay struct{ from, to *pipe }

func (r *relay) say(out []int16) { r.from.take(out) }
func (r *relay) hear(in []int16) { r.to.put(in) }

// patch connects an agent's phone with another's: a second leg, and two lines back to back.
func (l *loop) patch(a *leg, ext string) {
	to, there := l.phones.newest(ext)
	id := a.id
	box := l.f.sip.Mailbox(callID(id, ext))
	if !there || box == nil || ext == a.ext {
		if box != nil {
			box.Release()
		}
		a.post(a.hangUp) // 480
		return
	}
	ab, ba := &pipe{}, &pipe{}
	b := &leg{f: l.f, id: id, ext: ext, box: box}
	pa := l.seat(id, Caller{Number: ext}, func() cast { return l.f.alone(&relay{from: ba, to: ab}) })
	far := newLine(func() cast { return l.f.alone(&relay{from: ab, to: ba}) })
	l.f.goRun(func() { far.run(l.f.life) })
	l.open[b] = true
	a.answered = func(*loop) {
		pa.line.connect(a.session)
		pa.connected(a.ext)
	}
	b.answered = func(l *loop) {
		far.connect(b.session)
		a.post(a.pickUp)
	}
	b.over = func(l *loop) {
		far.end()
		l.w.setOutside(l.f.cfg.Now(), ext, id, false)
		a.post(a.hangUp)
	}
	l.w.setOutside(l.f.cfg.Now(), ext, id, true)
	ended := a.over
	a.over = func(l *loop) {
		ended(l)
		b.post(b.hangUp)
	}
	own := l.w.member(a.ext)
	a.post(a.progress)
	b.post(func() { b.invite(invitation{to: to, number: own.ext, name: own.name}) })
}

// callID makes a Call-ID of ours; an agent may be rung for the same call again.
func callID(linked, ext string) string { return linked + "-" + ext + "-" + sip.GenerateTagN(8) }
