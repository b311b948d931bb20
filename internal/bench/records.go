//go:build sqlite_fts5

package main

import (
	"encoding/json"
	"strings"
)

// The records of the desk as far as made-up ones have members, so that both sides make the same values of what
// they read. Where the desk's own gain members, nothing breaks here.

type phone struct {
	Label string `json:"label"`
	Raw   string `json:"raw"`
	E164  string `json:"e164"`
}

type customer struct {
	ID            string            `json:"id"`
	Number        string            `json:"number"`
	Name          string            `json:"name"`
	Company       string            `json:"company"`
	Title         string            `json:"title"`
	Phones        []phone           `json:"phones"`
	Email         string            `json:"email"`
	Address       string            `json:"address"`
	Sex           string            `json:"sex"`
	Industry      string            `json:"industry"`
	Source        string            `json:"source"`
	Status        string            `json:"status"`
	Level         string            `json:"level"`
	Tier          string            `json:"tier"`
	Owner         string            `json:"owner"`
	Group         string            `json:"group"`
	CreatedAt     int64             `json:"created_at"`
	LastContactAt int64             `json:"last_contact_at"`
	NextVisitAt   int64             `json:"next_visit_at"`
	Attributes    map[string]string `json:"attributes"`
	Stub          bool              `json:"stub"`
}

type contact struct {
	ID        string            `json:"id"`
	Customer  string            `json:"customer"`
	Call      string            `json:"call"`
	Number    string            `json:"number"`
	At        int64             `json:"at"`
	Offset    int               `json:"offset"`
	Seconds   int               `json:"seconds"`
	Agent     string            `json:"agent"`
	Group     string            `json:"group"`
	Channel   string            `json:"channel"`
	Direction string            `json:"direction"`
	Subject   string            `json:"subject"`
	Content   string            `json:"content"`
	Reason    string            `json:"reason"`
	Outcome   string            `json:"outcome"`
	Flow      string            `json:"flow"`
	Answers   map[string]string `json:"answers"`
	Desk      string            `json:"desk"`
	N         int64             `json:"n"`
}

// valueOf makes a value of a body, as localstore does for a caller; nil: it makes none of other tables.
func valueOf(sql string, body []byte) (any, error) {
	switch {
	case strings.Contains(sql, "FROM contact"):
		var c contact
		err := json.Unmarshal(body, &c)
		return c, err
	case strings.Contains(sql, "customer"):
		var c customer
		err := json.Unmarshal(body, &c)
		return c, err
	}
	return nil, nil
}
