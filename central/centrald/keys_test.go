package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callbench/callbench/sync/wire"
)

// post makes a call to a running centrald.
func post(t *testing.T, url, method, token, body string, out any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+wire.Path+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
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
	var in wire.SignedIn
	if code := post(t, url, wire.MethodSignIn, "", `{"user":"li","password":"correct horse","desk":"desk-aaaaaaaa"}`, &in); code != http.StatusOK || in.Recovery == nil || in.Recovery.ID != key.ID {
		t.Fatalf("%d %+v", code, in)
	}
	var done wire.Done
	if code := post(t, url, wire.MethodKeepEnvelope, in.Token, `{"desk":"desk-aaaaaaaa","epoch":1,"key_id":"`+key.ID+`","envelope":"c2VhbGVk"}`, &done); code != http.StatusOK {
		t.Fatal(code)
	}
	if said := good(t, "", "envelope", "--data", dir, "--desk", "desk-aaaaaaaa", "--out", filepath.Join(out, "envelope")); !strings.Contains(said, key.ID) {
		t.Errorf("envelope says %q", said)
	}
	good(t, "", "wipe", "--data", dir, "--user", "li")
	var f wire.FaultError
	if code := post(t, url, wire.MethodSession, in.Token, `{}`, &f); code != http.StatusForbidden || f.Cause != wire.CauseWiped {
		t.Fatalf("%d %+v", code, f)
	}
	if said := good(t, "", "desks", "--data", dir); !strings.Contains(said, "desk-aaaaaaaa") || !strings.Contains(said, "told") || !strings.Contains(said, key.ID) {
		t.Errorf("desks says\n%s", said)
	}
	post(t, url, wire.MethodTellWiped, in.Token, `{"desk":"desk-aaaaaaaa","lost":2}`, &done)
	if said := good(t, "", "desks", "--data", dir, "--user", "li"); !strings.Contains(said, "2 changes lost") {
		t.Errorf("desks says\n%s", said)
	}
	good(t, "", "wipe", "--data", dir, "--user", "li", "--undo")
	if code := post(t, url, wire.MethodSession, in.Token, `{}`, &in); code != http.StatusOK {
		t.Errorf("after the order was taken back: %d", code)
	}
}
