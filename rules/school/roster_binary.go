package school

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// rosterFormat begins what MarshalBinary writes. Whoever changes how records
// are packed changes it.
const rosterFormat = 2

// errRoster is what UnmarshalBinary says of bytes it did not write.
var errRoster = errors.New("not a roster, or one of another version of the program")

// MarshalBinary writes everybody as they are kept, so that reading them again
// is quick.
func (r *Roster) MarshalBinary() ([]byte, error) {
	people, err := json.Marshal(binaryRoster{r.Classes, r.Staff, r.Contracts, r.words.list})
	if err != nil {
		return nil, fmt.Errorf("write a roster: %w", err)
	}
	to := addWord([]byte{rosterFormat}, string(people))
	return r.guardians.write(r.students.write(to)), nil
}

// binaryRoster is what is not packed.
type binaryRoster struct {
	Classes   []Class
	Staff     []Staff
	Contracts []Contract
	Words     []string
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (r *Roster) UnmarshalBinary(data []byte) (err error) {
	defer func() {
		if recover() != nil { // a length leads beyond the end
			err = errRoster
		}
	}()
	if len(data) == 0 || data[0] != rosterFormat {
		return errRoster
	}
	p := parcel(data[1:])
	var people binaryRoster
	if err := json.Unmarshal([]byte(p.word()), &people); err != nil {
		return errRoster
	}
	// JSON leaves room for more; clones do not
	*r = Roster{Classes: slices.Clone(people.Classes), Staff: slices.Clone(people.Staff), Contracts: people.Contracts}
	for _, w := range people.Words {
		r.words.add(nil, w)
	}
	r.students.read(&p)
	r.guardians.read(&p)
	if len(p) > 0 {
		return errRoster
	}
	r.index()
	return nil
}

// write adds the records, each behind its length.
func (s *shelf) write(to []byte) []byte {
	to = addNumber(to, s.len())
	for i := range s.len() {
		to = addWord(to, string(s.record(i)))
	}
	return to
}

func (s *shelf) read(p *parcel) {
	*s = newShelf(p.count(), func(to []byte, _ int) []byte { return append(to, p.word()...) })
}
