package dispatch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

func TestChallengesAreAnswered(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256", "SHA-512-256", "MD5-sess", "SHA-256-sess"} {
		t.Run(algorithm, func(t *testing.T) {
			seen := make(chan string, 4)
			uas := start(t, Config{Request: func(in *Incoming) {
				h := in.Req.GetHeader("authorization")
				if h == nil {
					res := in.Response(401, "Unauthorized", nil)
					res.AppendHeader(sip.NewHeader("WWW-Authenticate", `Digest realm="x", nonce="n0", algorithm=UNKNOWN-1, qop="auth"`))
					res.AppendHeader(sip.NewHeader("WWW-Authenticate", `Digest realm="x", nonce="n1", algorithm=`+algorithm+`, qop="auth"`))
					_ = in.Send(res)
					return
				}
				seen <- h.Value()
				_ = in.Reply(200, "OK")
			}})
			e := start(t, Config{})
			flow := dial(t, e, "tcp", int(uas.Addr("tcp").Port()))
			end := make(chan int, 1)
			b := e.Mailbox("auth-" + algorithm)
			defer b.Release()
			_ = b.Post(func() {
				req := invite(b.CallID(), flow)
				req.Method, req.CSeq().MethodName = sip.REGISTER, sip.REGISTER
				_, _ = b.Send(Request{
					Msg: req, Flow: flow, Auth: &Credentials{User: "101", Password: "secret"},
					On: func(r *sip.Response, err error) { end <- r.StatusCode },
				})
			})
			v := get(t, seen, "credentials")
			if !strings.Contains(v, `nonce="n1"`) || !strings.Contains(v, "algorithm="+algorithm) {
				t.Fatalf("credentials %s", v)
			}
			if code := get(t, end, "response"); code != 200 {
				t.Fatalf("got %d", code)
			}
		})
	}
}

func TestWrongPasswordGivesTheRefusal(t *testing.T) {
	tries := make(chan struct{}, 16)
	uas := start(t, Config{Request: func(in *Incoming) {
		tries <- struct{}{}
		res := in.Response(401, "Unauthorized", nil)
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", fmt.Sprintf(`Digest realm="x", nonce="n%d", qop="auth"`, len(tries))))
		_ = in.Send(res)
	}})
	e := start(t, Config{})
	flow := dial(t, e, "udp", int(uas.Addr("udp").Port()))
	end := make(chan int, 1)
	b := e.Mailbox("wrong")
	defer b.Release()
	_ = b.Post(func() {
		req := invite(b.CallID(), flow)
		req.Method, req.CSeq().MethodName = sip.REGISTER, sip.REGISTER
		_, _ = b.Send(Request{
			Msg: req, Flow: flow, Auth: &Credentials{User: "101", Password: "wrong"},
			On: func(r *sip.Response, err error) { end <- r.StatusCode },
		})
	})
	if code := get(t, end, "response"); code != 401 || len(tries) != 2 {
		t.Fatalf("got %d after %d tries, want 401 after 2", code, len(tries))
	}
}
