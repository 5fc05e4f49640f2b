// Package phrase is the one catalogue of every sentence people read. A
// sentence is a typed constant in the file of the room that says it; nothing
// is worded anywhere else.
package phrase

import (
	"fmt"
	"strings"
)

// Phrase is a sentence with {named} places.
type Phrase string

// With fills the named places: With("name", n, "slot", s). A value is never
// read as a pattern, and a place nobody fills stays visible.
func (p Phrase) With(kv ...any) string {
	if len(kv)%2 != 0 {
		panic(fmt.Sprintf("phrase %q: a key without a value", string(p)))
	}
	pairs := make([]string, 0, len(kv))
	for i := 0; i < len(kv); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", kv[i]), fmt.Sprint(kv[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(string(p))
}

// String is the sentence as it stands.
func (p Phrase) String() string { return string(p) }
