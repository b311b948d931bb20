package race

import (
	"slices"
	"testing"
)

func TestAFewAreSpreadOverAll(t *testing.T) {
	all := make([]int, 47)
	for i := range all {
		all[i] = i
	}
	got, want := Some(all), all
	if On {
		want = []int{0, 11, 23, 34, 46}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := Some(all[:3]); !slices.Equal(got, all[:3]) {
		t.Errorf("of three: %v", got)
	}
}
