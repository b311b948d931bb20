package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"

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

// phones runs the phone with the newest accounts: the profile's, or those central hands out. New
// accounts replace a running phone only when it is of other accounts.
func (w *workplace) phones(ctx context.Context) {
	stop, done := func() {}, make(chan struct{})
	close(done)
	for {
		select {
		case <-ctx.Done():
			stop()
			<-done
			return
		case accounts := <-w.accounts:
			stop()
			<-done
			var run context.Context
			run, stop = context.WithCancel(ctx)
			done = make(chan struct{})
			go func() { defer close(done); w.runPhone(run, accounts) }()
		}
	}
}

func (w *workplace) runPhone(ctx context.Context, accounts []softphone.Account) {
	p, err := softphone.Open(softphone.Config{ //nolint:contextcheck // binding a socket waits for nothing
		Accounts: accounts, UserAgent: "Callbench/" + w.cfg.Version, Audio: w.devices, Emit: w.heardOfPhone, Log: w.log,
	})
	if err != nil {
		w.log.ErrorContext(ctx, "phone not opened", slog.Any("error", err))
		for _, a := range accounts {
			w.loop.send(desk.RegistrationChanged{Registration: desk.Registration{AOR: a.AOR, State: desk.RegFailed, Reason: "local"}})
		}
		return
	}
	w.mu.Lock()
	w.phone = p
	w.mu.Unlock()
	w.ended("phone", p.Run(ctx))
	w.mu.Lock()
	if w.phone == p {
		w.phone = nil
	}
	w.mu.Unlock()
}

// provision takes the phone accounts that central hands out, unless the profile brings its own.
func (w *workplace) provision(a softphone.Account) {
	if len(w.cfg.Phones) > 0 || w.provided != nil && sameAccount(*w.provided, a) {
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
		a.AutoAnswer == b.AutoAnswer && a.SRTP == b.SRTP && slices.Equal(a.Codecs, b.Codecs)
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
		w.loop.send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: "phone_refused"}})
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
		problem := "bad_number"
		switch {
		case errors.Is(err, softphone.ErrNotRegistered):
			problem = "not_registered"
		case errors.Is(err, softphone.ErrLines):
			problem = "too_many_calls"
		}
		w.loop.send(desk.CallNotPlaced{Draft: c.Draft, Problem: problem})
		return
	}
	w.loop.send(desk.CallPlaced{Draft: c.Draft, Call: id})
}

// heardOfPhone turns the phone's events into the desk's words.
func (w *workplace) heardOfPhone(e softphone.Event) {
	switch e := e.(type) {
	case softphone.RegistrationChanged:
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
	}
}

// heardOfDevices keeps the truth about the sound devices: which are in use, and what is wrong.
func (w *workplace) heardOfDevices(e audio.Event) {
	w.mu.Lock()
	a := &w.sound
	switch e.Kind {
	case audio.Chosen:
		a.Problem = ""
	case audio.Lost:
		a.Problem = "lost"
	case audio.NullIn:
		a.Null, a.Problem = true, "none_found"
	}
	switch e.Side {
	case audio.In:
		a.In = e.Name
	case audio.Out:
		a.Out = e.Name
	case audio.Ring:
	}
	now := *a
	w.mu.Unlock()
	w.loop.send(desk.AudioChanged{Audio: now})
}

// heardOfCentral turns the link's events into the desk's words.
func (w *workplace) heardOfCentral(e datasync.Event) {
	switch e := e.(type) {
	case datasync.LinkChanged:
		w.loop.send(desk.LinkChanged{State: e.State, Reason: e.Reason})
	case datasync.SignedIn:
		w.loop.send(desk.SignedIn{Session: e.Session, Phone: e.Phone != nil || len(w.cfg.Phones) > 0})
		if e.Phone != nil {
			w.provision(softphone.Account{
				AOR: e.Phone.AOR, Registrars: e.Phone.Registrars, AuthUser: e.Phone.AuthUser, Password: e.Phone.Password,
				AutoAnswer: e.Phone.AutoAnswer, SRTP: e.Phone.SRTP, Codecs: e.Phone.Codecs, RootCAs: w.cfg.Central.Roots,
			})
		}
	case datasync.Synced:
		w.loop.send(desk.Synced{Outbox: e.Outbox, Cursor: e.Cursor, Rows: e.Rows})
	case datasync.BoardSeen:
		w.loop.send(desk.BoardSeen{Board: e.Board})
	}
}
