package main_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// The house rules of CONTRIBUTING.md, measured. Every violation is one line.

const (
	module      = "guixiao/"
	fileLines   = 400
	funcLines   = 90
	deepestRoom = 2
)

// arrows says what the files of each room may import besides the standard
// library. A room not listed here does not exist.
var arrows = map[string][]string{
	"rules/school": {},
	"rules/phrase": {},
	"rules": {module + "rules/school", module + "rules/phrase", "github.com/goccy/go-yaml", "github.com/expr-lang/expr",
		"github.com/shopspring/decimal"},
	"bot/intent": {module + "rules/school", "github.com/mozillazg/go-pinyin", "golang.org/x/text"},
	"bot": {module + "bot/intent", module + "rules", module + "rules/phrase", module + "rules/school",
		"github.com/prometheus/client_golang"},
	"bot/wecom": {module + "bot", module + "rules/phrase", module + "rules/school", "github.com/silenceper/wechat/v2",
		"github.com/coder/websocket"},
	"bot/dingtalk": {module + "bot", module + "rules/phrase", module + "rules/school", "github.com/coder/websocket"},
	"bot/mp":       {module + "bot", module + "rules/phrase", module + "rules/school", "github.com/silenceper/wechat/v2"},
	"bot/sms":      {module + "bot", module + "rules/phrase", module + "rules/school"},
	"bot/sandbox":  {module + "bot", module + "rules/phrase", module + "rules/school"},
	"storage": {module + "rules/school", "gorm.io/gorm", "gorm.io/driver/mysql", "github.com/go-sql-driver/mysql",
		"github.com/ncruces/go-sqlite3"},
	"storage/kv": {"github.com/redis/go-redis/v9"},
	"handlers": {module + "bot", module + "rules", module + "rules/phrase", module + "rules/school", module + "handlers/web", module + "handlers/xlsx",
		"github.com/gin-gonic/gin", "github.com/prometheus/client_golang"},
	"handlers/web":  {},
	"handlers/xlsx": {module + "rules", "github.com/xuri/excelize/v2"},
	"configs": {module + "rules/school", module + "rules/phrase", "github.com/goccy/go-yaml", "github.com/xuri/excelize/v2",
		"golang.org/x/text"},
	"cmd/guixiao": {"*"},
}

// longFiles may be longer than a file should be; each with its reason.
var longFiles = map[string]string{}

// goFile is one parsed file; room is its folder, slash-separated from the root.
type goFile struct {
	path, room string
	test       bool // a test or test support
	src        []byte
	tree       *ast.File
	at         func(ast.Node) int
}

// support says that a room helps tests: wecomtest, storagetest.
func support(room string) bool { return strings.HasSuffix(room, "test") }

func house(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	walk(t, func(name string, src []byte) {
		if path.Ext(name) != ".go" {
			return
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		room := path.Dir(name)
		files = append(files, goFile{
			path: name, room: room, src: src, tree: tree,
			test: strings.HasSuffix(name, "_test.go") || support(room),
			at:   func(n ast.Node) int { return set.Position(n.Pos()).Line },
		})
	})
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: the test looks in the wrong place", len(files))
	}
	return files
}

// walk visits every file that belongs to the repository.
func walk(t *testing.T, visit func(name string, src []byte)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, p)
		name = filepath.ToSlash(name)
		switch {
		case name == ".git" && !d.IsDir(): // of a second work tree
			return nil
		case d.IsDir() && (name == ".git" || name == "dist" || name == "data"):
			return fs.SkipDir
		case d.IsDir() || name == "guixiao" || name == "coverage.out":
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		visit(name, src)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestArrowsPointTowardsTheNouns(t *testing.T) {
	for _, f := range house(t) {
		for _, spec := range f.tree.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if why := forbidden(f, imported); why != "" {
				t.Errorf("%s:%d: %s", f.path, f.at(spec), why)
			}
		}
	}
}

// forbidden says why a file may not import something, or "".
func forbidden(f goFile, imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	if f.test || (!strings.Contains(first, ".") && first+"/" != module) {
		return ""
	}
	if support(imported) && strings.HasPrefix(imported, module) {
		return fmt.Sprintf("%s is for tests only", imported)
	}
	allowed, known := arrows[f.room]
	if !known {
		return fmt.Sprintf("the room %s is not in the floor plan", f.room)
	}
	for _, a := range allowed {
		if a == "*" || imported == a || (!strings.HasPrefix(a, module) && strings.HasPrefix(imported, a+"/")) {
			return ""
		}
	}
	return fmt.Sprintf("%s may not import %s", f.room, imported)
}

func TestRoomsAreNotNested(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range house(t) {
		deepest := deepestRoom
		if support(f.room) {
			deepest++ // a fake stands beside what it stands for
		}
		if depth := strings.Count(f.room, "/") + 1; depth > deepest && !seen[f.room] {
			seen[f.room] = true
			t.Errorf("%s: %d folders deep, at most %d", f.room, depth, deepest)
		}
	}
}

func TestFilesAndFunctionsStayReadable(t *testing.T) {
	for _, f := range house(t) {
		if n := bytes.Count(f.src, []byte("\n")); n > fileLines && longFiles[f.path] == "" {
			t.Errorf("%s: %d lines, at most %d", f.path, n, fileLines)
		}
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || f.test || fn.Body == nil {
				continue
			}
			first, last := f.at(fn), f.at(fn)+bytes.Count(f.src[fn.Pos()-f.tree.FileStart:fn.End()-f.tree.FileStart], []byte("\n"))
			if n := last - first + 1; n > funcLines {
				t.Errorf("%s:%d: %s has %d lines, at most %d", f.path, first, fn.Name.Name, n, funcLines)
			}
		}
	}
}

func TestNothingHappensBeforeMain(t *testing.T) {
	for _, f := range house(t) {
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s:%d: an init function; pass what it sets as a parameter", f.path, f.at(fn))
			}
		}
	}
}

func TestTimeIsAParameter(t *testing.T) {
	for _, f := range house(t) {
		pure := !f.test && (f.room == "rules" || strings.HasPrefix(f.room, "rules/") || f.room == "bot/intent")
		ast.Inspect(f.tree, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" {
				switch {
				case sel.Sel.Name == "Sleep" && f.test:
					t.Errorf("%s:%d: a sleep in a test; turn the clock or wait for the event", f.path, f.at(sel))
				case slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) && pure:
					t.Errorf("%s:%d: time.%s in a decision; take now as a parameter", f.path, f.at(sel), sel.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestNoFileNamesTheMachineItWasWrittenOn(t *testing.T) {
	// As the beginning of a path: an import may well have such a word in its middle.
	machine := regexp.MustCompile(`(^|[^\w./-])/(work|root|home)/|\.lib` + "rary")
	walk(t, func(name string, src []byte) {
		if at := machine.FindIndex(src); at != nil && !bytes.Contains(src, []byte{0}) {
			t.Errorf("%s:%d: a path of somebody's machine", name, bytes.Count(src[:at[1]], []byte("\n"))+1)
		}
	})
}

// The linter, where it is installed, enforces the same arrows.
func TestTheLinterKnowsTheSameArrows(t *testing.T) {
	src, err := os.ReadFile("../../.golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Files []string
						Allow []string
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(src, &config); err != nil {
		t.Fatal(err)
	}
	rules := config.Linters.Settings.Depguard.Rules
	for room, allowed := range arrows {
		if slices.Contains(allowed, "*") {
			continue
		}
		rule, ok := rules[strings.ReplaceAll(room, "/", "-")]
		if !ok {
			t.Errorf(".golangci.yml: no depguard rule for %s", room)
			continue
		}
		want := []string{"$gostd"}
		for _, a := range allowed {
			if strings.HasPrefix(a, module) {
				a += "$" // this room, not the ones inside it
			}
			want = append(want, a)
		}
		if !sameSet(rule.Allow, want) {
			t.Errorf(".golangci.yml: %s allows %v, the test %v", room, rule.Allow, want)
		}
		if !slices.Contains(rule.Files, "**/"+room+"/*.go") {
			t.Errorf(".golangci.yml: the rule of %s does not name **/%s/*.go", room, room)
		}
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
