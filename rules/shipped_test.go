package rules_test

import (
	"io/fs"
	"testing"

	"guixiao/configs/policies"
	"guixiao/rules"
)

// shipped reads one of the shipped regimes.
func shipped(t testing.TB, id string) *rules.Policy {
	t.Helper()
	src, err := fs.ReadFile(policies.FS, id+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := rules.ParsePolicy(id+".yaml", src)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
}
