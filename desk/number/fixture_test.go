package number_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/internal/race"
)

// table reads a file of testdata: rows of tab-separated cells, # begins a comment line.
func table(t *testing.T, name string, columns int) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows [][]string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		if strings.HasPrefix(sc.Text(), "# ") {
			continue
		}
		cells := strings.Split(sc.Text(), "\t")
		if len(cells) != columns {
			t.Fatalf("%s: %d cells in %q", name, len(cells), sc.Text())
		}
		cells[0] = strings.ReplaceAll(cells[0], `\n`, "\n")
		rows = append(rows, cells)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestTheNumbersOfTheFixture wants 99.5 of 100 rows right: some spellings are beyond anybody.
func TestTheNumbersOfTheFixture(t *testing.T) {
	rows, wrong := table(t, "numbers.tsv", 6), 0
	if len(rows) < 500 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		raw, region, area, key, shown := r[0], r[1], r[2], r[3], strings.ReplaceAll(r[4], `\n`, "\n")
		got, gotShown := number.Key(raw, region), number.Show(raw, region)
		if area != "" {
			got, gotShown = number.Candidates(raw, number.Dialling{Region: region, Area: area})[0].Key, ""
		}
		if got != key || gotShown != shown {
			wrong++
			t.Logf("%q (%s %s, %s): key %q, want %q; shown %q, want %q", raw, region, area, r[5], got, key, gotShown, shown)
		}
		e164 := number.Normalise(raw, region)
		if area == "" && (strings.HasPrefix(key, "+") && e164 != key || !strings.HasPrefix(key, "+") && e164 != "") {
			t.Errorf("Normalise(%q, %q) is %q, key is %q", raw, region, e164, key)
		}
		if key == "" != number.None(raw) || number.Withheld(raw) && key != "" {
			t.Errorf("None(%q) is %v, Withheld %v", raw, number.None(raw), number.Withheld(raw))
		}
	}
	right := 100 * float64(len(rows)-wrong) / float64(len(rows))
	t.Logf("%d numbers, %.2f %% right", len(rows), right)
	if right < 99.5 {
		t.Errorf("%d of %d wrong", wrong, len(rows))
	}
}

// verdict words what Match says as testdata does.
func verdict(c number.Confidence, d number.Doubt) string {
	switch c {
	case number.Certain:
		return "certain"
	case number.Perhaps:
		return "perhaps:" + string(d)
	case number.Different:
	}
	return "different"
}

func TestThePairsOfTheFixture(t *testing.T) {
	rows, wrong, automatic := table(t, "pairs.tsv", 5), 0, 0
	for _, r := range rows {
		at := number.Dialling{Area: r[2]}
		if got := verdict(number.Match(r[0], r[1], at)); got != r[3] {
			wrong++
			t.Errorf("%q and %q (%s, %s): %s, want %s", r[0], r[1], r[2], r[4], got, r[3])
			if got == "certain" {
				automatic++
			}
		}
	}
	t.Logf("%d pairs, %d wrong, %d of them wrong automatic matches", len(rows), wrong, automatic)
}

// Every spelling of the fixture is asked against one of each number, under the race detector each twentieth: only those
// with one key may be certain.
func TestNoTwoNumbersOfTheFixtureAreTakenForOne(t *testing.T) {
	oneOf := race.Fewer(1, 20)
	for _, area := range []string{"", "010"} {
		at := number.Dialling{Area: area}
		var all, first [][]string
		seen := map[string]bool{}
		for _, r := range table(t, "numbers.tsv", 6) {
			if r[1] != "" || r[2] != "" {
				continue
			}
			all = append(all, r)
			if !seen[r[3]] {
				seen[r[3]], first = true, append(first, r)
			}
		}
		matches, wrong := 0, 0
		for i, a := range all {
			if i%oneOf != 0 {
				continue
			}
			for _, b := range first {
				if c, _ := number.Match(a[0], b[0], at); c != number.Certain {
					continue
				}
				matches++
				if inArea(a[3], area) != inArea(b[3], area) {
					wrong++
					t.Errorf("%q (%s) and %q (%s) are taken for one in area %q", a[0], a[3], b[0], b[3], area)
				}
			}
		}
		t.Logf("area %q: %d pairs, %d certain, %d wrong", area, len(all)*len(first)/oneOf, matches, wrong)
	}
}

// inArea is a key of the fixture as a desk of an area has it.
func inArea(key, area string) string {
	switch {
	case area == "" || key == "":
	case (len(key) == 7 || len(key) == 8) && key[0] >= '2' && key[0] <= '8' && (area != "010" || len(key) == 8):
		return "+86" + strings.TrimPrefix(area, "0") + key
	case strings.HasPrefix(key, "96"), key == "12345", len(key) == 3 && key[0] == '1' && key[1] < '3', len(key) == 5 && key[:2] == "12" && key != "12306":
		return area + key
	}
	return key
}

// What Match can say yes or perhaps to must be found by the keys of Candidates, else it is never asked.
func TestCandidatesFindWhateverMatches(t *testing.T) {
	for _, r := range table(t, "pairs.tsv", 5) {
		at, found := number.Dialling{Area: r[2]}, false
		stored := number.Key(r[1], "")
		for _, c := range number.Candidates(r[0], at) {
			found = found || c.Key == stored || c.Ends && strings.HasSuffix(stored, c.Key)
		}
		if !found && r[3] != "different" {
			t.Errorf("%q finds no %q, which is %s", r[0], r[1], r[3])
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("010-62345678转8001", "62345678", "010")
	f.Add("+886 912 345 678", "0912345678", "")
	f.Add("sip:13800138000@10.0.0.1", "tel:+86-138-0013-8000;ext=5", "0755")
	f.Add("\"110\" <sip:anonymous@anonymous.invalid>", "110", "021")
	f.Fuzz(func(t *testing.T, a, b, area string) {
		at := number.Dialling{Area: area}
		c, doubt := number.Match(a, b, at)
		if back, again := number.Match(b, a, at); back != c || again != doubt {
			t.Errorf("%q and %q: %v %s, the other way round %v %s", a, b, c, doubt, back, again)
		}
		if (c == number.Perhaps) != (doubt != number.NoDoubt) {
			t.Errorf("%q and %q: %v with doubt %q", a, b, c, doubt)
		}
		if c == number.Certain && number.None(a) {
			t.Errorf("%q names nobody and matches %q", a, b)
		}
		for _, raw := range []string{a, b} {
			e := number.Normalise(raw, "")
			if again := number.Normalise(e, ""); again != e {
				t.Errorf("Normalise(%q) is %q, of that %q", raw, e, again)
			}
			if self, _ := number.Match(e, e, at); e != "" && self != number.Certain {
				t.Errorf("%q is not itself", e)
			}
			number.Candidates(raw, at)
			number.Show(raw, "")
		}
	})
}
