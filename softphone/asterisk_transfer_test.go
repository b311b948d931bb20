//go:build asterisk

package softphone

import (
	"flag"
	"fmt"
	"testing"

	"github.com/callbench/callbench/internal/testbed"
)

// transfers is how often each kind of transfer is done.
var transfers = flag.Int("transfers", 20, "how often each kind of transfer is done against Asterisk")

// TestTransfersAtAsterisk hands calls of a customer (102) from 101 over to a colleague (105), again and again.
func TestTransfersAtAsterisk(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} { // half of them each, each at a PBX of its own
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			pbx := testbed.StartAsterisk(t)
			desks := map[string]*desk{}
			for ext, hz := range map[string]float64{"101": toneB, "102": toneA, "105": toneC} {
				desks[ext], _ = startPhone(t, hz, agent(pbx, ext, transport, "secret"))
				desks[ext].registered(t, "registered")
			}
			for n := range *transfers / 2 {
				for _, kind := range []string{"unannounced", "announced", "while it rings", "refused"} {
					if !t.Run(fmt.Sprintf("%s/%d", kind, n), func(t *testing.T) {
						transferOnce(t, kind, desks["102"], desks["101"], desks["105"])
					}) {
						return
					}
				}
			}
		})
	}
}

// transferOnce has the customer call the agent, who hands over to the colleague; then both talk, and all legs end.
func transferOnce(t *testing.T, kind string, customer, agent, colleague *desk) {
	theirs, err := customer.Dial("101", "")
	if err != nil {
		t.Fatal(err)
	}
	ours := agent.rings(t, "102")
	if err := agent.Answer(ours); err != nil {
		t.Fatal(err)
	}
	customer.is(t, theirs, "customer talking", func(c Call) bool { return c.State == StateTalking })
	agent.ears.forget()
	agent.ears.waitTone(t, toneA)
	switch kind {
	case "unannounced", "refused":
		err = agent.Transfer(ours, "105")
	default:
		var second string
		if second, err = agent.Consult(ours, "105"); err == nil && kind == "announced" {
			if err = colleague.Answer(colleague.rings(t, "101")); err != nil {
				t.Fatal(err)
			}
			agent.is(t, second, "colleague talking", func(c Call) bool { return c.State == StateTalking })
			colleague.ears.forget()
			colleague.ears.waitTone(t, toneB)
		} else if err == nil {
			agent.is(t, second, "it rings there", func(c Call) bool { return c.State == StateEarly })
			colleague.rings(t, "101")
		}
		if err == nil {
			err = agent.CompleteTransfer(ours, second)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if kind != "announced" { // Asterisk mostly tells that it rings, and keeps our leg until somebody answers
		ringing := colleague.rings(t, "102")
		answer := colleague.Answer
		if kind == "refused" {
			answer = colleague.HangUp
		}
		if err := answer(ringing); err != nil {
			t.Fatal(err)
		}
	}
	if kind == "refused" { // Asterisk has taken the customer away: to the voice mail of who is busy
		c := agent.is(t, ours, "end of our leg", func(c Call) bool { return c.State == StateEnded })
		if c.EndReason != "transferred" && (c.Transfer != TransferFailed || c.TransferCode < 400) {
			t.Errorf("ended %+v", c)
		}
		_ = customer.HangUp(theirs) // unless the dial plan has ended it
		nothingLeft(t, customer, agent, colleague)
		return
	}
	agent.is(t, ours, "handed over", endedAs("transferred", "me"))
	customer.ears.forget()
	customer.ears.waitTone(t, toneC)
	colleague.ears.forget()
	colleague.ears.waitTone(t, toneA)
	nothingLeft(t, agent)
	if err := customer.HangUp(theirs); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, customer, colleague)
}

// rings waits for a call of a number that rings now, and gives its ID.
func (d *desk) rings(t *testing.T, number string) string {
	t.Helper()
	return d.is(t, "", "call of "+number, func(c Call) bool {
		_, now, err := d.find(c.ID)
		return err == nil && now.State == StateRinging && c.Number == number
	}).ID
}
