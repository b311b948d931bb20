package number

import "strings"

// The mainland's plan: mobile numbers of 11 digits from 13 to 19 (virtual operators' 162, 165, 167, 170
// and 171 and satellite phones' 1349 and 174 among them), numbers of machines with 13 digits from 14,
// landlines of area code and seven or eight digits, and numbers that are dialled without area.

// areas gives the third digits that area codes of three digits have behind their first two. The retired 0852
// and 0853 (part of 0851 since 2014) are left out: without a plus they are Hong Kong's and Macau's codes.
func areas(two int) string {
	switch two {
	case 31, 35, 47, 51, 53, 55, 57, 71, 75, 77, 79, 83, 87, 91, 93, 97, 99:
		return "0123456789"
	case 33:
		return "5"
	case 34:
		return "9"
	case 37:
		return "012345679"
	case 39:
		return "1234568"
	case 41, 43, 45, 59:
		return "123456789"
	case 42:
		return "179"
	case 46:
		return "4789"
	case 48:
		return "23"
	case 52:
		return "37"
	case 54:
		return "36"
	case 56:
		return "12346"
	case 58:
		return "0"
	case 63, 95:
		return "12345"
	case 66:
		return "02389"
	case 69:
		return "12"
	case 70:
		return "1"
	case 72:
		return "248"
	case 73:
		return "01456789"
	case 74:
		return "3456"
	case 76:
		return "023689"
	case 81:
		return "236789"
	case 82:
		return "567"
	case 85:
		return "145679"
	case 88:
		return "3678"
	case 89:
		return "12345678"
	case 90:
		return "123689"
	case 94:
		return "13"
	}
	return ""
}

// areaDigits gives how many digits of d are an area code without its 0; 0: none.
func areaDigits(d string) int {
	switch {
	case len(d) < 2:
		return 0
	case d[0] == '1':
		if d[1] == '0' {
			return 2
		}
		return 0
	case d[0] == '2':
		if d[1] != '6' {
			return 2
		}
		return 0
	case d[0] < '3' || len(d) < 3:
		return 0
	}
	if strings.IndexByte(areas(int(d[0]-'0')*10+int(d[1]-'0')), d[2]) < 0 {
		return 0
	}
	return 3
}

// isLandline tells area code (without 0) and subscriber.
func isLandline(d string) bool {
	n := areaDigits(d)
	return n == 2 && len(d) == 10 && isLocal(d[2:]) || n == 3 && (len(d) == 10 || len(d) == 11) && isLocal(d[3:])
}

// isLocal tells the subscriber's part of a landline: seven or eight digits from 2 to 8.
func isLocal(d string) bool {
	return (len(d) == 7 || len(d) == 8) && d[0] >= '2' && d[0] <= '8'
}

// isMobile tells a mobile number: 11 digits from 13 to 19; the plan grows faster than any table of it.
func isMobile(d string) bool {
	return len(d) == 11 && d[0] == '1' && d[1] >= '3' && d[1] <= '9'
}

// isMachine tells a number of the internet of things: 13 digits. Those from 1064 only send data; they are
// left out, because 010-64xxxxxx with an extension looks the same.
func isMachine(d string) bool { return len(d) == 13 && d[:2] == "14" }

// isNational tells numbers that are the same in the whole country and cannot be dialled from outside: 400
// and 800 with ten digits, 95 with five to eight, 1010 with eight, the operators' 100xx, the railway's 12306.
func isNational(d string) bool {
	switch len(d) {
	case 10:
		return strings.HasPrefix(d, "400") || strings.HasPrefix(d, "800")
	case 8:
		return strings.HasPrefix(d, "95") || strings.HasPrefix(d, "1010")
	case 6, 7:
		return strings.HasPrefix(d, "95") || strings.HasPrefix(d, "100") || strings.HasPrefix(d, "1181") || strings.HasPrefix(d, "1161")
	case 5:
		return strings.HasPrefix(d, "95") || strings.HasPrefix(d, "100") || strings.HasPrefix(d, "11") || d == "12306"
	}
	return false
}

// isCityWide tells numbers that are answered by somebody else in each area: 110, 114, 12345, 96xxx.
func isCityWide(d string) bool {
	switch len(d) {
	case 3:
		return strings.HasPrefix(d, "11") || strings.HasPrefix(d, "12")
	case 5, 6, 7, 8:
		return strings.HasPrefix(d, "96") || len(d) == 5 && strings.HasPrefix(d, "12")
	}
	return false
}

// withoutCarrier takes an IP-telephony prefix away: a full number follows it.
func withoutCarrier(d string) (string, bool) {
	if len(d) < 5+10 {
		return "", false
	}
	switch d[:5] {
	case "17951", "17950", "17911", "17910", "17909", "17908", "17901", "17900", "17961", "17960", "17931", "17930", "17970",
		"17971", "17990", "17991", "17996", "12593", "10193", "11808":
		return d[5:], true
	}
	return "", false
}

// behind86 reads what stands behind +86, with or without a 0 that does not belong there. kind none: it is
// nothing that the plan knows.
func behind86(d string) number {
	d = strings.TrimPrefix(d, "0")
	switch {
	case isMobile(d), isMachine(d), isLandline(d):
		return number{kind: full, key: "+86" + d}
	case isNational(d):
		return number{kind: national, key: d}
	case isCityWide(d):
		return number{kind: cityWide, key: d}
	}
	return inArea(d)
}

// inArea reads an area code (without 0) before a number that is dialled without one. A nationwide number
// loses it.
func inArea(d string) number {
	n := areaDigits(d)
	if n == 0 {
		return number{}
	}
	switch rest := d[n:]; {
	case isNational(rest):
		return number{kind: national, key: rest}
	case isCityWide(rest) && len(rest) <= 6:
		return number{kind: cityWide, key: "0" + d, area: d[:n]}
	}
	return number{}
}

// mainland reads digits without plus as they are dialled or presented on the mainland, the plainest way
// first. prefixes are the digits for an outside line.
func mainland(d string, prefixes []string) number {
	switch {
	case d == "": // of +00
		return number{}
	case isMobile(d), isMachine(d):
		return number{kind: full, key: "+86" + d}
	case isNational(d):
		return number{kind: national, key: d}
	case isCityWide(d):
		return number{kind: cityWide, key: d}
	}
	if strings.HasPrefix(d, "0") {
		if n := fromZero(d); n.kind != none {
			return n
		}
	} else if n := withoutZero(d); n.kind != none {
		return n
	}
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(d, p)
		if !ok || p == "" || len(rest) < 7 {
			continue
		}
		if n := outside(rest); n.kind != none {
			n.unsure = n.unsure || len(d) <= 8 // 9 and a number of seven digits, or one of eight
			return n
		}
	}
	return number{kind: short(len(d)), key: d}
}

// fromZero reads digits that begin with a trunk 0 or with 00.
func fromZero(d string) number {
	if abroad, ok := strings.CutPrefix(d, "00"); ok && len(abroad) > 4 {
		n := withCode(abroad, "001")
		if n.kind == full || n.kind == national || n.kind == cityWide {
			// 00 7 552 345 6789 is Kazakhstan's and, behind an outside line 0, Shenzhen's.
			n.unsure = (isLandline(abroad) || isMobile(abroad)) && !strings.HasPrefix(abroad, "86")
			return n
		}
		return number{}
	}
	rest := d[1:]
	switch {
	case isMobile(rest), isLandline(rest):
		return number{kind: full, key: "+86" + rest}
	case isNational(rest) && rest[0] != '1':
		return number{kind: national, key: rest}
	}
	if n := inArea(rest); n.kind != none {
		return n
	}
	if e := valid(d, "CN"); e != "" { // an area code newer than our table
		return withCode(e[1:], "001")
	}
	return number{}
}

// withoutZero reads digits that begin with something else than 0: a country code without plus, an IP
// prefix, a number without area code, a landline whose 0 was lost.
func withoutZero(d string) number {
	if rest, ok := strings.CutPrefix(d, "86"); ok && len(d) > 8 {
		if n := behind86(rest); n.kind == full || n.kind == national && len(rest) >= 10 {
			return n
		}
	}
	if rest, ok := withoutCarrier(d); ok {
		if n := outside(rest); n.kind == full || n.kind == national {
			return n
		}
	}
	switch {
	case isLocal(d):
		return number{kind: local, key: d}
	case isLandline(d):
		return number{kind: full, key: "+86" + d, unsure: len(d) == 10 && d[0] != '1'} // 212 555 1234 is New York's, too
	}
	if e := neighbour(d); e != "" {
		return number{kind: full, key: e}
	}
	return number{}
}

// outside reads what follows an outside-line or IP prefix: only what cannot be anything else.
func outside(d string) number {
	switch {
	case isMobile(d):
		return number{kind: full, key: "+86" + d}
	case isNational(d) && len(d) == 10:
		return number{kind: national, key: d}
	case isLocal(d):
		return number{kind: local, key: d}
	case strings.HasPrefix(d, "0"):
		return fromZero(d)
	case strings.HasPrefix(d, "86") && len(d) > 8:
		if n := behind86(d[2:]); n.kind == full {
			return n
		}
	}
	return number{}
}

// mainlandGroups writes a mainland number in groups, landlines with their 0.
func mainlandGroups(d string) string {
	switch {
	case isMobile(d):
		return d[:3] + " " + d[3:7] + " " + d[7:]
	case isMachine(d):
		return d[:5] + " " + d[5:9] + " " + d[9:]
	}
	n := areaDigits(d)
	if n == 0 || len(d)-n != 7 && len(d)-n != 8 {
		return "+86 " + d
	}
	return "0" + d[:n] + " " + d[n:len(d)-4] + " " + d[len(d)-4:]
}

// plain is the short way for what most rows of an import are: a mainland mobile or landline in digits,
// spaces and dashes, with 86, +86, 0086 or nothing before it. ok: the E.164 form is what Key gives.
func plain(raw, region string) (e164 string, ok bool) {
	if region != "" && region != DefaultRegion || len(raw) > 24 {
		return "", false
	}
	var buf [24]byte
	n, groups := 3, 0
	for i := range len(raw) {
		switch c := raw[i]; {
		case c >= '0' && c <= '9':
			if n == len(buf) {
				return "", false
			}
			buf[n] = c
			n++
		case c == '+' && i == 0:
			if len(raw) < 3 || raw[1] != '8' || raw[2] != '6' {
				return "", false
			}
		case c == ' ' || c == '-':
			groups++
		default:
			return "", false
		}
	}
	copy(buf[:], "+86")
	d := buf[3:n]
	switch {
	case len(d) == 11 && d[0] == '1' && d[1] >= '3':
	case len(d) == 13 && d[0] == '8' && d[1] == '6' && d[2] == '1' && d[3] >= '3':
		d = d[2:]
	case len(d) == 15 && string(d[:4]) == "0086" && d[4] == '1' && d[5] >= '3':
		d = d[4:]
	case groups <= 1 && (len(d) == 11 || len(d) == 12) && d[0] == '0' && isLandline(string(d[1:])):
		d = d[1:]
	default:
		return "", false
	}
	copy(buf[3:], d)
	return string(buf[:3+len(d)]), true
}
