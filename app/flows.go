package app

import (
	"fmt"
	"slices"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk/flow"
)

// shippedFlows parses the flows in the program, in the order of their names. A fault in one is a
// defect of the program; a test keeps it out.
func shippedFlows() ([]*flow.Flow, error) {
	files := assets.Flows()
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []*flow.Flow
	for _, name := range names {
		f, problems := flow.Parse(name, files[name])
		if f == nil {
			return nil, fmt.Errorf("shipped flow %s: %v", name, problems)
		}
		out = append(out, f)
	}
	// An enquiry is what a call is until it turns out to be something else.
	slices.SortStableFunc(out, func(a, b *flow.Flow) int {
		return rank(a) - rank(b)
	})
	return out, nil
}

func rank(f *flow.Flow) int {
	if f.ID() == "enquiry" {
		return 0
	}
	return 1
}
