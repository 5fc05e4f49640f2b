package rules

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// MissingError names every setting that must be set before the policy can be
// switched on and that the school has left empty.
type MissingError struct {
	Policy string
	Names  []string
}

func (e *MissingError) Error() string {
	return phrase.PolicyMissing.With("policy", e.Policy, "names", strings.Join(e.Names, "、"))
}

// With fills in the settings of a school and returns the policy as it is in
// force there. It tells everything wrong at once; a *MissingError is among it
// (errors.As) when a must_be_set param is empty.
func (p *Policy) With(settings map[string]any) (*Policy, error) {
	r := &reader{file: p.file.name, lines: strings.Split(string(p.file.src), "\n")}
	params := readParams(r, p.file.root)
	names := make([]string, len(params))
	for i, q := range params {
		names[i] = q.Name
	}
	var faults []error
	for _, name := range sortedNames(settings) {
		i := slices.Index(names, name)
		if i < 0 {
			faults = append(faults, school.Invalid("%s", phrase.SettingUnknown.With("name", name, "policy", p.ID, "hint", didYouMean(name, names))).In("policy_settings.%s", name))
			continue
		}
		if settings[name] == nil {
			continue
		}
		v, err := params[i].accept(settings[name])
		if err != nil {
			faults = append(faults, err)
			continue
		}
		params[i].Value, params[i].Set = v, true
	}
	q := build(r, p.file, params)
	faults = append(faults, r.err())
	var missing []string
	for _, b := range q.Blanks() {
		if b.MustBeSet {
			missing = append(missing, b.Name)
		}
	}
	if len(missing) > 0 {
		faults = append(faults, &MissingError{p.ID, missing})
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return q, nil
}

// Blanks lists the params that hold no value.
func (p *Policy) Blanks() []Param {
	var out []Param
	for _, q := range p.Params {
		if empty(q.Value) {
			out = append(out, q)
		}
	}
	return out
}

func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, item := range v {
			if !empty(item) {
				return false
			}
		}
		return true
	}
	return false
}

// ParseSetting reads "name=value" of --set: lengths "3 school-day", shares
// "10%", JSON for lists and mappings; With gives the value its type.
func ParseSetting(s string) (name string, value any, err error) {
	name, written, found := strings.Cut(s, "=")
	name, written = strings.TrimSpace(name), strings.TrimSpace(written)
	if !found || name == "" || written == "" {
		return "", nil, school.Invalid("%s", phrase.SettingForm.With("setting", s))
	}
	if written[0] != '[' && written[0] != '{' {
		return name, written, nil
	}
	if json.Unmarshal([]byte(written), &value) != nil {
		return "", nil, school.Invalid("%s", phrase.SettingJSON.With("setting", s))
	}
	return name, value, nil
}

// version names the policy and the settings in force: the same file and the
// same values give the same version on every machine.
func version(p *Policy) string {
	values := map[string]any{}
	for _, q := range p.Params {
		values[q.Name] = q.Value
		if s, ok := q.Value.(Span); ok {
			values[q.Name] = spanCode(s)
		}
	}
	settings, err := json.Marshal(values)
	if err != nil { // NaN and the like cannot come out of a policy file
		settings = fmt.Append(nil, values)
	}
	h := sha256.New()
	h.Write(p.Text)
	h.Write([]byte{0})
	h.Write(settings)
	return fmt.Sprintf("%s@%x", p.ID, h.Sum(nil)[:4])
}

func sortedNames(settings map[string]any) []string {
	names := make([]string, 0, len(settings))
	for name := range settings {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
