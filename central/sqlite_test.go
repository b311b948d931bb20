package central

import (
	"testing"
)

func TestAPanicLeavesTheWritingConnectionUsable(t *testing.T) {
	c, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = c.db.write(t.Context(), func(q queryer) error {
			if _, err := q.ExecContext(t.Context(), "UPDATE counter SET ticket = 7"); err != nil {
				t.Error(err)
			}
			panic("as a bug would")
		})
	}()
	var ticket int
	err = c.db.write(t.Context(), func(q queryer) error {
		return q.QueryRowContext(t.Context(), "SELECT ticket FROM counter").Scan(&ticket)
	})
	if err != nil || ticket != 0 {
		t.Errorf("afterwards: ticket %d, %v; want what was there before", ticket, err)
	}
}
