package central

import (
	"encoding/json"
	"slices"

	"github.com/callbench/callbench/desk"
)

// Scopes as they stand in a cursor and in placing: what a user's desks may hold. A cursor of another scope is
// answered with a snapshot of the new one, so that nothing of the old stays on the disk.
const (
	scopeAll   = "all"  // everything
	scopeNone  = "none" // maintainer: no business data
	scopeGroup = "g:"   // + group: its rows in full, customers of others as stubs
	scopeOwn   = "o:"   // + user: the user's rows in full, customers of others as stubs
)

// Policy is what an organisation lets the desks of its agents hold in full. Leads hold their group, admins
// everything, maintainers nothing, whatever the policy.
type Policy string

// The policies.
const (
	PolicyOwn   Policy = "own"   // own customers with what belongs to them, and own rows
	PolicyGroup Policy = "group" // the group's
	PolicyAll   Policy = "all"   // the organisation's
)

// Valid reports whether p is a policy.
func (p Policy) Valid() bool { return p == PolicyOwn || p == PolicyGroup || p == PolicyAll }

func scopeOf(u User, p Policy) string {
	switch {
	case u.Role == desk.RoleMaintainer:
		return scopeNone
	case u.Role == desk.RoleAdmin, u.Role == desk.RoleAgent && p == PolicyAll:
		return scopeAll
	case u.Role == desk.RoleAgent && p == PolicyOwn:
		return scopeOwn + u.Name
	}
	return scopeGroup + u.Group
}

// holdsWhole reports whether a scope holds a customer in full, not as a stub.
func holdsWhole(scope, group, owner string, shown bool) bool {
	return shown || scope == scopeAll || scope == scopeGroup+group || scope == scopeOwn+owner
}

// onStub reports whether everyone of the organisation may see a member of a customer.
func onStub(name string) bool {
	return slices.Contains([]string{"id", "number", "name", "level", "tier", "owner", "group", "phones", "pooled_at"}, name)
}

// stubOf keeps of a customer what everyone of the organisation may see.
func stubOf(body json.RawMessage) (json.RawMessage, error) {
	var c desk.Customer
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	return json.Marshal(desk.Customer{
		ID: c.ID, Number: c.Number, Name: c.Name, Level: c.Level, Tier: c.Tier, Owner: c.Owner, Group: c.Group,
		Phones: c.Phones, PooledAt: c.PooledAt, Stub: true,
	})
}
