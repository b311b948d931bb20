package media

// Bounds of the player.
const (
	minFrame     = Rate / 400         // samples taken as a packet's length at least: the shortest of Opus
	queueLen     = maxFrame + 4*Block // decoded samples waiting
	giveUpBlocks = 10                 // made up in a row before the buffer fills anew: a pause, or a dead line
	levelWeight  = 1.0 / 16           // of one block in the smoothed buffer level
	excess       = 2 * Block          // above the target before sound is shortened
	hurry        = 6 * Block          // above the target before it is shortened as often as possible
	stretchEvery = 10                 // blocks between two changes of length
	rushEvery    = 4                  // the same in a hurry
	lagMin       = Rate / 400         // samples cut or put in at once: 2.5…15 ms
	lagMax       = Rate * 15 / 1000
	overlap      = Rate / 200
	longer       = 0.98  // of the best likeness is enough for a longer period: fewer seams
	alike        = 0.5   // likeness at which a period may go
	quiet        = 150.0 // RMS below which any place will do
)

// player is the state of the playback clock: decoded sound, and what it takes to make more.
type player struct {
	queue    [queueLen]int16
	n        int // samples in queue
	frame    int // samples of a packet
	cur      slot
	pcm      [maxFrame]int16
	conceal  concealer
	rx       *rxFormat // of the last packet
	empty    int       // blocks made up in a row for want of packets
	level    float64   // smoothed samples waiting, in buffer and queue
	since    int       // blocks since the length was changed
	listened bool
}

// Playback fills out, a [Block], with what the other side said; silence while there is nothing or
// while the agreed direction does not receive. It never waits.
func (s *Session) Playback(out []int16) {
	a := s.agreed.Load()
	p := &s.play
	if a == nil || !a.receives || len(out) > Block {
		clear(out)
		if p.listened { // hold: what was waiting is stale when the call comes back
			p.stop()
			s.mu.Lock()
			s.rx.buffer.restart()
			s.mu.Unlock()
		}
		return
	}
	p.listened = true
	if p.frame == 0 {
		p.frame = defaultPtime * Rate / 1000
	}
	for p.n < len(out) {
		s.more()
	}
	s.keepLevel()
	copy(out, p.queue[:len(out)])
	p.drop(len(out))
}

// stop forgets what was heard.
func (p *player) stop() {
	p.n, p.empty, p.level, p.listened, p.rx = 0, 0, 0, false, nil
	p.conceal.reset()
}

// drop takes n samples off the front of the queue.
func (p *player) drop(n int) {
	copy(p.queue[:], p.queue[n:p.n])
	p.n -= n
}

// add appends to the queue; what does not fit is dropped (it cannot happen: Playback asks for
// more only below a block, keepLevel below three).
func (p *player) add(pcm []int16) { p.n += copy(p.queue[p.n:], pcm) }

// more appends a packet's sound, or what stands for it, to the queue.
func (s *Session) more() {
	p := &s.play
	s.mu.Lock()
	got := s.rx.buffer.take(&p.cur, p.frame)
	if got == emptyBuffer {
		if p.empty++; p.empty > giveUpBlocks {
			s.rx.buffer.playing, s.rx.buffer.waited = false, 0
			got = fillingBuffer
		} else {
			s.rx.buffer.debt += Block
		}
	}
	s.mu.Unlock()
	switch got {
	case gotPacket:
		p.empty = 0
		s.decode()
	case lostPacket:
		s.makeUp(p.frame, true)
	case emptyBuffer:
		s.makeUp(Block, false)
	case fillingBuffer:
		clear(p.pcm[:Block])
		p.conceal.reset()
		p.add(p.pcm[:Block])
	}
}

// decode turns the packet in cur into sound.
func (s *Session) decode() {
	p := &s.play
	if p.cur.event {
		if p.cur.fills { // a digit's tone is not played to us; its time passes
			clear(p.pcm[:p.frame])
			p.conceal.reset()
			p.add(p.pcm[:p.frame])
		}
		return
	}
	if p.rx != p.cur.rx {
		p.rx = p.cur.rx
		p.conceal.reset()
	}
	n := p.rx.dec.decode(p.cur.payload(), p.pcm[:])
	if n == 0 { // damaged
		s.makeUp(p.frame, true)
		return
	}
	p.frame = max(n, minFrame)
	pcm := p.pcm[:n]
	p.conceal.join(pcm)
	p.conceal.remember(pcm)
	p.add(pcm)
}

// makeUp appends n samples that nobody sent; a lost packet may be in cur's redundancy.
func (s *Session) makeUp(n int, lost bool) {
	p := &s.play
	pcm := p.pcm[:n]
	if p.rx != nil {
		dec := p.rx.dec
		if lost && p.cur.n > 0 && p.cur.rx == p.rx && dec.recover(p.cur.payload(), pcm) {
			p.conceal.remember(pcm)
			p.add(pcm)
			return
		}
		s.counts.madeUp(n, p.frame)
		if dec.conceal(pcm) {
			p.conceal.remember(pcm)
			p.add(pcm)
			return
		}
	}
	p.conceal.conceal(pcm)
	p.add(pcm)
}

// keepLevel shortens or lengthens what waits to be played, a pitch period at a time, so that the
// delay follows the target and the other side's clock.
func (s *Session) keepLevel() {
	p := &s.play
	s.mu.Lock()
	waiting, playing := s.rx.buffer.span(), s.rx.buffer.playing
	target := s.rx.buffer.target(p.frame)
	s.mu.Unlock()
	if !playing {
		p.level, p.since = target, 0
		s.counts.setLevel(target)
		return
	}
	p.level += (float64(waiting*p.frame+p.n) - p.level) * levelWeight
	s.counts.setLevel(p.level)
	p.since++
	over := p.level - target
	switch {
	case over > hurry && p.since >= rushEvery, over > float64(max(excess, p.frame)) && p.since >= stretchEvery:
		for p.n < 4*Block && waiting > 0 && p.n+maxFrame <= queueLen {
			s.more()
			waiting--
		}
		if cut := p.shorten(); cut > 0 {
			p.since = 0
			p.level -= float64(cut)
		}
	case target > float64(4*Block) && p.level < target*0.5 && p.since >= stretchEvery:
		if put := p.lengthen(); put > 0 {
			p.since = 0
			p.level += float64(put)
		}
	}
}

// seam finds how many samples the front of the queue may skip or repeat: the lag at which it
// resembles itself. 0: it does not, or there is too little.
func (p *player) seam() int {
	const window = overlap * 2
	if p.n < lagMax+window {
		return 0
	}
	var energy float64
	for _, v := range p.queue[:window] {
		energy += float64(v) * float64(v)
	}
	best, lag := -1.0, lagMin
	for l := lagMin; l <= lagMax; l += 2 {
		if c := likeness(p.queue[l:], p.queue[:window], 4); c > best*longer {
			best, lag = max(best, c), l
		}
	}
	if best < alike && energy > quiet*quiet*window {
		return 0
	}
	return lag
}

// shorten takes one period out of the queue and returns its length.
func (p *player) shorten() int {
	lag := p.seam()
	if lag == 0 {
		return 0
	}
	crossfade(p.queue[lag:lag+overlap], p.queue[:overlap], p.queue[lag:lag+overlap])
	p.drop(lag)
	return lag
}

// lengthen puts one period into the queue and returns its length.
func (p *player) lengthen() int {
	lag := p.seam()
	if lag == 0 || p.n+lag > queueLen {
		return 0
	}
	var repeat [overlap]int16
	crossfade(repeat[:], p.queue[lag:lag+overlap], p.queue[:overlap])
	copy(p.queue[lag:], p.queue[:p.n]) // the period once more, from its beginning
	copy(p.queue[lag:], repeat[:])
	p.n += lag
	return lag
}
