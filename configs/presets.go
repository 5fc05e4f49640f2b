package configs

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
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

// Init writes the starter settings, a school folder with examples and the
// official calendars into dir. It never overwrites: if one of the files is
// there, nothing is written. It returns the files it wrote.
func Init(dir string) ([]string, error) {
	files := map[string]string{} // target → preset
	var order []string
	for _, root := range []string{"examples", "calendars"} {
		err := fs.WalkDir(presets, root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			target := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(name, "examples/")))
			files[target] = name
			order = append(order, target)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, target := range order {
		if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
			return nil, school.Invalid("%s", phrase.InitExists.With("file", target))
		}
	}
	for _, target := range order {
		if err := writeNew(target, files[target]); err != nil {
			return nil, school.Invalid("%s", phrase.InitCannotWrite.With("file", target))
		}
	}
	return order, nil
}

func writeNew(target, preset string) error {
	content, err := presets.ReadFile(path.Clean(preset))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
