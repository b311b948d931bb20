package windowbench

import (
	"os"
	"testing"
)

func TestAThreadThatEndedIsForgotten(t *testing.T) {
	var th threads
	defer th.close()
	if len(th.delays()) == 0 || len(th.files) == 0 {
		t.Fatal("no thread is known")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	th.files["0"] = f // as of a thread that has ended
	if now := th.delays(); len(th.files) != len(now) || th.files["0"] != nil {
		t.Errorf("%d files are open for %d threads", len(th.files), len(now))
	}
}

// 2 ms at each beat, when the files were looked for and opened each time.
func BenchmarkDelays(b *testing.B) {
	var th threads
	defer th.close()
	for b.Loop() {
		th.delays()
	}
}
