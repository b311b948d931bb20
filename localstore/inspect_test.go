package localstore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

// stocked gives an open store with n customers, a talk of each, one pending op and a draft.
func stocked(t *testing.T, n int) (*localstore.Store, localstore.Config, []desk.Customer) {
	t.Helper()
	cfg, all := config(t.TempDir()), slices.Collect(sample.Customers(1, n, "east", benchNow))
	stores.Lock()
	defer stores.Unlock()
	if stores.made[n] == nil {
		stores.made[n] = fileOf(t, all)
	}
	if err := os.WriteFile(cfg.Path, stores.made[n], 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, cfg)
	commit(t, s, intent(contact(t, desk.Contact{ID: "own", Customer: all[0].ID, At: benchNow, Subject: "自己的主题"})))
	if err := s.KeepDraft(t.Context(), desk.Draft{ID: "d1", Content: "草稿内容", Changed: 1}); err != nil {
		t.Fatal(err)
	}
	return s, cfg, all
}

// stores keeps the files of stores with so many customers: filling one takes long, under the race detector above all.
var stores = struct {
	sync.Mutex
	made map[int][]byte
}{made: map[int][]byte{}}

// fileOf gives the file of a store into which customers came down with a talk of each.
func fileOf(t *testing.T, all []desk.Customer) []byte {
	t.Helper()
	cfg := config(t.TempDir())
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var rows []desk.Row
	for i, c := range all {
		rows = append(rows, row(t, desk.TableCustomer, c.ID, int64(i+1), c))
		k := desk.Contact{ID: c.ID + "k", Customer: c.ID, At: benchNow, Subject: "标记主题", Content: "标记内容"}
		rows = append(rows, row(t, desk.TableContact, k.ID, int64(i+1), k))
	}
	from := ""
	for i := 0; len(rows) > 0; i++ {
		part := rows[:min(len(rows), desk.MaxPageRows)]
		rows = rows[len(part):]
		apply(t, s, desk.Page{Epoch: "e", From: from, To: cursorOf(i + 1), Rows: part, Last: len(rows) == 0})
		from = cursorOf(i + 1)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestStatsCountAndTellNoText(t *testing.T) {
	s, _, all := stocked(t, 300)
	st, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Pending != 1 || st.Drafts != 1 || st.Refused != 0 || st.NextN != 2 || st.Oldest == 0 || st.Schema == 0 || st.KeyEpoch != 1 || st.SizeBytes == 0 || st.LogBytes == 0 {
		t.Errorf("%+v", st)
	}
	rows := map[string]int64{}
	var sum int64
	for _, one := range st.Tables {
		sum += one.Bytes
		if one.Index == "" {
			rows[one.Name] = one.Rows
		}
	}
	if rows["customer"] != 300 || rows["contact"] != 301 || rows["op"] != 1 || rows["gram_data"] != -1 {
		t.Errorf("rows %v", rows)
	}
	if sum == 0 || sum > st.SizeBytes+st.LogBytes {
		t.Errorf("tables have %d bytes, the file %d", sum, st.SizeBytes)
	}
	text, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if bytes.Contains(text, []byte(c.Name)) || bytes.Contains(text, []byte(c.ID)) {
			t.Fatalf("%s is in %s", c.Name, text)
		}
	}
}

func TestInspectReadsBesideTheDeskAndWritesNothing(t *testing.T) {
	s, cfg, all := stocked(t, 50)
	before, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	in, err := localstore.Inspect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, intent(contact(t, desk.Contact{ID: "later", Customer: all[0].ID, At: benchNow})))
	counts, err := in.Count(t.Context())
	if err != nil || counts[desk.TableContact] != 52 {
		t.Errorf("%v %v", counts, err)
	}
	if err := in.DropDraft(t.Context(), "d1"); !errors.Is(err, desk.ErrReadOnly) {
		t.Errorf("a write on it: %v", err)
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	after, err := os.ReadFile(cfg.Path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file changed, %v", err)
	}
	other := cfg
	other.Key[0] ^= 1
	if _, err := localstore.Inspect(t.Context(), other); !errors.Is(err, desk.ErrWrongKey) {
		t.Errorf("another key: %v", err)
	}
	other.Path += "-gone"
	if _, err := localstore.Inspect(t.Context(), other); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
