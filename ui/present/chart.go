package present

// Chart is figures over time as columns. Full and Hollow parts stand on one another: they are told apart by shape, and
// by the words of the legend.
type Chart struct {
	Title   string
	Note    string // since when it counts, or that there is nothing yet
	Columns []Column
	Top     int // the greatest column
	Ticks   []Tick
	Legend  []ChartKey
}

// Column is one of them.
type Column struct {
	Full, Hollow int
	None         bool // nothing is known of that time
	Late         Tone // of the full part
}

// Tick is a word below a column.
type Tick struct {
	Column int
	Text   string
}

// ChartKey says what a part of a column is.
type ChartKey struct {
	Text   string
	Hollow bool
}

// topOf sets the greatest column of a chart, 1 at least.
func (c *Chart) topOf() {
	c.Top = 1
	for _, col := range c.Columns {
		c.Top = max(c.Top, col.Full+col.Hollow)
	}
}
