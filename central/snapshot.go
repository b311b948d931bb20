package central

import (
	"context"
	"time"

	"connectrpc.com/connect"

	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// snapshot streams the pages of a checkpoint, each after the one before, until the last. After wire.WatchSeconds, or
// when central stops, the stream ends early: the desk goes on with the cursor of the last page it has applied. The
// user is looked up again with each page; what a desk does not take within answerWithin is not sent. Nothing is made
// ahead: the next page is read when the connection has taken the one before.
func (c *Central) snapshot(ctx context.Context, who call, in wire.Pull, out *connect.ServerStream[v1.Page]) error {
	end := time.NewTimer(wire.WatchSeconds * time.Second)
	defer end.Stop()
	s := who.session
	for {
		page, err := c.pull(ctx, s, in)
		if err != nil {
			return err
		}
		if err := out.Send(wire.ProtoPage(*page)); err != nil || page.Last {
			return err
		}
		in.Cursor, in.Epoch = page.To, page.Epoch
		select {
		case <-c.quit:
			return nil
		case <-end.C:
			return nil
		default:
		}
		if s, err = c.session(ctx, who.token); err != nil {
			return err
		}
		if s.order != nil {
			return c.tell(ctx, s.order, s.desk)
		}
	}
}
