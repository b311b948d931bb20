package main

import (
	"context"

	"github.com/callbench/callbench/central"
)

type policyCommand struct {
	dirFlag
	Policy string `arg:"" optional:"" enum:"own,group,all," default:"" help:"own, group or all; none: tell which it is."`
}

// policyResult is what policy prints. Rows were placed anew, or taken out.
type policyResult struct {
	Policy central.Policy `json:"policy"`
	Rows   int            `json:"rows"`
}

// Run changes the policy, or tells it.
func (p policyCommand) Run(w *world) error {
	return p.with(w, false, func(ctx context.Context, c *central.Central) error {
		result := policyResult{Policy: central.Policy(p.Policy)}
		var err error
		if p.Policy == "" {
			result.Policy, err = c.Policy(ctx)
		} else {
			result.Rows, err = c.SetPolicy(ctx, result.Policy)
		}
		if err != nil {
			return err
		}
		return w.print(result, "agents' desks hold: %s", result.Policy)
	})
}
