//go:build !nowindow

package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

// othersEvery is how often the work of users who are not at the desk is looked at.
const othersEvery = 2 * time.Minute

// othersAll is how many looks later central is asked about stores in which nothing waits: once an hour.
const othersAll = 30

// othersWithin bounds one try to bring one user's work up.
const othersWithin = 30 * time.Second

// maxOthers bounds how many users of one computer are looked after; the others bring theirs up when they sign in.
const maxOthers = 50

// bringUpOthers brings up what other users of this computer have left, until ctx ends. Nothing of it is shown but
// whose it is and how much.
func (p *program) bringUpOthers(ctx context.Context, at joined, w *workplace) {
	if at.set.URL == "" {
		return
	}
	var told []desk.Other
	round := 0
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		var others []desk.Other
		for _, user := range at.others() {
			o, err := p.bringUp(ctx, at, user, round%othersAll == 0, othersWithin)
			if err != nil && ctx.Err() == nil {
				p.log.WarnContext(ctx, "another user's work not brought up", slog.Any("error", err))
			}
			if o.Pending > 0 {
				others = append(others, o)
			}
		}
		if !slices.Equal(others, told) {
			told = others
			w.loop.send(desk.OthersSeen{Others: others})
		}
		round++
		next.Reset(othersEvery)
	}
}

// others are the users besides the one at the desk whose stores lie in the profile.
func (j joined) others() []string {
	files, err := filepath.Glob(filepath.Join(j.dir, "desk-*.db"))
	if err != nil {
		return nil
	}
	var list []string
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "desk-"), ".db")
		user := name
		if _, coded, found := strings.Cut(name, "~"); found {
			raw, err := hex.DecodeString(coded)
			if err != nil {
				continue
			}
			user = string(raw)
		}
		if fileName(user) == name && user != j.set.User && len(list) < maxOthers {
			list = append(list, user)
		}
	}
	return list
}

// bringUp opens another user's store for as long as it takes to bring its outbox up with the token or password
// that the user left, within a time, and tells what is left; with all also where
// nothing waits: central may order the store to be wiped. Where central orders the store to be wiped it is.
func (p *program) bringUp(ctx context.Context, at joined, user string, all bool, within time.Duration) (desk.Other, error) {
	set := at.set
	set.User = user
	cfg, err := p.workplaceOf(at.dir, set, at.secrets)
	if err != nil {
		return desk.Other{User: user}, err
	}
	store, err := localstore.Open(ctx, localstore.Config{Path: cfg.StorePath, Key: cfg.StoreKey, Org: set.Org, User: user, Log: p.log, Now: time.Now})
	if errors.Is(err, desk.ErrHeld) { // the user is at work in another window
		return desk.Other{}, nil
	}
	if err != nil {
		return desk.Other{User: user}, err //nolint:wrapcheck // it says what was done
	}
	out, err := store.Outbox(ctx)
	if err != nil || out.Pending == 0 && !all {
		return desk.Other{User: user}, errors.Join(err, store.Close())
	}
	var order *wire.WipeOrder
	link := datasync.Config{
		URL: cfg.Central.URL, User: user, Password: cfg.Central.Password, Tokens: cfg.Central.Tokens, RootCAs: cfg.Central.Roots,
		Store: store, Log: p.log, Version: p.version, Emit: func(e datasync.Event) {
			if o, is := e.(datasync.WipeOrdered); is {
				order = &o.Order
			}
		},
	}
	limit, stop := context.WithTimeout(ctx, within)
	defer stop()
	drained := datasync.Drain(limit, link)
	if out, err = store.Outbox(ctx); err != nil {
		return desk.Other{User: user}, errors.Join(err, store.Close())
	}
	if order != nil {
		return desk.Other{}, p.wipeOther(ctx, cfg, store, link)
	}
	return desk.Other{User: user, Pending: out.Pending, Problem: datasync.Reason(drained)}, store.Close() //nolint:wrapcheck // it says what was done
}

// wipeOther destroys the store of a user who is not at the desk, as central has ordered: what could be brought up has
// been. The mark on disk makes the next start go on where this is cut off.
func (p *program) wipeOther(ctx context.Context, cfg workplaceConfig, store *localstore.Store, link datasync.Config) error {
	replica, err := store.Replica(ctx)
	p.noted(ctx, err)
	lost, err := datasync.New(link).Waiting(ctx)
	p.noted(ctx, err)
	token := cfg.Central.Tokens.Load()
	p.noted(ctx, cfg.Eraser.order(time.Now(), lost))
	p.noted(ctx, cfg.Eraser.forget())
	p.noted(ctx, store.Close())
	if err := cfg.Eraser.finish(lost); err != nil {
		return fmt.Errorf("wipe another user's store: %w", err)
	}
	limit, stop := context.WithTimeout(ctx, tellWithin)
	defer stop()
	return datasync.ReportWiped(limit, link, token, replica.Desk, lost) //nolint:wrapcheck // it says what was done
}

func (p *program) noted(ctx context.Context, err error) {
	if err != nil {
		p.log.ErrorContext(ctx, "wiping another user's store", slog.Any("error", err))
	}
}
