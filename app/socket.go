package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/callbench/callbench/app/host"
)

// Bounds of the local socket: more clients are turned away; who does not show the token in time is
// let go.
const (
	maxClients   = 16
	authPatience = 5 * time.Second
	goodbye      = time.Second // how long a client has to take its last answers
	tokenFile    = "automation.token"
)

// serveSocket offers the automation port on the profile's local socket until ctx ends. A client first
// shows the token in DIR/automation.token, which only this user can read.
func (p *program) serveSocket(ctx context.Context, dir string, port *port) error {
	token, err := automationToken(dir)
	if err != nil {
		return err
	}
	l, err := host.ListenLocal(ctx, dir)
	if err != nil {
		return fmt.Errorf("automation socket: %w", err)
	}
	defer l.Close()                                      //nolint:errcheck // Accept has told
	stop := context.AfterFunc(ctx, func() { l.Close() }) //nolint:errcheck,gosec // Accept tells
	defer stop()
	var clients sync.WaitGroup
	defer clients.Wait()
	room := make(chan struct{}, maxClients)
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("automation socket: %w", err)
		}
		select {
		case room <- struct{}{}:
		default:
			conn.Close() //nolint:errcheck,gosec // turned away
			continue
		}
		clients.Go(func() {
			defer func() { <-room }()
			p.serveClient(ctx, conn, token, port)
		})
	}
}

func automationToken(dir string) (string, error) {
	path := filepath.Join(dir, tokenFile)
	b, err := os.ReadFile(path)
	if token := strings.TrimSpace(string(b)); err == nil && len(token) >= 32 {
		if err := os.Chmod(path, 0o600); err != nil { // it may have been copied about
			return "", fmt.Errorf("automation token: %w", err)
		}
		return token, nil
	}
	var raw [32]byte
	rand.Read(raw[:])
	token := hex.EncodeToString(raw[:])
	if err := host.WriteFile(path, []byte(token+"\n")); err != nil {
		return "", fmt.Errorf("automation token: %w", err)
	}
	return token, nil
}

func (p *program) serveClient(ctx context.Context, conn net.Conn, token string, port *port) {
	defer conn.Close() //nolint:errcheck // the client is gone
	if err := conn.SetReadDeadline(time.Now().Add(authPatience)); err != nil {
		return
	}
	stop := context.AfterFunc(ctx, func() { // no more requests; what has been asked is still answered
		now := time.Now()
		_ = conn.SetReadDeadline(now)
		_ = conn.SetWriteDeadline(now.Add(goodbye))
	})
	defer stop()
	c, leave := port.join() // before auth is answered: what happens after that answer is told
	defer leave()
	if err := admit(conn, token); err != nil {
		return
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil || ctx.Err() != nil {
		return
	}
	if err := port.attend(ctx, c, conn, conn); err != nil && ctx.Err() == nil {
		p.log.DebugContext(ctx, "automation client ended", slog.Any("error", err))
	}
}

// admit reads the first message, which must be auth with the right token. It reads byte by byte: what
// follows belongs to the requests.
func admit(conn io.ReadWriter, token string) error {
	line, err := readLine(conn, 4096)
	if err != nil {
		return err
	}
	var req struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Method  string          `json:"method"`
		Params  struct {
			Token string `json:"token"`
		} `json:"params"`
	}
	good := json.Unmarshal(line, &req) == nil && req.Method == "auth" && subtle.ConstantTimeCompare([]byte(req.Params.Token), []byte(token)) == 1
	if req.ID == nil {
		req.ID = json.RawMessage("null")
	}
	rep := rpcReply{Version: "2.0", ID: req.ID, Result: struct{}{}}
	if !good {
		rep = rpcReply{Version: "2.0", ID: req.ID, Error: &rpcError{Code: codeForbidden, Message: "forbidden: the first message must be auth with the token"}}
	}
	b, err := json.Marshal(rep)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	if _, err := conn.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	if !good {
		return errors.New("auth: wrong token")
	}
	return nil
}

func readLine(r io.Reader, limit int) ([]byte, error) {
	var line []byte
	for b := make([]byte, 1); len(line) < limit; line = append(line, b[0]) {
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
		if b[0] == '\n' {
			return line, nil
		}
	}
	return nil, errors.New("auth: message too long")
}
