package app

import (
	"context"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/media"
)

type callParam struct {
	Call string `json:"call"`
}

// live finds a call that still exists.
func (p *port) live(id string) (desk.Call, error) {
	c, ok := p.loop.current().Call(id)
	if !ok {
		return desk.Call{}, desk.ErrNotFound
	}
	if !c.Live() {
		return c, notNow("call_ended")
	}
	return c, nil
}

// dial answers when the phone has taken the call on and the call can be spoken of.
func (p *port) dial(ctx context.Context, in struct {
	To      string `json:"to"`
	Account string `json:"account"`
},
) (map[string]string, error) {
	if in.To == "" {
		return nil, invalid("to is missing")
	}
	draft, call := "", ""
	_, err := p.ask(ctx, desk.DialPressed{To: in.To, Account: in.Account}, func(t turn, own bool) (any, error, bool) {
		if own {
			draft = t.at.ID(0)
			if _, ok := t.after.Draft(draft); !ok {
				return nil, notNow(refusal(t)), true
			}
		}
		switch e := t.e.(type) {
		case desk.CallPlaced:
			if e.Draft == draft {
				call = e.Call
			}
		case desk.CallNotPlaced:
			if e.Draft == draft {
				return nil, notNow(e.Problem), true
			}
		default: // the others are not for this function
		}
		_, known := t.after.Call(call) // the phone tells of it on its own, before or after
		return nil, nil, known
	})
	if err != nil {
		return nil, err
	}
	return map[string]string{"call": call}, nil
}

// refusal is why a turn did not do what was asked: the code of the warning that it raised.
func refusal(t turn) string {
	for _, n := range slices.Backward(t.after.Notices) {
		if !slices.ContainsFunc(t.before.Notices, func(o desk.Notice) bool { return o.ID == n.ID }) {
			return strings.TrimPrefix(n.Code, "call_")
		}
	}
	return "busy"
}

func (p *port) answer(ctx context.Context, in callParam) (nothing, error) {
	c, err := p.live(in.Call)
	if err != nil {
		return nothing{}, err
	}
	if c.State != desk.CallRinging {
		return nothing{}, notNow("not_ringing")
	}
	_, err = p.tell(ctx, desk.AnswerPressed{Call: c.ID})
	return nothing{}, err
}

func (p *port) hangUp(ctx context.Context, in callParam) (nothing, error) {
	if _, err := p.live(in.Call); err != nil {
		return nothing{}, err
	}
	_, err := p.tell(ctx, desk.HangUpPressed{Call: in.Call})
	return nothing{}, err
}

func (p *port) hold(ctx context.Context, in callParam, on bool) (nothing, error) {
	c, err := p.live(in.Call)
	if err != nil {
		return nothing{}, err
	}
	if c.State != desk.CallTalking && c.State != desk.CallHeld {
		return nothing{}, notNow("not_talking")
	}
	_, err = p.tell(ctx, desk.HoldPressed{Call: in.Call, On: on})
	return nothing{}, err
}

func (p *port) mute(ctx context.Context, in struct {
	Call string `json:"call"`
	On   bool   `json:"on"`
},
) (nothing, error) {
	if _, err := p.live(in.Call); err != nil {
		return nothing{}, err
	}
	_, err := p.tell(ctx, desk.MutePressed{Call: in.Call, On: in.On})
	return nothing{}, err
}

func (p *port) dtmf(ctx context.Context, in struct {
	Call   string `json:"call"`
	Digits string `json:"digits"`
},
) (nothing, error) {
	c, err := p.live(in.Call)
	if err != nil {
		return nothing{}, err
	}
	if c.State != desk.CallTalking {
		return nothing{}, notNow("not_talking")
	}
	if in.Digits == "" || strings.Trim(strings.ToUpper(in.Digits), "0123456789*#ABCD") != "" {
		return nothing{}, invalid("digits must be of 0-9 * # A-D")
	}
	_, err = p.tell(ctx, desk.DigitsPressed{Call: in.Call, Digits: in.Digits})
	return nothing{}, err
}

type statsResult struct {
	Codec     string  `json:"codec"`
	SRTP      bool    `json:"srtp"`
	RTTms     float64 `json:"rtt_ms"`
	JitterMs  float64 `json:"jitter_ms"`
	Lost      int64   `json:"lost"`
	Concealed int64   `json:"concealed"`
	MOS       float64 `json:"mos"`
	RxPackets int64   `json:"rx_packets"`
	TxPackets int64   `json:"tx_packets"`
}

func (p *port) callStats(_ context.Context, in callParam) (statsResult, error) {
	if _, ok := p.loop.current().Call(in.Call); !ok {
		return statsResult{}, desk.ErrNotFound
	}
	if p.stats == nil {
		return statsResult{}, notNow("no_phone")
	}
	s, err := p.stats(in.Call)
	if err != nil {
		return statsResult{}, notNow("no_media")
	}
	return toStats(s), nil
}

func toStats(s media.Stats) statsResult {
	return statsResult{
		Codec: s.Codec, SRTP: s.SRTP, RTTms: float64(s.RTTms), JitterMs: float64(s.JitterMs), Lost: int64(s.Lost),
		Concealed: int64(s.Concealed), MOS: float64(s.MOS), RxPackets: int64(s.RxPackets), TxPackets: int64(s.TxPackets),
	}
}
