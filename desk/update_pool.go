package desk

import "slices"

// release puts a customer into the pool (公海), where others see and may claim them. It is done at once and can be
// taken back: that claims the customer for who had it, under the condition that nobody else has by then.
func (u *step) release(customer string) {
	c, known := u.s.known(customer)
	if !known || !u.s.mayRelease(c) {
		return
	}
	u.doing("customer.release", Undo{
		Code: "released", Args: map[string]string{"name": c.Name}, Kind: "customer.claim",
		Changes: []Change{{
			Table: TableCustomer, Key: customer, If: fields(map[string]any{"pooled_at": u.at.At}),
			Fields: fields(map[string]any{"pooled_at": nil, "pooled_by": nil, "owner": unset(c.Owner), "group": unset(c.Group)}),
		}},
	}, Change{Table: TableCustomer, Key: customer, Fields: fields(map[string]any{
		"pooled_at": u.at.At, "pooled_by": u.s.Session.User, "owner": nil, "group": nil,
	})})
}

// unset is a member's value, null where it is empty.
func unset(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// claim takes a customer out of the pool. If names what was seen: whoever comes second is refused, and told.
func (u *step) claim(e ClaimPressed) {
	if e.Customer == "" || e.PooledAt == 0 {
		return
	}
	if l := &u.s.Customers; has(l.Page.Rows, e.Customer) {
		l.Claimed = append(slices.Clone(l.Claimed), e.Customer) // no more than a page holds
	}
	u.commit("customer.claim", nil, Change{
		Table: TableCustomer, Key: e.Customer, If: fields(map[string]any{"pooled_at": e.PooledAt}),
		Fields: fields(map[string]any{"pooled_at": nil, "pooled_by": nil, "owner": u.s.Session.User, "group": u.s.Session.Group}),
	})
}

// known finds a customer who is on screen: looked up, or on the line.
func (s State) known(id string) (Customer, bool) {
	if id == "" {
		return Customer{}, false
	}
	if s.Browsing != nil && s.Browsing.ID == id {
		return *s.Browsing, true
	}
	for _, at := range []Looked{s.Customers.Looked, s.Tasks.Looked} {
		if at.Customer.ID == id {
			return at.Customer, true
		}
	}
	for _, d := range s.Drafts {
		for _, c := range d.Matches {
			if c.ID == id {
				return c, true
			}
		}
	}
	return Customer{}, false
}

// mayRelease reports whether this user may put a customer into the pool; central has the last word.
func (s State) mayRelease(c Customer) bool {
	if c.PooledAt != 0 || c.Stub {
		return false
	}
	leads := s.Session.Role == RoleLead && c.Group == s.Session.Group
	return c.Owner == s.Session.User && c.Owner != "" || leads || s.Session.Role == RoleAdmin
}

// MayRelease is mayRelease of the customer that is looked up.
func (s State) MayRelease() bool { return s.Browsing != nil && s.mayRelease(*s.Browsing) }

// MayReleaseOf is mayRelease of a customer of a list.
func (s State) MayReleaseOf(c Customer) bool { return s.mayRelease(c) }
