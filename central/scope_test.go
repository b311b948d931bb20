package central

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAStubTellsWhatOnStubSays(t *testing.T) {
	whole := `{"id":"1","number":"2","name":"n","company":"c","title":"t","phones":[{"number":"1"}],"email":"e","address":"a","sex":"m",
		"industry":"i","source":"s","status":"paused","level":"vip","tier":"t","owner":"o","group":"g","created_at":1,"last_contact_at":2,
		"next_visit_at":3,"pooled_at":4,"pooled_by":"p","attributes":{"a":"b"}}`
	stub, err := stubOf([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	told := members(stub)
	for name := range fieldNames(desk.TableCustomer) {
		if name == "stub" {
			continue
		}
		if _, there := members([]byte(whole))[name]; !there {
			t.Errorf("%s is new: add it here", name)
		}
		if _, there := told[name]; there != onStub(name) {
			t.Errorf("%s: on the stub %v, onStub says %v", name, there, onStub(name))
		}
	}
}
