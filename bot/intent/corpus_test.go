package intent_test

import (
	"testing"
)

// The corpus is the binding definition of what messages mean.
func TestTheCorpusIsUnderstood(t *testing.T) {
	houses := map[string]house{"school": readHouse(t, "school"), "training": readHouse(t, "training")}
	golds := map[string]gold{}
	for _, g := range readLines[gold](t, "expected.jsonl") {
		golds[g.ID] = g
	}
	var s score
	for _, m := range readLines[message](t, "messages.jsonl") {
		s.add(t, m, houses[m.School].read(m), golds[m.ID])
	}
	if s.messages < 380 || s.right < s.messages {
		t.Errorf("%d of %d messages fully right; what was understood stays understood", s.right, s.messages)
	}
	t.Logf("%+v", s)
}

func TestTheSameMessageMeansTheSame(t *testing.T) {
	h := readHouse(t, "school")
	for _, m := range readLines[message](t, "messages.jsonl") {
		if m.School != "school" {
			continue
		}
		a, b := h.read(m), h.read(m)
		if d := differences(a, asGold(b)); len(d) > 0 {
			t.Errorf("%q read twice: %v", m.Text, d)
		}
	}
}
