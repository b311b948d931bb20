package softphone

import (
	"context"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

const (
	// watchEvery is how often the registrar is asked whether it is there. A registration is valid for minutes in which a
	// PBX that has gone would let nobody through, and a NAT would close behind us (RFC 5626 section 4.4.2: 24 to 29 s on UDP).
	watchEvery = 15 * time.Second

	// comingBack is how long after the loss of a registration it is tried again every few seconds: a PBX that restarts.
	comingBack = time.Minute
	soon       = 3 * time.Second
)

// How a registrar takes OPTIONS.
const (
	optionsAnswered = 1 + iota
	optionsIgnored  // though it takes REGISTER
)

// What waitForRefresh waited for.
type change int

const (
	changeDue  change = iota // the registration must be renewed, on Wake, or is to end
	changeGone               // the registrar does not answer, or its connection is gone
	changeHome               // a registrar that is preferred to ours answers again
)

// waitForRefresh returns when the registration must be renewed: before it runs out, when its connection is gone or its
// registrar silent, when one before it is back, or on Wake.
func (a *account) waitForRefresh(ctx context.Context, granted time.Duration) change {
	flow := a.current()
	if flow == nil { // gone as soon as it was there
		return changeGone
	}
	due := time.NewTimer(refreshAfter(granted))
	defer due.Stop()
	look := time.NewTicker(a.watchEvery())
	defer look.Stop()
	for {
		select {
		case <-due.C:
			return changeDue
		case <-a.wake:
			return changeDue
		case <-flow.Done():
			return changeGone
		case <-ctx.Done():
			return changeDue
		case <-look.C:
			if found := a.look(ctx, flow); found != changeDue {
				return found
			}
		}
	}
}

func (a *account) watchEvery() time.Duration {
	if a.p.cfg.watchEvery > 0 {
		return a.p.cfg.watchEvery
	}
	return watchEvery
}

// look asks our registrar whether it is there, and then those that are preferred to it; changeDue: nothing has changed.
func (a *account) look(ctx context.Context, flow *dispatch.Flow) change {
	if a.options[a.last] != optionsIgnored {
		switch {
		case a.answers(ctx, flow):
			a.options[a.last] = optionsAnswered
		case ctx.Err() == nil:
			a.silent = a.last
			return changeGone
		}
	}
	for i := range a.last { // our contact there is left to run out: the registrars may share what they know
		dialCtx, cancel := context.WithTimeout(ctx, silentRegistrar)
		r := a.registrars[i]
		flow, err := a.sip.Dial(dialCtx, r.network, r.host, r.port)
		cancel()
		if err == nil && a.answers(ctx, flow) {
			a.home = i
			return changeHome
		}
	}
	return changeDue
}

// nextPause is how long is rested after the next failure. lost is when a registration was lost; a PBX that restarts is
// back within a minute.
func nextPause(pause, sinceLost time.Duration) time.Duration {
	if pause = min(2*pause, maxPause); sinceLost < comingBack {
		pause = min(pause, soon)
	}
	return pause
}

// answers asks by OPTIONS (RFC 3261 section 11). Whatever the answer says: there is somebody.
func (a *account) answers(ctx context.Context, flow *dispatch.Flow) bool {
	box := a.sip.Mailbox(newCallID())
	if box == nil {
		return true // too many calls to ask
	}
	defer box.Release()
	_, err := a.exchange(ctx, box, func() dispatch.Request {
		return dispatch.Request{Msg: a.optionsRequest(box, flow), Flow: flow}
	})
	return err == nil
}

func (a *account) optionsRequest(box *dispatch.Mailbox, flow *dispatch.Flow) *sip.Request {
	domain := sip.Uri{Scheme: a.aor.Scheme, Host: a.aor.Host, Port: a.aor.Port}
	req := sip.NewRequest(sip.OPTIONS, domain)
	from := &sip.FromHeader{Address: a.aor}
	from.Params.Add("tag", sip.GenerateTagN(10))
	id := sip.CallIDHeader(box.CallID())
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: domain})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS})
	req.AppendHeader(&sip.ContactHeader{Address: flow.Contact(a.aor.User)})
	req.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
	return req
}

// order gives the registrars as they are to be tried: the one that is preferred and back, then the one that took us last,
// then the others; one that has just been silent comes last.
func (a *account) order() []int {
	list := make([]int, 0, len(a.registrars))
	add := func(i int) {
		if !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	if a.home >= 0 {
		add(a.home)
	}
	if a.silent != a.last {
		add(a.last)
	}
	for i := range a.registrars {
		if i != a.silent {
			add(i)
		}
	}
	if a.silent >= 0 {
		add(a.silent)
	}
	return list
}
