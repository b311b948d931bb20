package localstore

import (
	"encoding/json"

	"github.com/callbench/callbench/desk"
)

// parsed is what a row's body gives: made without the writer, so that a page's rows are read while the writer takes
// those before them.
type parsed struct {
	lookup   []any         // the values of the table's lookup columns
	customer desk.Customer // of a customer's row
	forms    forms         // likewise
	err      error         // the body's members do not have the table's types
}

func parse(table desk.Table, body json.RawMessage) parsed {
	if table != desk.TableCustomer {
		lookup, err := tables[table].of(body)
		return parsed{lookup: lookup, err: err}
	}
	var p parsed
	if p.err = json.Unmarshal(body, &p.customer); p.err != nil {
		return p
	}
	p.forms = formsOf(p.customer, true)
	p.lookup = []any{p.forms.number, p.forms.name}
	return p
}

// parseAhead reads the rows of a page in pieces of what is one transaction, in their order. The channel has room for all
// of them (desk.MaxPageRows at most): the goroutine ends by itself, also when nobody takes any more.
func parseAhead(rows []desk.Row) <-chan []parsed {
	size := atOnce(len(rows))
	pieces := make(chan []parsed, (len(rows)+size-1)/size)
	go func() {
		defer close(pieces)
		for begin := 0; begin < len(rows); begin += size {
			piece := make([]parsed, 0, size)
			for _, r := range rows[begin:min(begin+size, len(rows))] {
				if r.Removed {
					piece = append(piece, parsed{})
				} else {
					piece = append(piece, parse(r.Table, r.Body))
				}
			}
			pieces <- piece
		}
	}()
	return pieces
}
