package main

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// post makes a call to a running centrald and gives what it says where it refuses.
func post(t *testing.T, url, method, token, body string, out proto.Message) (fault string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+wire.Path+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode == http.StatusOK {
		err = protojson.Unmarshal(text, out)
	}
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		return string(text)
	}
	return ""
}

func TestKeysAndWipingFromTheCommandLineWhileServeRuns(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	good(t, "correct horse\n", "user", "add", "li", "--data", dir, "--role", "agent", "--group", "sales", "--password-stdin")
	url, stop := serving(t, "--data", dir, "--listen", "127.0.0.1:0")
	defer stop()
	var key struct{ ID string }
	if err := json.Unmarshal([]byte(good(t, "", "recovery-key", "--data", dir, "--out", filepath.Join(out, "key"), "--json")), &key); err != nil {
		t.Fatal(err)
	}
	in := new(v1.SignedIn)
	if said := post(t, url, wire.MethodSignIn, "", `{"user":"li","password":"correct horse","desk":"desk-aaaaaaaa"}`, in); said != "" || in.GetRecovery().GetId() != key.ID {
		t.Fatalf("%s %+v", said, in)
	}
	done := new(v1.Done)
	if said := post(t, url, wire.MethodKeepEnvelope, in.GetToken(), `{"desk":"desk-aaaaaaaa","epoch":1,"key_id":"`+key.ID+`","envelope":"c2VhbGVk"}`, done); said != "" {
		t.Fatal(said)
	}
	if said := good(t, "", "envelope", "--data", dir, "--desk", "desk-aaaaaaaa", "--out", filepath.Join(out, "envelope")); !strings.Contains(said, key.ID) {
		t.Errorf("envelope says %q", said)
	}
	good(t, "", "wipe", "--data", dir, "--user", "li")
	if said := post(t, url, wire.MethodSession, in.GetToken(), `{}`, in); !strings.Contains(said, "permission_denied") || !strings.Contains(said, `"cause":"wiped"`) {
		t.Fatal(said)
	}
	if said := good(t, "", "desks", "--data", dir); !strings.Contains(said, "desk-aaaaaaaa") || !strings.Contains(said, "told") || !strings.Contains(said, key.ID) {
		t.Errorf("desks says\n%s", said)
	}
	post(t, url, wire.MethodTellWiped, in.GetToken(), `{"desk":"desk-aaaaaaaa","lost":2}`, done)
	if said := good(t, "", "desks", "--data", dir, "--user", "li"); !strings.Contains(said, "2 changes lost") {
		t.Errorf("desks says\n%s", said)
	}
	good(t, "", "wipe", "--data", dir, "--user", "li", "--undo")
	if said := post(t, url, wire.MethodSession, in.GetToken(), `{}`, in); said != "" {
		t.Errorf("after the order was taken back: %s", said)
	}
}
