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

// Whatever ships can be read, names a clause for every duty, and says which of
// its values are our own assumption.
func TestEveryShippedRegimeReads(t *testing.T) {
	files, err := fs.Glob(policies.FS, "*.yaml")
	if err != nil || len(files) < 17 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		src, err := fs.ReadFile(policies.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := rules.ParsePolicy(file, src)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, s := range p.Stages {
			if len(s.Source) == 0 {
				t.Errorf("%s: stage %s names no clause", p.ID, s.ID)
			}
		}
		for _, q := range p.Params {
			if q.Origin == "" || q.Origin != "seed" && q.Note == "" {
				t.Errorf("%s: %s does not say where its value comes from", p.ID, q.Name)
			}
		}
	}
}
