package configs

import (
	"encoding"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"guixiao/rules/phrase"
)

// binder fills a struct from a YAML file. The library's own decoder stops at
// the first unknown key; an operator wants all mistakes at once, so the tree
// is walked here. Where each value stands is kept for the checks that follow.
type binder struct {
	file     string
	lines    []string
	expand   func(string) (string, error) // ${ENV} and ${file:…} in values; nil: none
	where    map[string]*token.Position   // path → place, "wecom[0].secret"
	strange  map[string]bool              // paths of objects with an unknown key
	problems []Problem
	broken   bool // nothing of the file could be read
}

// bind reads src into the struct that into points to.
func bind(file string, src []byte, into any, expand func(string) (string, error)) *binder {
	b := &binder{file: file, lines: strings.Split(string(src), "\n"), expand: expand, where: map[string]*token.Position{}, strange: map[string]bool{}}
	tree, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		b.syntax(err)
		return b
	}
	var bodies []ast.Node
	for _, doc := range tree.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			bodies = append(bodies, doc.Body)
		}
	}
	b.broken = len(bodies) != 1
	switch len(bodies) {
	case 0:
		b.problems = append(b.problems, Problem{File: file, Text: phrase.ConfigEmptyFile.String()})
	case 1:
		b.value(bodies[0], reflect.ValueOf(into).Elem(), "")
	default:
		b.add(bodies[1].GetToken().Position, "", phrase.ConfigTwoDocuments.String())
	}
	return b
}

func (b *binder) syntax(err error) {
	b.broken = true
	p := Problem{File: b.file, Text: phrase.ConfigNotYAML.String()}
	if e := yaml.Error(nil); errors.As(err, &e) && e.GetToken() != nil {
		// The library's message may quote the file, secrets included: only the place is taken.
		p.Line, p.Column = e.GetToken().Position.Line, e.GetToken().Position.Column
		p.Excerpt = b.excerpt(p.Line)
	}
	b.problems = append(b.problems, p)
}

func (b *binder) add(at *token.Position, field, text string) {
	p := Problem{File: b.file, Field: field, Text: text}
	if at != nil {
		p.Line, p.Column, p.Excerpt = at.Line, at.Column, b.excerpt(at.Line)
	}
	b.problems = append(b.problems, p)
}

// wrong reports a mistake at a path.
func (b *binder) wrong(path, text string) { b.add(b.place(path), path, text) }

// place is where a path stands; a value that is not written has the place of
// its surroundings.
func (b *binder) place(path string) *token.Position {
	at := b.where[path]
	for at == nil && path != "" {
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
		at = b.where[path]
	}
	return at
}

// follows reports what is wrong with a value that could be read; what is said
// of one that could not would only repeat that.
func (b *binder) follows(path, text string) {
	if !b.told(path) {
		b.add(b.place(path), "", text) // the sentence names the field
	}
}

// told says whether something is wrong already with a path or what is in it; a
// value that is not written may be the one under an unknown key beside it.
func (b *binder) told(path string) bool {
	if b.where[path] == nil && b.strange[path[:max(strings.LastIndexByte(path, '.'), 0)]] {
		return true
	}
	return slices.ContainsFunc(b.problems, func(p Problem) bool {
		rest, in := strings.CutPrefix(p.Field, path)
		return in && (rest == "" || strings.ContainsAny(rest[:1], ".["))
	})
}

// excerpt shows a line up to the value of a key that may hold a secret.
func (b *binder) excerpt(line int) string {
	if line < 1 || line > len(b.lines) {
		return ""
	}
	text := strings.TrimRight(b.lines[line-1], "\r")
	for _, word := range []string{"secret", "token", "key", "password", "dsn", "url"} {
		if i := strings.Index(text, word); i >= 0 {
			if colon := strings.Index(text[i:], ":"); colon >= 0 {
				return text[:i+colon+1] + " …"
			}
			return ""
		}
	}
	return text
}

func (b *binder) value(node ast.Node, v reflect.Value, path string) {
	switch n := node.(type) {
	case *ast.NullNode:
		return
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		b.add(node.GetToken().Position, path, phrase.ConfigNoAnchors.String())
		return
	case *ast.MappingValueNode:
		b.value(ast.Mapping(n.GetToken(), false, n), v, path)
		return
	}
	if _, ok := node.(ast.ScalarNode); ok || path == "" {
		b.where[path] = node.GetToken().Position
	}
	if v.CanAddr() {
		if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
			b.scalar(node, path, t.UnmarshalText)
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		b.object(node, v, path)
	case reflect.Slice:
		b.list(node, v, path)
	case reflect.Map, reflect.Interface:
		b.free(node, v, path)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		b.value(node, v.Elem(), path)
	default:
		b.scalar(node, path, func(text []byte) error { return setScalar(v, string(text)) })
	}
}

func (b *binder) object(node ast.Node, v reflect.Value, path string) {
	m, ok := node.(*ast.MappingNode)
	if !ok {
		b.add(node.GetToken().Position, path, phrase.ConfigWantMapping.String())
		return
	}
	fields := map[string]reflect.Value{}
	var names []string
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		fields[name] = v.Field(i)
		names = append(names, name)
	}
	seen := map[string]bool{}
	for _, pair := range m.Values {
		key := pair.Key.String()
		at := pair.Key.GetToken().Position
		field, known := fields[key]
		switch {
		case !known:
			b.strange[path] = true
			b.add(at, join(path, key), phrase.ConfigUnknownKey.With("keys", strings.Join(names, "、")))
		case seen[key]:
			b.add(at, join(path, key), phrase.ConfigTwice.String())
		default:
			b.where[join(path, key)] = at
			b.value(pair.Value, field, join(path, key))
		}
		seen[key] = true
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (b *binder) list(node ast.Node, v reflect.Value, path string) {
	s, ok := node.(*ast.SequenceNode)
	if !ok {
		b.add(node.GetToken().Position, path, phrase.ConfigWantList.String())
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(s.Values), len(s.Values)))
	for i, item := range s.Values {
		at := path + "[" + strconv.Itoa(i) + "]"
		b.where[at] = item.GetToken().Position
		b.value(item, v.Index(i), at)
	}
}

// free reads what has no fixed shape: settings of a policy, names of posts.
func (b *binder) free(node ast.Node, v reflect.Value, path string) {
	m, ok := node.(*ast.MappingNode)
	if ok {
		for _, pair := range m.Values {
			b.where[join(path, pair.Key.String())] = pair.Key.GetToken().Position
		}
	}
	if !ok && v.Kind() == reflect.Map {
		b.add(node.GetToken().Position, path, phrase.ConfigWantMapping.String())
		return
	}
	if err := yaml.NodeToValue(node, v.Addr().Interface()); err != nil {
		b.add(node.GetToken().Position, path, phrase.ConfigWantText.String())
	}
}

func (b *binder) scalar(node ast.Node, path string, set func([]byte) error) {
	n, ok := node.(ast.ScalarNode)
	if !ok {
		b.add(node.GetToken().Position, path, phrase.ConfigWantText.String())
		return
	}
	text := n.GetToken().Value
	switch s := n.(type) {
	case *ast.StringNode:
		text = s.Value
	case *ast.LiteralNode:
		text = s.Value.Value
	}
	if b.expand != nil {
		full, err := b.expand(text)
		if err != nil {
			b.add(node.GetToken().Position, path, err.Error())
			return
		}
		text = full
	}
	if err := set([]byte(text)); err != nil {
		b.add(node.GetToken().Position, path, err.Error())
	}
}

var errWantNumber, errWantFlag = errors.New(phrase.ConfigWantNumber.String()), errors.New(phrase.ConfigWantFlag.String())

func setScalar(v reflect.Value, text string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if !slices.Contains([]string{"true", "false"}, text) {
			return errWantFlag
		}
		v.SetBool(text == "true")
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || v.OverflowInt(n) {
			return errWantNumber
		}
		v.SetInt(n)
	}
	return nil
}
