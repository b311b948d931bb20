package desk

// release puts a customer into the pool (公海). Others then see and may claim them: it is asked twice.
func (u *step) release(customer string) {
	if customer == "" {
		return
	}
	if u.s.Releasing != customer {
		u.s.Releasing = customer
		return
	}
	u.s.Releasing = ""
	u.commit("customer.release", nil, Change{Table: TableCustomer, Key: customer, Fields: fields(map[string]any{
		"pooled_at": u.at.At, "pooled_by": u.s.Session.User, "owner": nil, "group": nil,
	})})
}

// claim takes a customer out of the pool. If names what was seen: whoever comes second is refused, and told.
func (u *step) claim(e ClaimPressed) {
	if e.Customer == "" || e.PooledAt == 0 {
		return
	}
	u.commit("customer.claim", nil, Change{
		Table: TableCustomer, Key: e.Customer, If: fields(map[string]any{"pooled_at": e.PooledAt}),
		Fields: fields(map[string]any{"pooled_at": nil, "pooled_by": nil, "owner": u.s.Session.User, "group": u.s.Session.Group}),
	})
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
