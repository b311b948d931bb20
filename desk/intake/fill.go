package intake

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/callbench/callbench/desk"
)

// Fill gives what a row adds to a customer who is there already: members that are empty there, phones that are
// not among his, attributes that he does not have. Nothing that is there is replaced. nil: the row adds
// nothing.
func Fill(there, row desk.Customer) json.RawMessage {
	fields := map[string]any{}
	for name, pair := range map[string][2]string{
		"number": {there.Number, row.Number}, "company": {there.Company, row.Company}, "title": {there.Title, row.Title},
		"email": {there.Email, row.Email}, "address": {there.Address, row.Address}, "sex": {there.Sex, row.Sex},
		"industry": {there.Industry, row.Industry}, "source": {there.Source, row.Source},
	} {
		if pair[0] == "" && pair[1] != "" {
			fields[name] = pair[1]
		}
	}
	phones := slices.Clone(there.Phones)
	for _, p := range row.Phones {
		same := func(other desk.Phone) bool { return KeyOf(other) == KeyOf(p) }
		if !slices.ContainsFunc(phones, same) && len(phones) < maxPhones {
			phones = append(phones, p)
		}
	}
	if len(phones) > len(there.Phones) {
		fields["phones"] = phones
	}
	attributes := map[string]string{}
	maps.Copy(attributes, row.Attributes)
	maps.Copy(attributes, there.Attributes)
	if len(attributes) > len(there.Attributes) && len(attributes) <= maxAttributes {
		fields["attributes"] = attributes
	}
	if len(fields) == 0 {
		return nil
	}
	b, err := json.Marshal(fields)
	if err != nil { // strings and phones always can be written
		return nil
	}
	return b
}
