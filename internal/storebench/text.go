package storebench

import (
	"fmt"
	"strings"
)

// Text is a report for people.
func (r Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d customers, %d contacts, sealed; times in µs\n\n", r.Customers, r.Contacts)
	fmt.Fprintf(&b, "%-10s %7s %10s %10s %10s | %10s %10s | %10s %6s\n", "", "n", "p50", "p95", "p99", "plain p50", "plain p99", "mattn p50", "ratio")
	for _, name := range Names() {
		l, plain := r.Queries[name], r.Compare.Plain[name]
		fmt.Fprintf(&b, "%-10s %7d %10.1f %10.1f %10.1f | %10.1f %10.1f |", name, l.N, l.P50, l.P95, l.P99, plain.P50, plain.P99)
		if theirs, ok := r.Compare.SQLite[name]; ok {
			fmt.Fprintf(&b, " %10.1f %6.2f", theirs.P50, r.Compare.Ratios[name])
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "\nimport     %d rows in %.1f s, %.0f rows/s; plain %.1f s: %+.1f %%", r.Import.Rows, r.Import.Seconds,
		r.Import.RowsPerSecond, r.Import.PlainSeconds, (r.Import.Ratio-1)*100)
	if r.Import.Reused {
		b.WriteString(" (of an earlier run)")
	}
	fmt.Fprintf(&b, "\nsave p50   %+.1f %% against plain\n", (r.Compare.SaveRatio-1)*100)
	fmt.Fprintf(&b, "open       %.1f ms to the first answer, new process\n", r.OpenMS)
	fmt.Fprintf(&b, "size       %.1f MiB; plain %.1f MiB: %+.1f %%\n", mib(r.SizeBytes), mib(r.Compare.PlainSizeBytes), (r.Compare.SizeRatio-1)*100)
	return b.String()
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }
