package syncbench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
)

const (
	group    = "sales"
	password = "correct horse"
	dueEvery = 100 // one customer in so many has a callback today, up to maxDue
	maxDue   = 200
	seed     = 1
	teamOf   = 10
)

// plan is what Serve is told on its first line.
type plan struct {
	Dir       string `json:"dir"`
	Customers int    `json:"customers"`
	Users     int    `json:"users"`
}

// place is Serve's first answer.
type place struct {
	URL string `json:"url"`
	CA  string `json:"ca"` // file
	Org string `json:"org"`
}

// groupOf is the group of the agent with a number: ten are one.
func groupOf(i int) string {
	if i < teamOf {
		return group
	}
	return fmt.Sprintf("%s%d", group, i/teamOf)
}

// userName is that of the agent with a number, from 0.
func userName(i int) string { return fmt.Sprintf("agent%02d", i) }

// dueID is the id of the callback that is due with customer number i.
func dueID(i int) string { return fmt.Sprintf("due-%08d", i) }

// Serve runs a central as a line of JSON on in says, answers with a line where it is, and obeys: down and up take it
// from the network and back, count asks how many ops it has taken. It ends with in.
func Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return nil
	}
	var p plan
	if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	c, err := stock(ctx, p)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	ran := make(chan error, 1)
	go func() { ran <- c.Run(ctx) }()
	err = obey(ctx, c, p, lines, json.NewEncoder(out))
	cancel()
	return errors.Join(err, <-ran, c.Close())
}

// stock opens a central with the customers in it.
func stock(ctx context.Context, p plan) (*central.Central, error) {
	_, err := os.Stat(p.Dir)
	filled := err == nil
	c, err := central.Open(ctx, central.Config{Dir: p.Dir})
	if err != nil || filled {
		return c, err //nolint:wrapcheck // Serve does
	}
	for i := range p.Users {
		agent := central.User{Name: userName(i), Role: desk.RoleAgent, Group: groupOf(i)}
		err = errors.Join(err, c.AddUser(ctx, agent, password))
	}
	if err == nil {
		_, err = c.Import(ctx, rows(p.Customers))
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// rows gives the customers and what is due with some of them.
func rows(customers int) iter.Seq[desk.Row] {
	now := today()
	return func(yield func(desk.Row) bool) {
		row := func(table desk.Table, key string, body any) bool {
			text, err := json.Marshal(body)
			return err == nil && yield(desk.Row{Table: table, Key: key, Body: text})
		}
		i := 0
		for c := range sample.Customers(seed, customers, group, now) {
			if !row(desk.TableCustomer, c.ID, c) {
				return
			}
			if i++; i%dueEvery == 0 && i <= dueEvery*maxDue {
				at := now + 60_000
				due := desk.Callback{
					ID: dueID(i), Customer: c.ID, Wall: at.Time().UTC().Format("2006-01-02T15:04"), Zone: "UTC", At: at,
					Owner: userName(0), Group: group, State: desk.CallbackOpen,
				}
				if !row(desk.TableCallback, due.ID, due) {
					return
				}
			}
		}
	}
}

// due is how many callbacks rows makes.
func due(customers int) int { return min(customers/dueEvery, maxDue) }

// obey listens and does what the lines say.
func obey(ctx context.Context, c *central.Central, p plan, lines *bufio.Scanner, out *json.Encoder) error {
	files, err := central.InitTLS(p.Dir, []string{"127.0.0.1"}, time.Now())
	if err != nil {
		return err //nolint:wrapcheck // Serve does
	}
	var listen net.ListenConfig
	ln, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err //nolint:wrapcheck // Serve does
	}
	address := ln.Addr().String()
	server := &listening{c: c, files: files}
	server.up(ln)
	defer func() { server.down() }()
	if err := out.Encode(place{URL: "https://" + address, CA: files.CA, Org: c.Org()}); err != nil {
		return err //nolint:wrapcheck // Serve does
	}
	for lines.Scan() {
		ops := 0
		switch lines.Text() {
		case "down":
			server.down()
		case "up":
			if ln, err = listen.Listen(ctx, "tcp", address); err != nil {
				return err //nolint:wrapcheck // Serve does
			}
			server.up(ln)
		case "count":
			v, err := c.Verify(ctx)
			if err != nil {
				return err //nolint:wrapcheck // Serve does
			}
			ops = v.Contacts
		}
		if err := out.Encode(ops); err != nil {
			return err //nolint:wrapcheck // Serve does
		}
	}
	return nil
}

// listening is central's place on the network.
type listening struct {
	c     *central.Central
	files central.TLSFiles
	http  *http.Server
	ended chan struct{}
}

func (l *listening) up(ln net.Listener) {
	l.http = &http.Server{Handler: l.c.Handler(), ReadHeaderTimeout: time.Minute}
	l.ended = make(chan struct{})
	go func(s *http.Server, ended chan struct{}) {
		defer close(ended)
		_ = s.ServeTLS(ln, l.files.Cert, l.files.Key) // it ends with Close
	}(l.http, l.ended)
}

func (l *listening) down() {
	if l.http != nil {
		_ = l.http.Close()
		<-l.ended
		l.http = nil
	}
}
