package main_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// An operator who sees a line of the log at night finds in the manual what it
// means and what to do.
func TestTheManualExplainsEveryLineOfTheLog(t *testing.T) {
	manual, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(manual)
	logged := regexp.MustCompile(`(?:\b[Ll]og\.(?:Warn|Error)\(|\.failed\(ctx, )"([^"]+)"`)
	found := 0
	walk(t, func(name string, src []byte) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || support(path.Dir(name)) {
			return
		}
		for _, m := range logged.FindAllStringSubmatch(string(src), -1) {
			found++
			if !strings.Contains(text, "`"+m[1]+"`") {
				t.Errorf("docs/operations.md does not explain %q of %s: add it to the table of the log", m[1], name)
			}
		}
	})
	if found < 25 {
		t.Errorf("only %d lines found: the test looks in the wrong place", found)
	}
}
