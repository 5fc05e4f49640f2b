package configs

import (
	"embed"
	"io/fs"
)

//go:embed demo training calendars examples
var presets embed.FS

// DemoSchools are the schools that come with the program, by the name under
// which guixiao demo shows them; the first is shown unless another is asked for.
var DemoSchools = []string{"demo", "training"}

// DemoSchool is the folder of one of DemoSchools.
func DemoSchool(name string) fs.FS {
	sub, err := fs.Sub(presets, name)
	if err != nil {
		panic(err) // the folders are part of the program
	}
	return sub
}
