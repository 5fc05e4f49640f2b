package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guixiao/bot"
	"guixiao/configs"
	"guixiao/handlers"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// builtIn is the folder of a school that comes with the program: the first for
// "", another by its name. A folder of that name on disk comes before it.
func builtIn(name string) (fs.FS, bool) {
	if name == "" {
		name = configs.DemoSchools[0]
	} else if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	if !slices.Contains(configs.DemoSchools, name) {
		return nil, false
	}
	return configs.DemoSchool(name), true
}

// Schools lists what the demo can show: the schools of the program, and the
// folder it was started with.
func (d *demo) Schools() []handlers.DemoSchool {
	var all []handlers.DemoSchool
	names := slices.Clone(configs.DemoSchools)
	if _, own := builtIn(d.demoOptions.school); !own {
		names = append([]string{d.demoOptions.school}, names...)
	}
	for _, name := range names {
		if house, _, err := demoHouse(name); err == nil {
			all = append(all, handlers.DemoSchool{ID: house.School.ID, Name: house.School.Name, Level: house.School.Level,
				Shown: house.School.ID == d.School().ID, Folder: filepath.Base(name)})
		}
	}
	return all
}

// Show shows another school, as it is at its beginning. What was played in the
// one before is gone.
func (d *demo) Show(ctx context.Context, which string) error {
	var house *bot.House
	var known []string
	names := append([]string{d.demoOptions.school}, configs.DemoSchools...)
	for _, name := range names {
		h, _, err := demoHouse(name)
		if err != nil {
			continue
		}
		known = append(known, h.School.ID)
		if house == nil && (which == h.School.ID || which == name) {
			house = h
		}
	}
	if house == nil {
		return school.NotFound("%s", phrase.DemoNoSchoolNamed.With("school", which, "known", strings.Join(slices.Compact(known), "、")))
	}
	d.lock()
	defer d.unlock()
	if err := d.db.Erase(ctx, d.School().ID); err != nil {
		return err
	}
	d.house.Store(house)
	if err := errors.Join(d.db.Erase(ctx, house.School.ID), d.sandbox.Reset(), d.clock.set(d.begins())); err != nil {
		return err
	}
	return d.start(ctx)
}
