package storebench

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

const (
	askBlock  = 25  // questions that one store answers before it is the other's turn
	warmUp    = 100 // questions of a line that are asked before it is timed
	saveBlock = 500
)

// queries asks every line of both stores.
func (b *bench) queries(ctx context.Context, p pair) error {
	for _, name := range Names() {
		asks := b.asks[name]
		if len(asks) == 0 {
			continue // save
		}
		for _, s := range []*localstore.Store{p.sealed, p.plain} {
			for _, a := range asks[:min(warmUp, len(asks))] {
				if _, err := a.of(ctx, s, a.text); err != nil {
					return err
				}
			}
		}
		var sealed, plain []time.Duration
		hits, asked := 0, 0
		for begin := 0; begin < len(asks); begin += askBlock {
			block := asks[begin:min(begin+askBlock, len(asks))]
			for turn := range 2 {
				s, into := p.sealed, &sealed
				if (turn+begin/askBlock)%2 == 1 {
					s, into = p.plain, &plain
				}
				for _, a := range block {
					began := time.Now()
					n, err := a.of(ctx, s, a.text)
					if *into = append(*into, time.Since(began)); err != nil {
						return err
					}
					if !a.miss {
						hits, asked = hits+min(n, 1), asked+1
					}
				}
			}
		}
		b.r.Queries[name], b.r.Compare.Plain[name] = lineOf(sealed), lineOf(plain)
		b.tell("%-10s %6d asked, %d of %d found", name, len(asks), hits, asked)
		if err := wrongly(name, hits, asked); err != nil {
			b.tell("%v", err)
		}
	}
	return nil
}

// saves commits what an agent saves after a call, durably; nothing of it reaches central meanwhile.
func (b *bench) saves(ctx context.Context, p pair) error {
	var sealed, plain []time.Duration
	for begin := 0; begin < b.cfg.Saves; begin += saveBlock {
		n := min(saveBlock, b.cfg.Saves-begin)
		for turn := range 2 {
			s, into := p.sealed, &sealed
			if (turn+begin/saveBlock)%2 == 1 {
				s, into = p.plain, &plain
			}
			err := maintained(ctx, s, func() error {
				for i := range n {
					in, err := b.talk(begin + i)
					if err != nil {
						return err
					}
					began := time.Now()
					if _, err := s.Commit(ctx, in); err != nil {
						return err
					}
					*into = append(*into, time.Since(began))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	b.r.Queries["save"], b.r.Compare.Plain["save"] = lineOf(sealed), lineOf(plain)
	b.r.Compare.SaveRatio = ratio(b.r.Queries["save"].P50, b.r.Compare.Plain["save"].P50)
	b.tell("%-10s %6d saved", "save", b.cfg.Saves)
	return nil
}

// talk is the i-th record of a talk, and when its customer was spoken to.
func (b *bench) talk(i int) (desk.Intent, error) {
	who := b.asks["timeline"][i%len(b.asks["timeline"])]
	if who.miss {
		who = b.asks["timeline"][0]
	}
	id := uuid.NewString()
	talk, err := json.Marshal(desk.Contact{
		ID: id, Customer: who.text, At: now, Offset: 480, Seconds: 184, Agent: "8021", Channel: desk.ChannelPhone, Direction: desk.Inbound,
		Subject: "咨询套餐", Content: "询问现有套餐与新套餐的区别，已说明价格和合约期。客户考虑后再来电。", Reason: desk.ReasonEnquiry, Outcome: desk.OutcomeResolved,
	})
	if err != nil {
		return desk.Intent{}, err
	}
	return desk.Intent{ID: uuid.NewString(), Kind: "contact.save", At: now, Changes: []desk.Change{
		{Table: desk.TableContact, Key: id, Fields: talk},
		{Table: desk.TableCustomer, Key: who.text, Fields: json.RawMessage(`{"last_contact_at":1790000000000}`)},
	}}, nil
}

// takeBack ends what was saved as central does, whose rows never come: both stores show what they showed before.
func takeBack(ctx context.Context, s *localstore.Store) error {
	r, err := s.Replica(ctx)
	if err != nil {
		return err
	}
	_, err = s.ApplyPage(ctx, desk.Page{Epoch: r.Epoch, From: r.Cursor, To: r.Cursor + "+", Last: true, LastN: r.NextN - 1})
	return err
}

func lineOf(took []time.Duration) Line {
	slices.Sort(took)
	at := func(percent int) float64 {
		return float64(took[min(len(took)*percent/100, len(took)-1)].Nanoseconds()/100) / 10
	}
	return Line{N: len(took), P50: at(50), P95: at(95), P99: at(99)}
}
