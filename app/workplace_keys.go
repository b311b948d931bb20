package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// How often the envelope is looked at: a rotation makes another one, and central may have been away.
const (
	envelopeEvery = time.Hour
	envelopeAgain = time.Minute
)

// keepEnvelope seals the key of the store to the organisation's recovery key and hands it in: after each
// sign-in, and when a rotation has made another.
func (w *workplace) keepEnvelope(ctx context.Context) {
	var key *wire.RecoveryKey
	var handed []byte
	look := time.NewTimer(envelopeEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case key = <-w.recovery:
			handed = nil // central may have been restored since
		case <-look.C:
		}
		wait := envelopeEvery
		if key != nil {
			sealed, err := w.handIn(ctx, key, handed)
			if err == nil {
				handed = sealed
			} else if ctx.Err() == nil {
				w.log.WarnContext(ctx, "the store's key is not in central's keeping yet", slog.Any("error", err))
				wait = envelopeAgain
			}
		}
		look.Reset(wait)
	}
}

// handIn gives the envelope that central has now.
func (w *workplace) handIn(ctx context.Context, key *wire.RecoveryKey, handed []byte) ([]byte, error) {
	before, err := w.store.SealedTo(ctx)
	if err != nil {
		return nil, fmt.Errorf("read envelope: %w", err)
	}
	sealed, err := w.store.SealTo(ctx, key.Public)
	if err != nil {
		return nil, fmt.Errorf("make envelope: %w", err)
	}
	if len(before) > 0 && !bytes.Equal(before, key.Public) {
		// The organisation may do so; the agent may know whether it has said so. Told once: the side file has the new one.
		w.log.WarnContext(ctx, "central gives out another recovery key; the store's key is sealed to it", slog.String("key", key.ID))
		w.loop.send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: "recovery_key_changed"}})
	}
	if bytes.Equal(sealed, handed) {
		return sealed, nil
	}
	var head struct {
		Epoch int64 `json:"epoch"`
	}
	if err := json.Unmarshal(sealed, &head); err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	return sealed, w.link.KeepEnvelope(ctx, head.Epoch, key.ID, sealed) //nolint:wrapcheck // it says what it did
}
