package rules

import (
	"errors"
	"fmt"
	"strings"

	"guixiao/rules/phrase"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// ParsePolicy reads one policy file; name is shown in errors. It refuses what
// it does not know and tells every problem at once, as a *PolicyError. The
// policy it returns has the params as the file has them; With fills them in.
func ParsePolicy(name string, src []byte) (*Policy, error) {
	r := &reader{file: name, lines: strings.Split(string(src), "\n")}
	root := r.parse(src)
	if root == nil {
		return nil, r.err()
	}
	r.checkObject(root, policyShape)
	doc := document{name: name, src: src, root: root}
	p := build(r, doc, readParams(r, root))
	if err := r.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// document is a policy file, read but not yet resolved.
type document struct {
	name string
	src  []byte
	root *ast.MappingNode
}

// Problem is one thing wrong in a policy file.
type Problem struct {
	File         string
	Line, Column int    // from 1; 0 when the whole file is meant
	Text         string // what is wrong
	Remedy       string // what to do
	Source       string // the line as written
}

// String shows the problem with the line and a caret under the place.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
	if p.Line > 0 {
		fmt.Fprintf(&b, "\n%5d | %s\n      | %s^", p.Line, p.Source, blank(p.Source, p.Column-1))
	}
	if p.Remedy != "" {
		b.WriteString("\n" + phrase.PolicyRemedy.With("remedy", p.Remedy))
	}
	return b.String()
}

// blank is white space as wide as the first n characters of line.
func blank(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n--; n < 0 {
			break
		}
		switch {
		case r == '\t':
			b.WriteRune(r)
		case r > 0x2e80:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// PolicyError is everything wrong in one policy file.
type PolicyError struct{ Problems []Problem }

func (e *PolicyError) Error() string {
	out := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		out[i] = p.String()
	}
	return strings.Join(out, "\n")
}

// reader walks the nodes of a policy file and gathers what is wrong.
type reader struct {
	file     string
	lines    []string
	problems []Problem
}

func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &PolicyError{r.problems}
}

// blame notes a problem at a node; nil blames the beginning of the file.
func (r *reader) blame(n ast.Node, text, remedy string) {
	var tk *token.Token
	if n != nil {
		tk = firstToken(n)
	}
	r.blameAt(tk, 0, text, remedy)
}

// blameAt notes a problem some columns to the right of a token.
func (r *reader) blameAt(tk *token.Token, right int, text, remedy string) {
	p := Problem{File: r.file, Line: 1, Column: 1, Text: text, Remedy: remedy}
	if tk != nil && tk.Position != nil {
		p.Line, p.Column = tk.Position.Line, tk.Position.Column+right
	}
	if p.Line >= 1 && p.Line <= len(r.lines) {
		p.Source = strings.TrimRight(r.lines[p.Line-1], "\r")
	}
	for _, q := range r.problems {
		if q == p {
			return
		}
	}
	r.problems = append(r.problems, p)
}

// firstToken is where a reader's eye finds the node.
func firstToken(n ast.Node) *token.Token {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return n.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return n.GetToken()
}

// parse reads the YAML; nil with problems noted when it is no mapping.
func (r *reader) parse(src []byte) *ast.MappingNode {
	file, err := parseYAML(src)
	if err != nil {
		r.blameYAML(err)
		return nil
	}
	var body ast.Node
	for _, d := range file.Docs {
		if d.Body == nil {
			continue
		}
		if _, comment := d.Body.(*ast.CommentGroupNode); comment {
			continue
		}
		if body != nil {
			r.blame(d.Body, phrase.PolicyTwoDocuments.String(), phrase.PolicyTwoDocumentsFix.String())
			return nil
		}
		body = d.Body
	}
	root := asMapping(body)
	if root == nil {
		r.blame(body, phrase.PolicyNotMapping.String(), phrase.PolicyNotMappingFix.String())
	}
	return root
}

// parseYAML turns a panic of the library on broken text into an error.
func parseYAML(src []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errors.New(phrase.PolicyUnreadable.String())
		}
	}()
	return parser.ParseBytes(src, 0)
}

func (r *reader) blameYAML(err error) {
	var at interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &at) {
		r.blameAt(at.GetToken(), 0, phrase.PolicyNotYAML.With("why", at.GetMessage()), phrase.PolicyNotYAMLFix.String())
		return
	}
	r.blameAt(nil, 0, phrase.PolicyNotYAML.With("why", err.Error()), phrase.PolicyNotYAMLFix.String())
}

// asMapping is the node as a mapping; nil if it is none.
func asMapping(n ast.Node) *ast.MappingNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n
	case *ast.MappingValueNode:
		return &ast.MappingNode{BaseNode: n.BaseNode, Start: n.Start, Values: []*ast.MappingValueNode{n}}
	}
	return nil
}

// keyName is the key of a pair as text.
func keyName(v *ast.MappingValueNode) string {
	if s, ok := v.Key.(*ast.StringNode); ok {
		return s.Value
	}
	return v.Key.GetToken().Value
}

// get finds the value of a key; nil if it is not there or null.
func get(m *ast.MappingNode, name string) ast.Node {
	if m == nil {
		return nil
	}
	for _, v := range m.Values {
		if keyName(v) == name {
			if _, null := v.Value.(*ast.NullNode); null {
				return nil
			}
			return v.Value
		}
	}
	return nil
}

// textOf is a node's text; false if it is not written as one.
func textOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	}
	return "", false
}
