// Package sample makes up customers and what happened with them, for the demo, for seeding a central
// server and for measuring.
//
// It owns nothing and keeps nothing: each function gives the same values for the same arguments, on any
// machine, from any goroutine, and cannot fail. People, companies and places are invented. Telephone
// numbers are valid but lie in ranges that are easily told: mobiles are 139 0000 0000 to 139 0099 9999
// and so on for each prefix (the four digits behind the prefix begin with 00), landlines end in 00xx.
package sample

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/callbench/callbench/desk"
)

const (
	minute = desk.Millis(60_000)
	hour   = 60 * minute
	day    = 24 * hour
)

// Streams of chance, so that one kind of thing does not shift another.
const (
	streamCustomer = iota + 1
	streamContact
	streamCallback
	streamTicket
)

// Customers gives n customers of a group as of now, always the same for one seed. Their order is that of
// their making; IDs are shaped like UUIDv7 and sort in it. Owner is left empty.
func Customers(seed int64, n int, group string, now desk.Millis) iter.Seq[desk.Customer] {
	return func(yield func(desk.Customer) bool) {
		for i := range n {
			if !yield(customer(seed, i, n, group, now)) {
				return
			}
		}
	}
}

func chance(seed int64, stream, i int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed)^0x9e3779b97f4a7c15, uint64(stream)<<48|uint64(i))) //nolint:gosec // made-up people need no secrecy
}

// id makes a UUIDv7-shaped ID for a moment.
func id(r *rand.Rand, at desk.Millis) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at)<<16) //nolint:gosec // moments are positive
	binary.BigEndian.PutUint16(b[6:8], 0x7000|uint16(r.Uint32()&0x0fff))
	binary.BigEndian.PutUint64(b[8:], 0x8000000000000000|r.Uint64()>>2)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// oneIn is true once in n times.
func oneIn(r *rand.Rand, n int) bool { return r.IntN(n) == 0 }

func customer(seed int64, i, n int, group string, now desk.Millis) desk.Customer {
	r := chance(seed, streamCustomer, i)
	span := 900 * day
	created := now - span + desk.Millis(int64(span-2*day)*int64(i)/int64(max(n, 1))) + desk.Millis(r.Int64N(int64(minute)))
	p := places[r.IntN(len(places))]
	if oneIn(r, 12) {
		p = traditional[r.IntN(len(traditional))]
	}
	c := desk.Customer{
		ID: id(r, created), Number: fmt.Sprintf("KH-%06d", i+1), Group: group, CreatedAt: created,
		Level: desk.LevelNormal, Status: pick(r, statuses), Tier: pick(r, tiers),
		Source: pick(r, []string{"outreach", "advertising", "advertising", "referral"}), Industry: pick(r, p.words.industries),
	}
	c.Name, c.Sex = name(r, p)
	if oneIn(r, 8) {
		c.Level = desk.LevelVIP
	}
	if !oneIn(r, 3) {
		c.Company = p.city + pick(r, p.words.brands) + pick(r, p.words.trades) + pick(r, p.words.forms)
		c.Title = pick(r, p.words.titles)
	}
	c.Address = fmt.Sprintf("%s%s%d%s%d%s", p.city, pick(r, p.words.streets), 1+r.IntN(300), p.words.door, 101+r.IntN(2900), p.words.room)
	c.Phones = phones(r, p, c.Company != "")
	if oneIn(r, 4) {
		c.Email = fmt.Sprintf("kh%06d@example.com", i+1)
	}
	if c.Tier != desk.TierPotential {
		c.LastContactAt = now - desk.Millis(r.Int64N(int64(max(now-created, day))))
	}
	if oneIn(r, 20) {
		c.NextVisitAt = now + desk.Millis(r.Int64N(int64(30*day)))
	}
	return c
}

// name gives a name and a sex. Some surnames are read otherwise than their characters suggest.
func name(r *rand.Rand, p place) (full, sex string) {
	w := p.words
	surname := pick(r, w.surnames)
	if oneIn(r, 25) {
		surname = pick(r, w.rareSurnames)
	}
	given := w.men
	if sex = "m"; oneIn(r, 2) {
		given, sex = w.women, "f"
	}
	full = surname + pick(r, given)
	if !oneIn(r, 4) {
		full += pick(r, given)
	}
	return full, sex
}

func phones(r *rand.Rand, p place, atWork bool) []desk.Phone {
	list := []desk.Phone{p.mobile(r)}
	if atWork && oneIn(r, 2) {
		list = append(list, p.landline(r))
	}
	return list
}

func (p place) mobile(r *rand.Rand) desk.Phone {
	label, last := p.words.mobile, r.IntN(10_000)
	switch p.country {
	case "+886":
		n := fmt.Sprintf("9%d00%04d", 10+r.IntN(80), last)
		return desk.Phone{Label: label, Raw: "0" + n[:3] + "-" + n[3:6] + "-" + n[6:], E164: p.country + n}
	case "+852":
		n := fmt.Sprintf("9%d0%d%04d", 1+r.IntN(8), r.IntN(10), last)
		return desk.Phone{Label: label, Raw: p.country + " " + n[:4] + " " + n[4:], E164: p.country + n}
	case "+853":
		n := fmt.Sprintf("662%d%04d", r.IntN(10), last)
		return desk.Phone{Label: label, Raw: p.country + " " + n[:4] + " " + n[4:], E164: p.country + n}
	}
	n := fmt.Sprintf("%s00%02d%04d", pick(r, mobilePrefixes), r.IntN(100), last)
	raw := n
	switch r.IntN(4) { // as people write them
	case 0:
		raw = n[:3] + " " + n[3:7] + " " + n[7:]
	case 1:
		raw = n[:3] + "-" + n[3:7] + "-" + n[7:]
	case 2:
		raw = "+86" + n
	}
	return desk.Phone{Label: label, Raw: raw, E164: "+86" + n}
}

func (p place) landline(r *rand.Rand) desk.Phone {
	n := fmt.Sprintf("%s00%02d", p.exchange, r.IntN(100))
	for len(n) < p.digits {
		n = n[:len(p.exchange)] + fmt.Sprint(r.IntN(10)) + n[len(p.exchange):]
	}
	raw := p.area + "-" + n
	if p.country == "+86" && oneIn(r, 5) {
		raw += fmt.Sprintf("-%d", 8000+r.IntN(100))
	}
	trunk := p.area
	if trunk != "" && trunk[0] == '0' {
		trunk = trunk[1:]
	}
	if p.area == "" {
		raw = p.country + " " + n
	}
	return desk.Phone{Label: p.words.work, Raw: raw, E164: p.country + trunk + n}
}
