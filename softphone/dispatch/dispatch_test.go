package dispatch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"
)

const patience = 40 * time.Second

// invite builds an INVITE from a to an address.
func invite(callID string, from *Flow) *sip.Request {
	req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "101", Host: "127.0.0.1"})
	f := &sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: "caller", Host: "127.0.0.1"}}
	f.Params.Add("tag", "caller-tag")
	id := sip.CallIDHeader(callID)
	req.AppendHeader(f)
	req.AppendHeader(&sip.ToHeader{Address: req.Recipient})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.INVITE})
	req.AppendHeader(&sip.ContactHeader{Address: from.Contact("caller")})
	return req
}

func dial(t *testing.T, e *Endpoint, network string, port int) *Flow {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	f, err := e.Dial(ctx, network, "127.0.0.1", port)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func get[T any](t *testing.T, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s within %v", what, patience)
		panic("unreachable")
	}
}

// answerTwice is a UAS below our layers: it answers an INVITE with 180 and 200 back to back.
func answerTwice(t *testing.T) int {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = c.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 65535)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			msg, err := sip.ParseMessage(buf[:n])
			req, ok := msg.(*sip.Request)
			if err != nil || !ok || !req.IsInvite() {
				continue
			}
			req.SetSource(from.String())
			for _, code := range []int{180, 200} {
				res := sip.NewResponseFromRequest(req, code, "X", nil)
				res.To().Params.Remove("tag")
				res.To().Params.Add("tag", "callee-tag")
				_, _ = c.WriteTo([]byte(res.String()), from)
			}
		}
	}()
	return c.LocalAddr().(*net.UDPAddr).Port
}

func TestResponsesBackToBackArriveInOrder(t *testing.T) {
	port := answerTwice(t)
	e := start(t, Config{})
	flow := dial(t, e, "udp", port)
	for i := range 1000 {
		got := make(chan int, 4)
		b := e.Mailbox(fmt.Sprintf("order-%d", i))
		_ = b.Post(func() {
			_, err := b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(r *sip.Response, err error) {
				if err != nil {
					got <- -1
					return
				}
				got <- r.StatusCode
			}})
			if err != nil {
				t.Error(err)
			}
		})
		if a, z := get(t, got, "180"), get(t, got, "200"); a != 180 || z != 200 {
			t.Fatalf("call %d: got %d, %d; want 180, 200", i, a, z)
		}
		b.Release()
	}
}

func TestRequestsOfOneCallArriveInOrder(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			got := make(chan uint32, 16)
			uas := start(t, Config{Request: func(in *Incoming) {
				got <- in.Req.CSeq().SeqNo
				_ = in.Reply(200, "OK")
			}})
			e := start(t, Config{})
			flow := dial(t, e, network, int(uas.Addr(network).Port()))
			for i := range 1000 {
				b := e.Mailbox(fmt.Sprintf("burst-%s-%d", network, i))
				_ = b.Post(func() {
					for n := uint32(1); n <= 5; n++ {
						req := invite(b.CallID(), flow)
						req.Method = sip.INFO
						*req.CSeq() = sip.CSeqHeader{SeqNo: n, MethodName: sip.INFO}
						if _, err := b.Send(Request{Msg: req, Flow: flow}); err != nil {
							t.Error(err)
						}
					}
				})
				for n := uint32(1); n <= 5; n++ {
					if s := get(t, got, "request"); s != n {
						t.Fatalf("burst %d: request %d came as number %d", i, s, n)
					}
				}
				b.Release()
			}
		})
	}
}

// pair is a caller and a callee on a network in memory.
func pair(t *testing.T, n *memNet, request func(*Incoming)) (caller *Endpoint, flow *Flow) {
	t.Helper()
	uas := start(t, Config{Networks: []string{"udp"}, Wrap: n.wrap, Request: request})
	caller = start(t, Config{Networks: []string{"udp"}, Wrap: n.wrap})
	return caller, dial(t, caller, "udp", int(uas.Addr("udp").Port()))
}

func TestAcceptedInviteIsRepeatedUntilAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var sent []time.Duration
		n := &memNet{drop: func(p []byte) bool {
			if bytes.Contains(p, []byte("CSeq: 1 INVITE")) && bytes.HasPrefix(p, []byte("SIP/2.0 200")) {
				sent = append(sent, time.Since(begin))
				return len(sent) < 6 // the sixth arrives
			}
			return false
		}}
		acked := make(chan error, 1)
		e, flow := pair(t, n, func(in *Incoming) {
			d, err := DialogUAS(in, in.Flow.Contact("101"))
			if err != nil {
				t.Error(err)
			}
			_ = in.Accept(d, in.Response(200, "OK", nil), func(ack *sip.Request, err error) {
				if err == nil && !ack.IsAck() {
					err = errors.New("not an ACK")
				}
				acked <- err
			})
		})
		b := e.Mailbox("retransmit")
		defer b.Release()
		_ = b.Post(func() {
			var out *Outgoing
			out, _ = b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(r *sip.Response, err error) {
				if err != nil || !r.IsSuccess() {
					return
				}
				d, err := DialogUAC(out, r)
				if err != nil {
					t.Error(err)
				}
				if err := out.Ack(d, nil); err != nil {
					t.Error(err)
				}
			}})
		})
		if err := <-acked; err != nil {
			t.Fatal(err)
		}
		want := "[0s 500ms 1.5s 3.5s 7.5s 11.5s]"
		if got := fmt.Sprint(sent); got != want {
			t.Fatalf("200 went out at %s, want %s", got, want)
		}
	})
}

func TestLostAckIsSentAgainForEveryRepeated200(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		acks := 0
		n := &memNet{drop: func(p []byte) bool {
			if bytes.HasPrefix(p, []byte("ACK ")) {
				acks++
				return acks < 4
			}
			return false
		}}
		acked := make(chan error, 1)
		e, flow := pair(t, n, func(in *Incoming) {
			d, _ := DialogUAS(in, in.Flow.Contact("101"))
			_ = in.Accept(d, in.Response(200, "OK", nil), func(_ *sip.Request, err error) { acked <- err })
		})
		ons := 0
		b := e.Mailbox("lost-ack")
		defer b.Release()
		_ = b.Post(func() {
			var out *Outgoing
			out, _ = b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(r *sip.Response, err error) {
				ons++
				d, _ := DialogUAC(out, r)
				_ = out.Ack(d, nil)
			}})
		})
		if err := <-acked; err != nil || acks != 4 {
			t.Fatalf("acked with %v after %d ACKs, want nil after 4", err, acks)
		}
		synctest.Wait()
		if ons != 1 {
			t.Fatalf("the owner saw the 200 %d times, want once", ons)
		}
	})
}

func TestWithoutAckTheCallGetsBye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		byes := make(chan time.Duration, 8)
		n := &memNet{drop: func(p []byte) bool {
			if bytes.HasPrefix(p, []byte("BYE ")) {
				select {
				case byes <- time.Since(begin):
				default:
				}
			}
			return bytes.HasPrefix(p, []byte("ACK "))
		}}
		acked := make(chan error, 1)
		e, flow := pair(t, n, func(in *Incoming) {
			d, _ := DialogUAS(in, in.Flow.Contact("101"))
			_ = in.Accept(d, in.Response(200, "OK", nil), func(_ *sip.Request, err error) { acked <- err })
		})
		b := e.Mailbox("no-ack")
		defer b.Release()
		_ = b.Post(func() {
			_, _ = b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(*sip.Response, error) {}})
		})
		if err := <-acked; !errors.Is(err, ErrNoAck) {
			t.Fatalf("got %v, want ErrNoAck", err)
		}
		if at := <-byes; at != giveUp {
			t.Fatalf("BYE after %v, want %v", at, giveUp)
		}
	})
}

func TestNoAnswerIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &memNet{drop: func([]byte) bool { return true }}
		e, flow := pair(t, n, nil)
		got := make(chan error, 1)
		b := e.Mailbox("silence")
		defer b.Release()
		begin := time.Now()
		_ = b.Post(func() {
			_, _ = b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(r *sip.Response, err error) { got <- err }})
		})
		if err := <-got; !errors.Is(err, ErrTimeout) || time.Since(begin) != giveUp {
			t.Fatalf("got %v after %v, want ErrTimeout after %v", err, time.Since(begin), giveUp)
		}
	})
}

func TestLostAckOfARefusalDoesNotStopTheMailbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		acks := 0
		n := &memNet{drop: func(p []byte) bool {
			if bytes.HasPrefix(p, []byte("ACK ")) {
				acks++
				return acks < 3
			}
			return false
		}}
		e, flow := pair(t, n, func(in *Incoming) { _ = in.Reply(486, "Busy Here") })
		got := make(chan int, 4)
		b := e.Mailbox("busy")
		defer b.Release()
		begin := time.Now()
		_ = b.Post(func() {
			_, _ = b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(r *sip.Response, err error) { got <- r.StatusCode }})
		})
		if code := <-got; code != 486 {
			t.Fatalf("got %d, want 486", code)
		}
		<-time.After(2 * time.Second) // the bubble's clock
		var late time.Duration
		ran := make(chan struct{})
		_ = b.Post(func() { late = time.Since(begin) - 2*time.Second; close(ran) })
		<-ran
		if acks != 3 || late != 0 {
			t.Fatalf("%d ACKs, the mailbox was %v late; want 3 and 0", acks, late)
		}
	})
}

func TestCancelEndsARingingInvite(t *testing.T) {
	for _, share := range []float64{0, 0.3} {
		t.Run(fmt.Sprintf("with %.0f %% loss", share*100), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &memNet{drop: lossy(7, share)}
				cancelled := make(chan struct{})
				e, flow := pair(t, n, func(in *Incoming) {
					in.OnCancel = func(*sip.Request) { close(cancelled) }
					_ = in.Reply(180, "Ringing")
				})
				end := make(chan int, 1)
				b := e.Mailbox("cancel")
				defer b.Release()
				_ = b.Post(func() {
					out, err := b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(r *sip.Response, err error) {
						if err != nil {
							end <- -1
						} else if !r.IsProvisional() {
							end <- r.StatusCode
						}
					}})
					if err != nil {
						t.Error(err)
					}
					out.Cancel() // waits for the provisional response by itself
				})
				<-cancelled
				if code := <-end; code != 487 {
					t.Fatalf("ended with %d, want 487", code)
				}
			})
		})
	}
}

func TestRequestsGoBackByTheConnectionTheyCameBy(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			flows := make(chan *Flow, 1)
			uas := start(t, Config{Request: func(in *Incoming) {
				_ = in.Reply(200, "OK")
				flows <- in.Flow
			}})
			rang := make(chan string, 1)
			phone := start(t, Config{Networks: []string{"udp"}, Request: func(in *Incoming) {
				_ = in.Reply(180, "Ringing")
				rang <- in.Flow.Network()
			}})
			out := dial(t, phone, network, int(uas.Addr(network).Port()))
			b := phone.Mailbox("register")
			defer b.Release()
			_ = b.Post(func() {
				req := invite(b.CallID(), out)
				req.Method, req.CSeq().MethodName = sip.REGISTER, sip.REGISTER
				_, _ = b.Send(Request{Msg: req, Flow: out})
			})
			back := get(t, flows, "REGISTER")
			c := uas.Mailbox("call")
			defer c.Release()
			got := make(chan int, 2)
			_ = c.Post(func() {
				_, _ = c.Send(Request{Msg: invite("call", back), Flow: back, On: func(r *sip.Response, err error) { got <- r.StatusCode }})
			})
			if n := get(t, rang, "INVITE"); !strings.EqualFold(n, network) {
				t.Fatalf("rang by %s, want %s", n, network)
			}
			if code := get(t, got, "180"); code != 180 {
				t.Fatalf("got %d", code)
			}
		})
	}
}

func TestADeadConnectionIsTold(t *testing.T) {
	uas := start(t, Config{})
	e := start(t, Config{})
	flow := dial(t, e, "tcp", int(uas.Addr("tcp").Port()))
	for {
		uas.mu.Lock()
		n := len(uas.streams)
		for f := range uas.streams {
			f.Close()
		}
		uas.mu.Unlock()
		if n > 0 {
			break
		}
	}
	get(t, flow.Done(), "end of the connection")
	b := e.Mailbox("dead")
	defer b.Release()
	got := make(chan error, 1)
	_ = b.Post(func() {
		_, err := b.Send(Request{Msg: invite("dead", flow), Flow: flow})
		got <- err
	})
	if err := get(t, got, "result"); !errors.Is(err, ErrFlowGone) {
		t.Fatalf("got %v, want ErrFlowGone", err)
	}
}

func TestMailboxesEndWithTheirWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &memNet{}
		e, flow := pair(t, n, func(in *Incoming) { _ = in.Reply(486, "Busy Here") })
		for i := range 100 {
			b := e.Mailbox(fmt.Sprint(i))
			_ = b.Post(func() { _, _ = b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow}); b.Release() })
		}
		<-time.After(time.Minute) // the bubble's clock: all transactions are over
		synctest.Wait()
		if left := len(e.boxes); left != 0 {
			t.Fatalf("%d mailboxes left", left)
		}
	})
}

func TestStrangersAreRefusedWithoutState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &memNet{}
		uas := start(t, Config{Networks: []string{"udp"}, Wrap: n.wrap, Admit: func(*Flow) bool { return false }})
		e := start(t, Config{Networks: []string{"udp"}, Wrap: n.wrap})
		flow := dial(t, e, "udp", int(uas.Addr("udp").Port()))
		got := make(chan int, 100)
		for i := range 100 {
			b := e.Mailbox(fmt.Sprint("stranger", i))
			defer b.Release()
			_ = b.Post(func() {
				_, _ = b.Send(Request{Msg: invite(b.CallID(), flow), Flow: flow, On: func(r *sip.Response, err error) { got <- r.StatusCode }})
			})
		}
		for range 100 {
			if code := <-got; code != 403 {
				t.Fatalf("got %d, want 403", code)
			}
		}
		if len(uas.boxes) != 0 {
			t.Fatalf("%d mailboxes for strangers", len(uas.boxes))
		}
	})
}
