package configs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The manual names every key somebody may write and every column that is read.
func TestTheManualNamesEveryKeyAndColumn(t *testing.T) {
	manual, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile("yaml:\"([a-z_]+)")
	sheet := regexp.MustCompile(`(?s)sheet\{name: "(\w+)".*?need: \[\]string\{([^}]*)\}, option: \[\]string\{([^}]*)\}`)
	column := regexp.MustCompile(`"([^"]+)"`)
	keys, columns := 0, 0
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(src), -1) {
			keys++
			named := regexp.MustCompile("(?m)^### " + m[1] + "\\b|`[^`\n]*\\b" + m[1] + "\\b[^`\n]*`")
			if !named.Match(manual) {
				t.Errorf("docs/configuration.md does not name the key %s of %s", m[1], file)
			}
		}
		for _, m := range sheet.FindAllStringSubmatch(string(src), -1) {
			_, section, found := strings.Cut(string(manual), "**"+m[1]+"**")
			section, _, _ = strings.Cut(section, "\n**")
			for _, c := range column.FindAllStringSubmatch(m[2]+m[3], -1) {
				columns++
				if !found || !strings.Contains(section, "| "+c[1]+" |") {
					t.Errorf("docs/configuration.md does not name the column %s of %s", c[1], m[1])
				}
			}
		}
	}
	if keys < 50 || columns < 30 {
		t.Errorf("only %d keys and %d columns found: the test looks in the wrong place", keys, columns)
	}
}
