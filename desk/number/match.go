package number

import (
	"slices"
	"strings"
)

// Dialling says where a desk stands in the telephone network.
type Dialling struct {
	Region   string   // ISO 3166; "" is CN
	Area     string   // the own area code, 010 or 0755: numbers without one are taken to be in it; "": not known
	Prefixes []string // digits for an outside line; nil: DefaultPrefixes
}

// DefaultPrefixes are what nearly all switchboards dial for an outside line.
func DefaultPrefixes() []string { return []string{"9", "0"} }

func (d Dialling) prefixes() []string {
	if d.Prefixes == nil {
		return []string{"9", "0"}
	}
	return d.Prefixes
}

// area gives the own area code without its 0, "" where none is known or it is none of the mainland's.
func (d Dialling) area() string {
	a := strings.TrimPrefix(d.Area, "0")
	if home(d.Region) != "CN" || strings.Trim(a, "0123456789") != "" || areaDigits(a) != len(a) {
		return ""
	}
	return a
}

// Confidence is how surely two numbers are one subscriber's.
type Confidence int

// The degrees of confidence.
const (
	Different Confidence = iota // not, or nobody can tell
	Perhaps                     // a person has to say so
	Certain                     // a customer may be shown without asking
)

// Doubt says why a match is not certain.
type Doubt string

// The reasons for doubt.
const (
	NoDoubt     Doubt = ""
	NoArea      Doubt = "area"        // one of them is written without area code, and the rest agrees
	Switchboard Doubt = "switchboard" // one of them has an extension, and the other another one or none
	NoCountry   Doubt = "country"     // one of them is written without country code, and the rest agrees
	TwoReadings Doubt = "readings"    // the digits can be read as another number as well
)

// Match tells whether asked, the number of a call, is have, a number of a customer, as they came. What is
// no number matches nothing.
func Match(asked, have string, d Dialling) (Confidence, Doubt) {
	a, h := resolve(read(asked), d).within(d), resolve(read(have), d).within(d)
	if a.kind == none || h.kind == none || a.kind == code || h.kind == code {
		return Different, NoDoubt
	}
	if a.key == h.key && a.kind == h.kind {
		switch {
		case a.unsure || h.unsure:
			return Perhaps, TwoReadings
		case a.kind == local, a.kind == cityWide && a.area == "":
			return Perhaps, NoArea
		case a.extension != h.extension:
			return Perhaps, Switchboard
		case a.kind == other && len(a.key) < 7:
			return Different, NoDoubt
		}
		return Certain, NoDoubt
	}
	for _, pair := range [][2]number{{a, h}, {h, a}} {
		if doubt := pair[0].perhaps(pair[1]); doubt != NoDoubt {
			return Perhaps, doubt
		}
	}
	return Different, NoDoubt
}

// within gives a number without area code the desk's own.
func (n number) within(d Dialling) number {
	a := d.area()
	switch {
	case a == "":
	case n.kind == local && isLandline(a+n.key):
		n.kind, n.key = full, "+86"+a+n.key
	case n.kind == cityWide && n.area == "":
		n.key, n.area = "0"+a+n.key, a
	}
	return n
}

// perhaps tells why n, which is written with less, may be the other number all the same.
func (n number) perhaps(whole number) Doubt {
	switch {
	case n.kind == local && whole.kind == full && whole.subscriber() == n.key,
		n.kind == cityWide && n.area == "" && whole.kind == cityWide && whole.area != "" && whole.key[1+len(whole.area):] == n.key:
		return NoArea
	case n.kind == other && whole.kind == full && len(n.key) >= 8 && whole.nationally(n.key):
		return NoCountry
	}
	return NoDoubt
}

// subscriber is what is dialled of a full number in its own area; "" for mobile numbers of the mainland.
// Of other places only those are known that have no areas.
func (n number) subscriber() string {
	if d, ok := strings.CutPrefix(n.key, "+86"); ok {
		if isMobile(d) || isMachine(d) {
			return ""
		}
		return d[areaDigits(d):]
	}
	for _, c := range []string{"+852", "+853"} {
		if d, ok := strings.CutPrefix(n.key, c); ok {
			return d
		}
	}
	if d, ok := strings.CutPrefix(n.key, "+886"); ok && len(d) >= 8 && d[0] != '9' {
		return d[max(1, len(d)-8):]
	}
	return ""
}

// nationally reports whether d is the full number without its plus or without its country code.
func (n number) nationally(d string) bool {
	rest, home := strings.TrimPrefix(n.key, "+"), strings.HasPrefix(n.key, "+86")
	d = strings.TrimPrefix(d, "0")
	return !home && strings.HasSuffix(rest, d) && len(rest)-len(d) <= 3
}

// Reading is one way to look a number up.
type Reading struct {
	Key   string // compare with Key of what is stored
	Ends  bool   // every number whose Key ends so; the answers are to be judged with Match
	Doubt Doubt  // why a number found so may be another; NoDoubt: it is certain
}

// Candidates gives the ways to look up the number of a call, the surest first: what Match can say yes or
// perhaps to is found by them. None: the text is no number.
func Candidates(raw string, d Dialling) []Reading {
	plain := resolve(read(raw), d)
	n := plain.within(d)
	if n.kind == none || n.kind == code {
		return nil
	}
	var list []Reading
	add := func(r Reading) {
		if r.Key != "" && !slices.ContainsFunc(list, func(o Reading) bool { return o.Key == r.Key && o.Ends == r.Ends }) {
			list = append(list, r)
		}
	}
	sure := NoDoubt
	switch {
	case n.unsure:
		sure = TwoReadings
	case n.kind == local, n.kind == cityWide && n.area == "":
		sure = NoArea
	}
	add(Reading{Key: n.key, Doubt: sure})
	add(Reading{Key: plain.key, Doubt: sure}) // as it came: a customer's number may be written so, too
	switch n.kind {
	case full:
		doubt := NoArea
		sub := n.subscriber()
		if a := d.area(); a != "" && n.key == "+86"+a+sub {
			doubt = sure
		}
		add(Reading{Key: sub, Doubt: doubt})
		for _, r := range withoutCode(n.key) {
			add(r)
		}
	case cityWide:
		if n.area != "" {
			add(Reading{Key: n.key[1+len(n.area):], Doubt: NoArea})
		} else {
			add(Reading{Key: n.key, Ends: true, Doubt: NoArea})
		}
	case local:
		add(Reading{Key: n.key, Ends: true, Doubt: NoArea})
	case other:
		if len(n.key) >= 8 {
			add(Reading{Key: strings.TrimPrefix(n.key, "0"), Ends: true, Doubt: NoCountry})
		}
	case none, code, national, house:
	}
	return list
}

// withoutCode is how a number of another place may stand in a list: without its plus, and a Taiwan
// mobile number as it is written at home.
func withoutCode(e164 string) []Reading {
	if strings.HasPrefix(e164, "+86") {
		return nil
	}
	list := []Reading{{Key: e164[1:], Doubt: NoCountry}}
	if rest, ok := strings.CutPrefix(e164, "+886"); ok {
		list = append(list, Reading{Key: "0" + rest, Doubt: NoCountry})
	}
	return list
}
