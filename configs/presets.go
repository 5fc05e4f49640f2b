package configs

import (
	"embed"
	"io/fs"
)

//go:embed demo calendars examples
var presets embed.FS

// DemoSchool is the folder of the school that guixiao demo shows.
func DemoSchool() fs.FS {
	sub, err := fs.Sub(presets, "demo")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
