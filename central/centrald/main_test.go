package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/sync/wire"
)

// ask runs one command to its end.
func ask(t *testing.T, stdin string, args ...string) (code int, out, complaints string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &o, &e)
	return code, o.String(), e.String()
}

// good runs a command that must go well.
func good(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	code, out, complaints := ask(t, stdin, args...)
	if code != exitGood {
		t.Fatalf("%v: exit %d: %s", args, code, complaints)
	}
	return out
}

// serving starts serve and gives its address and the way to stop it, which tells the exit code.
func serving(t *testing.T, args ...string) (url string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, write := io.Pipe()
	done := make(chan int, 1)
	go func() {
		code := run(ctx, append([]string{"serve", "--json"}, args...), strings.NewReader(""), write, t.Output())
		write.Close()
		done <- code
	}()
	ended := false
	stop = func() int {
		if ended {
			return 0
		}
		ended = true
		cancel()
		return <-done
	}
	t.Cleanup(func() { stop() })
	var said struct{ URL string }
	if err := json.NewDecoder(out).Decode(&said); err != nil {
		t.Fatalf("serve %v: %v", args, err)
	}
	go io.Copy(io.Discard, out)
	return said.URL, stop
}

func get(t *testing.T, client *http.Client, url string) (string, error) {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

func TestWrongUseIsExitTwoAndOneLine(t *testing.T) {
	dir := t.TempDir()
	good(t, "correct horse\n", "user", "add", "root", "--data", dir, "--role", "admin", "--password-stdin")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no command":           {nil, "expected one of"},
		"unknown command":      {[]string{"dance"}, "dance"},
		"unknown flag":         {[]string{"serve", "--data", dir, "--fast"}, "--fast"},
		"no data":              {[]string{"serve"}, "--data"},
		"unknown role":         {[]string{"user", "add", "li", "--data", dir, "--role", "king", "--password-stdin"}, "--role"},
		"password not offered": {[]string{"user", "add", "li", "--data", dir, "--role", "admin"}, "--password-stdin"},
		"no password":          {[]string{"user", "add", "li", "--data", dir, "--role", "admin", "--password-stdin"}, "no password"},
		"open to all in plain": {[]string{"serve", "--data", dir, "--listen", "0.0.0.0:0"}, "--tls-cert"},
		"plain open to all":    {[]string{"serve", "--data", dir, "--listen", "0.0.0.0:0", "--plain"}, "--plain"},
		"plain with TLS":       {[]string{"serve", "--data", dir, "--plain", "--tls-cert", "x", "--tls-key", "y"}, "--plain"},
		"half a certificate":   {[]string{"serve", "--data", dir, "--tls-cert", "x"}, "--tls-key"},
		"no address":           {[]string{"serve", "--data", dir, "--listen", "nowhere"}, "--listen nowhere"},
		"wipe of nobody":       {[]string{"wipe", "--data", dir}, "--user"},
		"wipe of two":          {[]string{"wipe", "--data", dir, "--user", "a", "--desk", "b"}, "--desk"},
		"recovery key nowhere": {[]string{"recovery-key", "--data", dir}, "--out"},
		"no day":               {[]string{"grants", "--data", dir, "--since", "yesterday"}, "--since yesterday"},
		"no customers":         {[]string{"seed", "--data", dir, "--customers", "0", "--group", "g"}, "--customers"},
	} {
		code, out, complaints := ask(t, "", c.args...)
		if code != exitUse || out != "" || strings.Count(complaints, "\n") != 1 || !strings.Contains(complaints, c.says) {
			t.Errorf("%s: exit %d, out %q, complaint %q; want exit 2 and a line about %q", name, code, out, complaints, c.says)
		}
	}
}

func TestANoIsExitOneAndOneLine(t *testing.T) {
	dir := t.TempDir()
	good(t, "correct horse\n", "user", "add", "li", "--data", dir, "--role", "agent", "--group", "sales", "--password-stdin")
	text := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(text, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"user twice, short":             {[]string{"user", "add", "li", "--data", dir, "--role", "agent", "--group", "x", "--password-stdin"}, "already"},
		"user twice, no password asked": {[]string{"user", "add", "li", "--data", dir, "--role", "agent", "--group", "x"}, "already"},
		"phone of nobody":               {[]string{"phone", "set", "nobody", "--data", dir, "--aor", "x", "--registrar", "y"}, "no user nobody"},
		"password of nobody":            {[]string{"user", "password", "nobody", "--data", dir}, "no user nobody"},
		"no data to serve":              {[]string{"serve", "--data", filepath.Join(dir, "typo"), "--listen", "127.0.0.1:0"}, "no data of centrald in " + filepath.Join(dir, "typo")},
		"user twice":                    {[]string{"user", "add", "li", "--data", dir, "--role", "agent", "--group", "x", "--password-stdin"}, "already"},
		"agent of no group":             {[]string{"user", "add", "wang", "--data", dir, "--role", "agent", "--password-stdin"}, "group"},
		"unknown user":                  {[]string{"user", "disable", "nobody", "--data", dir}, "no user nobody"},
		"wipe of an unknown user":       {[]string{"wipe", "--data", dir, "--user", "nobody"}, "no user nobody"},
		"wipe of an unknown desk":       {[]string{"wipe", "--data", dir, "--desk", "nothing"}, "no desk nothing"},
		"desks of an unknown user":      {[]string{"desks", "--data", dir, "--user", "nobody"}, "no user nobody"},
		"a short password":              {[]string{"user", "password", "li", "--data", dir, "--password-stdin"}, "a password has 8 to 512 bytes\n"},
		"undo of no order":              {[]string{"wipe", "--data", dir, "--user", "li", "--undo"}, "no order to wipe user li"},
		"recovery key over a file":      {[]string{"recovery-key", "--data", dir, "--out", text}, text + " is there already"},
		"envelope of an unknown desk":   {[]string{"envelope", "--data", dir, "--desk", "nothing", "--out", text + ".env"}, "no envelope"},
		"no such data":                  {[]string{"user", "list", "--data", filepath.Join(dir, "x")}, "no data"},
		"not a backup":                  {[]string{"restore", text, "--data", dir}, text + ": not a backup of centrald\n"},
		"an empty file":                 {[]string{"restore", empty, "--data", dir}, empty + ": not a backup of centrald\n"},
		"backup over one":               {[]string{"backup", text, "--data", dir}, "exists"},
	} {
		password := "correct horse\n"
		if strings.Contains(name, "short") {
			password = "short\n"
		}
		code, _, complaints := ask(t, password, c.args...)
		if code != exitNo || strings.Count(complaints, "\n") != 1 || !strings.Contains(complaints, c.says) {
			t.Errorf("%s: exit %d, complaint %q; want exit 1 and a line about %q", name, code, complaints, c.says)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "typo")); !os.IsNotExist(err) {
		t.Errorf("serve made the directory: %v", err)
	}
}

func TestHelpAndVersionAreGood(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"user", "add", "--help"}, {"help"}, {"help", "user", "add"}, {"version"}, {"version", "--json"}} {
		if code, out, complaints := ask(t, "", args...); code != exitGood || out == "" || complaints != "" {
			t.Errorf("%v: exit %d, %q, %q", args, code, out, complaints)
		}
	}
}

func TestUsersAreImportedListedAndChanged(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "users.csv")
	rows := "\ufeffname,display,password,role,group,level,aor,registrar,auth_user,phone_password\n" +
		"li,李雷,correct horse,agent,sales,senior,sip:1001@pbx,sip:pbx:5060,1001,phone word\n" +
		"wang,王梅,short,agent,sales,,,,,\n" +
		"chen,\"陈\"x,correct horse,lead,sales,,,,,\n" +
		"zhao,赵云,correct horse,king,sales,,,,,\n" +
		"zh\"ang,张三,correct horse,agent,sales,,,,,\n" +
		"\"sun,孙权,correct horse,agent,sales,,,,,\n\n" +
		"root,管理员,correct horse,admin,,,,,,\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := ask(t, "", "user", "import", file, "--data", dir, "--json")
	var result imported
	if err := json.Unmarshal([]byte(out), &result); err != nil || code != exitNo || result.Added != 2 || len(result.Bad) != 5 {
		t.Fatalf("exit %d, %s, %v", code, out, err)
	}
	for i, line := range []string{"line 3:", "line 4:", "line 5:", "line 6:", "line 7:"} {
		if !strings.HasPrefix(result.Bad[i], line) || strings.Contains(result.Bad[i], "correct horse") {
			t.Errorf("bad row %d: %s", i, result.Bad[i])
		}
	}
	again := filepath.Join(t.TempDir(), "again.csv")
	if err := os.WriteFile(again, []byte("name,password,role,group,level\nli,correct horse,agent,sales,\nsu,correct horse,agent,sales,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, out, complaints := ask(t, "", "user", "import", again, "--data", dir); out != "1 user added\nline 2: there is a user li already\n" || complaints != "centrald: not taken: 1 row\n" {
		t.Errorf("%q, %q", out, complaints)
	}
	good(t, "", "user", "change", "li", "--data", dir, "--role", "lead", "--group", "repair")
	good(t, "", "user", "disable", "li", "--data", dir)
	good(t, "another word\n", "user", "password", "root", "--data", dir, "--password-stdin")
	good(t, "phone word\n", "phone", "set", "root", "--data", dir, "--aor", "sip:1002@pbx", "--registrar", "sip:a", "--registrar", "sip:b", "--password-stdin")
	var users []central.User
	if err := json.Unmarshal([]byte(good(t, "", "user", "list", "--data", dir, "--json")), &users); err != nil || len(users) != 3 {
		t.Fatal(users, err)
	}
	li := users[0]
	if li.Name != "li" || li.Role != "lead" || li.Group != "repair" || li.Level != "senior" || !li.Disabled || li.AOR != "sip:1001@pbx" {
		t.Errorf("li is %+v", li)
	}
	if table := good(t, "", "user", "list", "--data", dir); !strings.Contains(table, "李雷") || strings.Contains(table, "phone word") {
		t.Error(table)
	}
}

func TestServeAnswersRefusesATakenPortAndStopsInTime(t *testing.T) {
	dir := t.TempDir()
	good(t, "", "seed", "--data", dir, "--customers", "50", "--group", "sales")
	url, stop := serving(t, "--data", dir, "--listen", "127.0.0.1:0")
	if text, err := get(t, http.DefaultClient, url+"/healthz"); err != nil || text != "ok\n" {
		t.Fatalf("%q, %v", text, err)
	}
	address := strings.TrimPrefix(url, "http://")
	other := t.TempDir()
	good(t, "", "seed", "--data", other, "--customers", "1", "--group", "sales")
	code, _, complaints := ask(t, "", "serve", "--data", other, "--listen", address)
	if code != exitNo || !strings.Contains(complaints, address+" is taken") || strings.Count(complaints, "\n") != 1 {
		t.Errorf("a taken port: exit %d, %q", code, complaints)
	}
	code, _, complaints = ask(t, "", "serve", "--data", dir, "--listen", "127.0.0.1:0")
	if code != exitNo || !strings.Contains(complaints, "another server") {
		t.Errorf("a second server on the data: exit %d, %q", code, complaints)
	}
	if said := good(t, "", "grants", "--json", "--data", dir, "--user", "li", "--since", "2026-11-22"); said != "[]\n" {
		t.Errorf("grants: %s", said)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	good(t, "", "backup", backup, "--data", dir)
	if said := good(t, "", "backed-up", backup, "--data", dir); !strings.Contains(said, "until a second one") {
		t.Errorf("the first backup that counts: %s", said)
	}
	if said := good(t, "", "backup", backup+".away", "--away", "--data", dir); !strings.Contains(said, "keep what they") {
		t.Errorf("nothing was written between two: %s", said)
	}
	if code, _, complaints := ask(t, "", "restore", backup, "--data", dir); code != exitNo || !strings.Contains(complaints, "stop it first") {
		t.Errorf("restore while serving: exit %d, %q", code, complaints)
	}
	// Somebody has begun to ask and is silent.
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s%s HTTP/1.1\r\nHost: central\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
		wire.Path, wire.MethodSignIn)
	if line, err := bufio.NewReader(conn).ReadString('\n'); !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	began := time.Now()
	if code := stop(); code != exitGood {
		t.Errorf("serve ended with %d", code)
	}
	if took := time.Since(began); took >= readWithin { // what the silent one is given otherwise
		t.Errorf("serve took %v to stop", took)
	}
	good(t, "", "restore", backup, "--data", dir)
	if out := good(t, "", "verify", "--data", dir, "--json"); !strings.Contains(out, `"customers":50`) {
		t.Error(out)
	}
}

func TestDataBelongsToTheOrganisationThatInitNames(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, c := range []struct {
		org  string
		want int
	}{{"pilot", exitGood}, {"pilot", exitGood}, {"bank", exitNo}, {"", exitGood}} {
		var out, complaints bytes.Buffer
		args := []string{"init", "--data", data, "--host", "localhost"}
		if c.org != "" {
			args = append(args, "--org", c.org)
		}
		if code := run(t.Context(), args, strings.NewReader(""), &out, &complaints); code != c.want {
			t.Errorf("--org %q: exit code %d, want %d: %s", c.org, code, c.want, complaints.String())
		}
	}
}

func TestInitMakesTLSThatServeUses(t *testing.T) {
	dir := t.TempDir()
	var made struct {
		CA       string
		Key      string
		JoinCode string
	}
	if err := json.Unmarshal([]byte(good(t, "", "init", "--data", dir, "--host", "127.0.0.1", "--json")), &made); err != nil {
		t.Fatal(err)
	}
	if len(made.JoinCode) != 39 {
		t.Errorf("join code %q", made.JoinCode)
	}
	if info, err := os.Stat(made.Key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: %v, %v", info, err)
	}
	url, stop := serving(t, "--data", dir, "--listen", "127.0.0.1:0", "--plain")
	if text, err := get(t, http.DefaultClient, url+"/healthz"); err != nil || text != "ok\n" || !strings.HasPrefix(url, "http://") {
		t.Errorf("%s with --plain: %q, %v", url, text, err)
	}
	if code := stop(); code != exitGood {
		t.Errorf("serve ended with %d", code)
	}
	pem, err := os.ReadFile(made.CA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	for _, address := range []string{"0.0.0.0:0", "127.0.0.1:0"} {
		url, stop := serving(t, "--data", dir, "--listen", address)
		_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "https://"))
		if err != nil || !strings.HasPrefix(url, "https://") {
			t.Fatal(url, err)
		}
		if text, err := get(t, client, "https://127.0.0.1:"+port+"/healthz"); err != nil || text != "ok\n" {
			t.Errorf("%q, %v", text, err)
		}
		if code := stop(); code != exitGood {
			t.Errorf("serve ended with %d", code)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	said, write := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, strings.NewReader(""), write, t.Output())
		write.Close()
	}()
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "serving https://127.0.0.1:") || !strings.HasSuffix(line, ", join code "+made.JoinCode+" (of "+made.CA+")\n") {
		t.Errorf("said %q, %v", line, err)
	}
	cancel()
	if code := <-done; code != exitGood {
		t.Errorf("serve ended with %d", code)
	}
	if info, err := os.Stat(filepath.Join(dir, "serve.lock")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("serve.lock: %v, %v", info, err)
	}
}
