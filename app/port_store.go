package app

import (
	"context"

	"github.com/callbench/callbench/desk"
)

type rotateResult struct {
	Epoch uint32 `json:"epoch"` // of the new key
}

// rotateStore begins to seal the store with a new key. The store's own work finishes it, also after a restart.
func (p *port) rotateStore(ctx context.Context, _ struct{}) (rotateResult, error) {
	if p.keepKey == nil { // the demo's store dies with the program
		return rotateResult{}, notNow("key_fixed")
	}
	if p.store.KeyTurn().On && !p.store.KeyTurn().Waiting {
		return rotateResult{}, desk.ErrConflict
	}
	if err := p.store.Rotate(ctx, p.keepKey); err != nil {
		return rotateResult{}, err //nolint:wrapcheck // the port words it
	}
	return rotateResult{Epoch: p.store.Epoch()}, nil
}
