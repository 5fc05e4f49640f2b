package rules_test

import (
	"testing"

	"guixiao/rules"
	"guixiao/rules/school"
)

// The close of a morning decides every absent child: this must cost microseconds.
func BenchmarkTheCloseOfARollCall(b *testing.B) {
	w := s23(b, nil)
	w.awayAt("2026-03-09/am", "2026-03-09/pm")
	w.advance("2026-03-09 14:10")
	slot := w.slot("2026-03-09/pm")
	f := w.facts("close", "巳", school.Person{}, slot)
	f.Now = w.time("2026-03-09 14:20")
	b.ReportAllocs()
	for b.Loop() {
		c, err := rules.Close(f, slot)
		if err != nil || len(c.Cards) == 0 {
			b.Fatal(err, len(c.Cards))
		}
	}
}
