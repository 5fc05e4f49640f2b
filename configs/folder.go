package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Folder is a school folder as read: school.yaml, calendar.yaml and the sheets.
type Folder struct {
	ID       string
	Name     string
	Level    string
	Policy   string
	Settings map[string]any
	Posts    map[string]string
	Notices  school.NoticeRules
	Calendar *school.Calendar
	People

	file  *binder // school.yaml
	where source
}

// Check is a further look at school.yaml, such as at the regime it names. It
// is made even when other things are wrong, so that everything is told at once.
type Check func(*Folder) []Problem

// Problem is something wrong with a field of school.yaml, policy_settings.week_is.
func (f *Folder) Problem(field, text string) Problem {
	p := Problem{File: f.file.file, Field: field, Text: text}
	if at := f.file.place(field); at != nil {
		p.Line, p.Column, p.Excerpt = at.Line, at.Column, f.file.excerpt(at.Line)
	}
	return p
}

// School builds the school that speaks through the given platform accounts.
func (f *Folder) School(platforms ...string) *school.School {
	return &school.School{
		ID: f.ID, Name: f.Name, Level: f.Level, Policy: f.Policy, Settings: f.Settings, Posts: f.Posts,
		Notices: f.Notices, Platforms: platforms, Calendar: f.Calendar, Roster: f.Roster(),
	}
}

// ReadSchool reads a school folder, or the folder a workbook (.xlsx) with the
// sheets stands in. All mistakes are reported. With mistakes there is no
// Folder, unless skipBad lets bad rows of the sheets be left out.
func ReadSchool(path string, skipBad bool, checks ...Check) (*Folder, []Problem) {
	dir, book := path, ""
	if isWorkbook(path) {
		dir, book = filepath.Dir(path), filepath.Base(path)
	}
	return source{fsys: os.DirFS(dir), dir: dir, book: book}.school(skipBad, checks)
}

// ReadSchoolFS reads a school folder from a file system, such as DemoSchool.
func ReadSchoolFS(fsys fs.FS, skipBad bool, checks ...Check) (*Folder, []Problem) {
	return source{fsys: fsys}.school(skipBad, checks)
}

// ReadPeople reads only the sheets, for an import: a school folder or a
// workbook. level is the school's, because a training institution may list a
// student once per course.
func ReadPeople(path, level string, skipBad bool) (*People, []Problem) {
	dir, book := path, ""
	if isWorkbook(path) {
		dir, book = filepath.Dir(path), filepath.Base(path)
	}
	return source{fsys: os.DirFS(dir), dir: dir, book: book}.people(level, skipBad)
}

// ReadSettings reads school.yaml and calendar.yaml only, for a school whose
// people are known already. Their classes are for CheckScopes to look at.
func ReadSettings(path string, checks ...Check) (*Folder, []Problem) {
	if isWorkbook(path) {
		path = filepath.Dir(path)
	}
	f, problems := source{fsys: os.DirFS(path), dir: path}.described(checks)
	if Failed(problems) {
		return nil, problems
	}
	return f, problems
}

func isWorkbook(path string) bool { return strings.EqualFold(filepath.Ext(path), ".xlsx") }

// source is where the files of a school are.
type source struct {
	fsys fs.FS
	dir  string // as written by the operator, for messages
	book string // workbook with the sheets; "" = CSV files
}

func (s source) path(name string) string { return filepath.Join(s.dir, name) }

func (s source) school(skipBad bool, checks []Check) (*Folder, []Problem) {
	f, problems := s.described(checks)
	people, more := s.people(f.Level, skipBad)
	if people != nil {
		more = append(more, f.CheckScopes(people.Classes)...)
	}
	if Failed(problems) || people == nil || Failed(more) && !skipBad {
		return nil, append(problems, more...)
	}
	f.People = *people
	return f, append(problems, more...)
}

// described reads what the school says of itself, and looks further at it.
func (s source) described(checks []Check) (*Folder, []Problem) {
	f, problems := s.settings()
	f.where = s
	if !f.file.broken {
		for _, check := range checks {
			problems = append(problems, check(f)...)
		}
	}
	return f, problems
}

// people reads the sheets. A sheet that cannot be read at all stops everything.
func (s source) people(level string, skipBad bool) (*People, []Problem) {
	c := newCensus(level)
	open, err := s.sheets()
	if err != nil {
		return nil, []Problem{{File: s.path(s.book), Text: err.Error()}}
	}
	var problems []Problem
	broken := false
	for _, step := range []struct {
		sheet
		read     func(*table)
		optional phrase.Phrase // said when the sheet is missing; "" = it must be there
		silent   bool
	}{
		{sheet: classSheet, read: c.readClasses},
		{sheet: studentSheet, read: c.readStudents},
		{sheet: staffSheet, read: c.readStaff},
		{sheet: guardianSheet, read: c.readGuardians, optional: phrase.SheetNoGuardians},
		{sheet: contractSheet, read: c.readContracts, silent: true},
	} {
		t := open(step.sheet)
		switch {
		case t != nil:
			c.lost[step.name] = t.broken
			if !t.broken {
				c.listen(t, step.sheet)
				step.read(t)
				t.tellFollowing()
			}
			problems = append(problems, t.problems...)
			broken = broken || t.broken
		case step.optional != "":
			problems = append(problems, Problem{File: s.path(s.book), Text: step.optional.String(), Warning: true})
		case !step.silent:
			broken, c.lost[step.name] = true, true
			problems = append(problems, Problem{File: s.path(s.book), Text: phrase.SheetMissing.With("name", step.name, "columns", strings.Join(step.need, "、"))})
		}
	}
	if !broken && len(c.Staff) == 0 {
		broken = true
		problems = append(problems, Problem{File: s.path(s.book), Text: phrase.SheetNoStaff.String()})
	}
	if broken || Failed(problems) && !skipBad {
		return nil, problems
	}
	return &c.People, problems
}

// sheets finds out whether there are CSV files or a workbook.
func (s source) sheets() (func(sheet) *table, error) {
	if s.book == "" {
		if _, err := fs.Stat(s.fsys, "classes.csv"); err != nil {
			if books, _ := fs.Glob(s.fsys, "*.xlsx"); len(books) == 1 {
				s.book = books[0]
			}
		}
	}
	if s.book == "" {
		return s.csvSheet, nil
	}
	content, err := fs.ReadFile(s.fsys, s.book)
	if err != nil {
		return nil, errors.New(phrase.ConfigUnreadable.String())
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		return nil, errors.New(phrase.SheetWorkbook.String())
	}
	return func(sh sheet) *table { return readXLSX(book, s.path(s.book), sh) }, nil
}

func (s source) csvSheet(sh sheet) *table {
	name := sh.name + ".csv"
	content, err := fs.ReadFile(s.fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t := &table{file: s.path(name)}
		t.unusable(0, "", phrase.ConfigUnreadable.String())
		return t
	}
	return readCSV(s.path(name), content, sh)
}

// CheckScopes looks whether a special day is for everybody, a year or a class
// there is.
func (f *Folder) CheckScopes(classes []school.Class) []Problem {
	if f.Calendar == nil {
		return nil
	}
	var problems []Problem
	for _, day := range f.Calendar.Specials() {
		known := day.Scope == "" || day.Scope == "all" || day.Scope == school.WholeSchool
		for _, c := range classes {
			known = known || c.Within(day.Scope)
		}
		if !known {
			problems = append(problems, Problem{File: f.where.path("calendar.yaml"), Field: "special_days",
				Text: phrase.CalendarScope.With("name", day.Name, "scope", fmt.Sprintf("%q", day.Scope))})
		}
	}
	return problems
}
