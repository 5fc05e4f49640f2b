// Package web holds what browsers get: the page templates and the files they
// load, built into the program. There is no build step; what stands here is
// what is sent.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"time"
)

//go:embed templates/*.html static
var files embed.FS

// Templates parses the pages with the functions they use.
func Templates() *template.Template {
	version := Version()
	return template.Must(template.New("").Funcs(template.FuncMap{
		"asset": func(name string) string { return "/static/" + version + "/" + name },
		"when":  when,
		"short": func(t time.Time) string { return t.Format("1月2日 15:04") },
		"clock": func(t time.Time) string { return t.Format("15:04") },
		"first": first,
	}).ParseFS(files, "templates/*.html"))
}

// Static is the folder of files; Version stands in their addresses, so that a
// browser may keep them until the program changes.
func Static() fs.FS {
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return static
}

// Version is a short hash over all static files.
func Version() string {
	sum := sha256.New()
	err := fs.WalkDir(files, "static", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := files.ReadFile(path)
		sum.Write([]byte(path))
		sum.Write(content)
		return err
	})
	if err != nil {
		panic(err) // reading what is embedded cannot fail
	}
	return hex.EncodeToString(sum.Sum(nil))[:10]
}

// when writes a moment on the school's clock.
func when(zone *time.Location, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("1月2日 15:04")
}

// first is the first character of a name, for the round badge before it.
func first(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}
