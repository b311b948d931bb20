package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/softphone"
	"github.com/callbench/callbench/softphone/audio"
	datasync "github.com/callbench/callbench/sync"
)

// region is where numbers without a country are read.
const region = "CN"

func (w *workplace) thePhone() *softphone.Phone {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.phone
}

// phones runs the phone with the newest accounts: the profile's, or those central hands out. New accounts
// wait until no call is live: nothing that an administrator does ends a talk.
func (w *workplace) phones(ctx context.Context) {
	stop, done := func() {}, make(chan struct{})
	close(done)
	var next []softphone.Account
	for {
		select {
		case <-ctx.Done():
			stop()
			<-done
			return
		case next = <-w.accounts:
		case <-w.quiet:
		}
		if next == nil || w.busy() {
			continue
		}
		stop()
		<-done
		var run context.Context
		run, stop = context.WithCancel(ctx)
		done = make(chan struct{})
		go func(accounts []softphone.Account, done chan struct{}) {
			defer close(done)
			w.runPhone(run, accounts)
		}(next, done)
		next = nil
	}
}

// busy reports whether a call is live.
func (w *workplace) busy() bool {
	_, live := w.loop.current().Current()
	return live
}

// listenForQuiet is a watcher: it tells phones and awaitWipe when the last live call has ended.
func (w *workplace) listenForQuiet(t turn) {
	_, before := t.before.Current()
	_, after := t.after.Current()
	if before != after && w.link != nil {
		w.link.Talking(after) // speech goes first on a slow line
	}
	if before && !after {
		for _, who := range []chan struct{}{w.quiet, w.hush} {
			select {
			case who <- struct{}{}:
			default:
			}
		}
	}
}

// awake makes phone and link look again at once: the computer has slept, or its network is another one.
func (w *workplace) awake() {
	if p := w.thePhone(); p != nil {
		p.Wake()
	}
	if w.link != nil {
		w.link.Awake()
	}
}

// registers reports whether an account has a registrar, so that calls wait for it.
func registers(accounts []softphone.Account) bool {
	return slices.ContainsFunc(accounts, func(a softphone.Account) bool { return len(a.Registrars) > 0 })
}

// openAgain is how long a phone that could not be opened waits before it is tried again.
const openAgain = 5 * time.Second

// runPhone runs a phone with these accounts until ctx ends, opening it again as long as that fails.
func (w *workplace) runPhone(ctx context.Context, accounts []softphone.Account) {
	aors := make([]string, 0, len(accounts))
	for _, a := range accounts {
		if len(a.Registrars) > 0 { // the others dial full addresses, at once
			aors = append(aors, a.AOR)
		}
	}
	there := desk.AccountsChanged{AORs: aors, Direct: len(aors) < len(accounts)}
	w.loop.send(there)
	for ctx.Err() == nil {
		if p := w.openPhone(ctx, accounts, there); p != nil {
			w.setPhone(p)
			w.ended("phone", p.Run(ctx))
			w.setPhone(nil)
			return
		}
		select {
		case <-time.After(openAgain):
		case <-ctx.Done():
		}
	}
}

// openPhone opens a phone; nil: it cannot, which is told for every account. Once it can, that is taken back for those that
// no registrar would ever answer for.
func (w *workplace) openPhone(ctx context.Context, accounts []softphone.Account, there desk.AccountsChanged) *softphone.Phone {
	p, err := softphone.Open(softphone.Config{ //nolint:contextcheck // binding a socket waits for nothing
		Accounts: accounts, UserAgent: "Callbench/" + w.cfg.Version, Audio: w.devices, Emit: w.heardOfPhone, Log: w.log,
	})
	if err != nil {
		w.log.ErrorContext(ctx, "phone not opened", slog.Any("error", err))
		for _, a := range accounts {
			w.loop.send(desk.RegistrationChanged{Registration: desk.Registration{AOR: a.AOR, State: desk.RegFailed, Reason: "local"}})
		}
		return nil
	}
	w.loop.send(there)
	return p
}

func (w *workplace) setPhone(p *softphone.Phone) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.phone = p
}

// provision takes the phone accounts that central hands out, unless the profile brings its own.
func (w *workplace) provision(a softphone.Account) {
	if len(w.cfg.Phones) > 0 || w.hasTyped() || w.provided != nil && sameAccount(*w.provided, a) {
		return
	}
	w.provided = &a
	if w.cfg.Central.KeepPhone != nil {
		w.cfg.Central.KeepPhone(a)
	}
	select {
	case <-w.accounts: // an older one nobody has taken yet
	default:
	}
	select {
	case w.accounts <- []softphone.Account{a}:
	default:
	}
}

// sameAccount tells whether a new hand-out changes anything: a running phone, perhaps in a call, is not
// replaced by itself.
func sameAccount(a, b softphone.Account) bool {
	return a.AOR == b.AOR && slices.Equal(a.Registrars, b.Registrars) && a.AuthUser == b.AuthUser && a.Password == b.Password &&
		a.AutoAnswer == b.AutoAnswer && a.FollowRefer == b.FollowRefer && a.SRTP == b.SRTP && slices.Equal(a.Codecs, b.Codecs)
}

func (w *workplace) toPhone(c desk.Command) {
	p := w.thePhone()
	if p == nil {
		w.withoutPhone(c)
		return
	}
	var err error
	switch c := c.(type) {
	case desk.AnswerCall:
		err = p.Answer(c.Call)
	case desk.HangUpCall:
		err = p.HangUp(c.Call)
	case desk.HoldCall:
		err = p.Hold(c.Call, c.On)
	case desk.TransferCall:
		err = p.Transfer(c.Call, c.To)
	case desk.ConsultCall:
		_, err = p.Consult(c.Call, c.To)
	case desk.CompleteTransfer:
		err = p.CompleteTransfer(c.Call, c.Consult)
	case desk.MuteCall:
		err = p.Mute(c.Call, c.On)
	case desk.SendDigits:
		err = p.SendDigits(c.Call, c.Digits)
	case desk.PlaceCall:
		w.place(p, c)
	default: // the others are not for this function
	}
	if err != nil {
		w.log.Warn("phone refused", slog.Any("error", err))
		code := "phone_refused"
		if problem := notPlaced(err); problem != "" {
			code = "call_" + problem
		}
		w.loop.send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: code}})
	}
}

func (w *workplace) withoutPhone(c desk.Command) {
	if place, ok := c.(desk.PlaceCall); ok {
		w.loop.send(desk.CallNotPlaced{Draft: place.Draft, Problem: "no_phone"})
		return
	}
	w.loop.send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: "call_no_phone"}})
}

func (w *workplace) place(p *softphone.Phone, c desk.PlaceCall) {
	id, err := p.Dial(c.To, c.Account)
	if err != nil {
		w.loop.send(desk.CallNotPlaced{Draft: c.Draft, Problem: cmp.Or(notPlaced(err), "bad_number")})
		return
	}
	w.loop.send(desk.CallPlaced{Draft: c.Draft, Call: id})
}

// notPlaced is why the phone did not dial; empty: for none of the reasons that people can do something about.
func notPlaced(err error) string {
	switch {
	case errors.Is(err, softphone.ErrNotRegistered):
		return "not_registered"
	case errors.Is(err, softphone.ErrLines):
		return "too_many_calls"
	case errors.Is(err, softphone.ErrNumber):
		return "bad_number"
	}
	return ""
}

// heardOfPhone turns the phone's events into the desk's words.
func (w *workplace) heardOfPhone(e softphone.Event) {
	switch e := e.(type) {
	case softphone.RegistrationChanged:
		if desk.RegistrationState(e.State) == desk.Registered {
			w.accountRegistered(e.AOR)
		}
		w.loop.send(desk.RegistrationChanged{Registration: desk.Registration{
			AOR: e.AOR, State: desk.RegistrationState(e.State), Reason: e.Reason, Registrar: e.Registrar,
		}})
	case softphone.CallChanged:
		w.loop.send(desk.CallChanged{Call: toDeskCall(e.Call)})
	}
}

func toDeskCall(c softphone.Call) desk.Call {
	return desk.Call{
		ID: c.ID, Linked: c.Linked, State: desk.CallState(c.State), Direction: desk.Direction(c.Direction),
		Number: c.Number, E164: number.Normalise(c.Number, region), Name: c.Name, Account: c.Account, Queue: c.Queue,
		HeldBy: desk.HeldBy(c.HeldBy), Muted: c.Muted, Codec: c.Codec, SRTP: c.SRTP, Transport: c.Transport,
		StartedAt: desk.MillisOf(c.StartedAt), AnsweredAt: desk.MillisOf(c.AnsweredAt), EndedAt: desk.MillisOf(c.EndedAt),
		EndCode: c.EndCode, EndReason: c.EndReason, EndedBy: c.EndedBy,
		Transfer: desk.Transfer(c.Transfer), TransferTo: c.TransferTo, TransferCode: c.TransferCode, Consults: c.Consults,
		Referred: c.Referred,
	}
}

// heardOfDevices keeps the truth about the sound devices, side by side: which are in use, which are only
// stood in for, and what is wrong. A device is lost only where one was in use, or another takes its place:
// one that never was there is told by what comes next.
func (w *workplace) heardOfDevices(e audio.Event) {
	w.mu.Lock()
	before, known := w.sides[e.Side]
	var tell []desk.Audio
	switch {
	case e.Kind == audio.Lost && !known:
		w.sides[e.Side] = audio.Event{Kind: neverThere, Side: e.Side, Name: e.Name}
	case e.Kind == audio.Chosen && known && before.Kind == neverThere:
		w.sides[e.Side] = audio.Event{Kind: audio.Lost, Side: e.Side, Name: before.Name}
		tell = append(tell, w.soundNow())
		fallthrough
	default:
		w.sides[e.Side] = e
		tell = append(tell, w.soundNow())
	}
	w.mu.Unlock()
	for _, a := range tell {
		w.loop.send(desk.AudioChanged{Audio: a})
	}
}

// neverThere is a side whose device could not be had at the start, until what comes next.
const neverThere audio.EventKind = ""

// soundNow puts the newest of each device together; mu is held.
func (w *workplace) soundNow() desk.Audio {
	var a desk.Audio
	for side, newest := range w.sides {
		switch newest.Kind {
		case audio.Chosen, neverThere:
		case audio.Lost:
			if a.Problem == "" {
				a.Problem = "lost"
			}
		case audio.NullIn:
			a.Null, a.Problem = true, "none_found"
		}
		switch side {
		case audio.In:
			a.In = newest.Name
		case audio.Out:
			a.Out = newest.Name
		case audio.Ring:
		}
	}
	return a
}

// heardOfCentral turns the link's events into the desk's words.
func (w *workplace) heardOfCentral(e datasync.Event) {
	switch e := e.(type) {
	case datasync.LinkChanged:
		w.loop.send(desk.LinkChanged{State: e.State, Reason: e.Reason, NextTry: e.NextTry})
	case datasync.UploadHeld:
		w.loop.send(desk.UploadHeld{Held: desk.Held(e)})
	case datasync.Fetching:
		w.loop.send(desk.Fetching{Rows: e.Rows, Paused: e.Held})
	case datasync.RowsSkipped:
		w.loop.send(desk.RowsSkipped{Rows: e.Unknown + e.Malformed})
	case datasync.SignedIn:
		if w.cfg.Central.Proven != nil {
			w.cfg.Central.Proven(w.cfg.Now())
		}
		w.loop.send(desk.SignedIn{Session: e.Session, Phone: e.Phone != nil && len(e.Phone.Registrars) > 0 || registers(w.cfg.Phones), Skew: desk.Millis(e.Skew.Milliseconds())})
		if e.Phone != nil {
			w.provision(softphone.Account{
				AOR: e.Phone.AOR, Registrars: e.Phone.Registrars, AuthUser: e.Phone.AuthUser, Password: e.Phone.Password,
				AutoAnswer: e.Phone.AutoAnswer, SRTP: e.Phone.SRTP, Codecs: e.Phone.Codecs, RootCAs: w.cfg.Central.Roots,
			})
		}
		if e.Recovery != nil {
			select {
			case <-w.recovery: // an older one nobody has taken yet
			default:
			}
			w.recovery <- e.Recovery // only this goroutine sends: there is room
		}
	case datasync.Synced:
		w.loop.send(desk.Synced{Outbox: e.Outbox, Cursor: e.Cursor, Rows: e.Rows})
	case datasync.BoardSeen:
		w.loop.send(desk.BoardSeen{Board: e.Board})
	case datasync.WipeOrdered:
		w.obey(e.Order)
	case datasync.Drained:
		close(w.drained) // it comes once
	}
}

// hasTyped reports whether an account was typed: central's does not take its place.
func (w *workplace) hasTyped() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.typed != nil
}

// accountRegistered tells tryAccount that its account has registered.
func (w *workplace) accountRegistered(aor string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.typed != nil && w.done != nil && w.typed.AOR == aor {
		close(w.done)
		w.done = nil
	}
}
