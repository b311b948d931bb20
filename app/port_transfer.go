package app

import (
	"context"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
)

// transfer answers when the other side has the call. It may ring there for longer than a caller of the port waits: the
// call is on its way all the same then, and call.changed tells what becomes of it.
func (p *port) transfer(ctx context.Context, in struct {
	Call string `json:"call"`
	To   string `json:"to"`
},
) (nothing, error) {
	if err := p.canGo(in.Call, in.To); err != nil {
		return nothing{}, err
	}
	return p.handedOver(ctx, in.Call, desk.TransferPressed{Call: in.Call, To: in.To})
}

// consult answers when the second call can be spoken of.
func (p *port) consult(ctx context.Context, in struct {
	Call string `json:"call"`
	To   string `json:"to"`
},
) (map[string]string, error) {
	if err := p.canGo(in.Call, in.To); err != nil {
		return nil, err
	}
	second := ""
	_, err := p.ask(ctx, desk.ConsultPressed{Call: in.Call, To: in.To}, func(t turn, own bool) (any, error, bool) {
		if why := refused(t); why != "" && !own {
			return nil, notNow(why), true
		}
		for _, c := range t.after.Calls {
			_, before := t.before.Call(c.ID)
			if c.Consults == in.Call && !before {
				second = c.ID
				return nil, nil, true
			}
		}
		return nil, nil, false
	})
	if err != nil {
		return nil, err
	}
	return map[string]string{"call": second}, nil
}

func (p *port) completeTransfer(ctx context.Context, in struct {
	Call    string `json:"call"`
	Consult string `json:"consult"`
},
) (nothing, error) {
	if err := p.canGo(in.Call, "-"); err != nil {
		return nothing{}, err
	}
	second, err := p.live(in.Consult)
	if err != nil {
		return nothing{}, err
	}
	if second.State == desk.CallRinging || second.ID == in.Call {
		return nothing{}, notNow("not_talking")
	}
	return p.handedOver(ctx, in.Call, desk.CompletePressed{Call: in.Call, Consult: in.Consult})
}

// canGo checks that a call can be handed over.
func (p *port) canGo(id, to string) error {
	if to == "" {
		return invalid("to is missing")
	}
	c, err := p.live(id)
	if err == nil && !c.CanGo() {
		err = notNow("not_talking")
	}
	return err
}

// handedOver sends e and waits until the call has gone, or is there again.
func (p *port) handedOver(ctx context.Context, id string, e desk.Event) (nothing, error) {
	_, err := p.ask(ctx, e, func(t turn, own bool) (any, error, bool) {
		c, known := t.after.Call(id)
		was, _ := t.before.Call(id)
		switch {
		case own:
			if !slices.ContainsFunc(t.commands, transfers) {
				return nil, notNow("busy"), true
			}
		case !known || c.State == desk.CallEnded && c.EndReason == "transferred":
			return nil, nil, true
		case c.State == desk.CallEnded, c.Transfer == desk.TransferFailed && was.Transfer != desk.TransferFailed:
			return nil, notNow("transfer_failed"), true
		case refused(t) != "" && !c.GoesAway(): // the phone would not even try
			return nil, notNow(refused(t)), true
		}
		return nil, nil, false
	})
	return nothing{}, err
}

// refused is why the phone did not do what it was told; empty: this turn is not about that.
func refused(t turn) string {
	n, ok := t.e.(desk.NoticeRaised)
	if !ok || n.Notice.Code != "phone_refused" && !strings.HasPrefix(n.Notice.Code, "call_") {
		return ""
	}
	return strings.TrimPrefix(n.Notice.Code, "call_")
}

func transfers(c desk.Command) bool {
	switch c.(type) {
	case desk.TransferCall, desk.CompleteTransfer:
		return true
	default:
		return false
	}
}
