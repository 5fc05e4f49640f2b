package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// schoolFile is school.yaml.
type schoolFile struct {
	ID       string            `yaml:"id"`
	Name     string            `yaml:"name"`
	Level    string            `yaml:"level"`
	Policy   string            `yaml:"policy"`
	Calendar string            `yaml:"calendar"`
	Sessions []sessionLine     `yaml:"sessions"`
	Notices  noticesLine       `yaml:"notices"`
	Posts    map[string]string `yaml:"posts"`
	Settings map[string]any    `yaml:"policy_settings"`
}

type sessionLine struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name"`
	Start    clock  `yaml:"start"`
	ReportBy clock  `yaml:"report_by"`
	End      clock  `yaml:"end"`
}

type noticesLine struct {
	Grace         length `yaml:"grace"`
	AfterRollCall bool   `yaml:"after_roll_call"`
	Quiet         quiet  `yaml:"quiet"`
	Digest        clock  `yaml:"digest"`
}

// calendarFile is calendar.yaml.
type calendarFile struct {
	Timezone       string        `yaml:"timezone"`
	ConfirmedUntil string        `yaml:"confirmed_until"`
	Weekdays       []int         `yaml:"weekdays"`
	Terms          []spanLine    `yaml:"terms"`
	Holidays       []spanLine    `yaml:"holidays"`
	MakeupDays     []makeupLine  `yaml:"makeup_days"`
	SpecialDays    []specialLine `yaml:"special_days"`
}

type spanLine struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

type makeupLine struct {
	Date        string `yaml:"date"`
	For         string `yaml:"for"`
	TimetableOf string `yaml:"timetable_of"`
}

type specialLine struct {
	From  string `yaml:"from"`
	To    string `yaml:"to"`
	Name  string `yaml:"name"`
	Kind  string `yaml:"kind"`
	Scope string `yaml:"scope"`
}

// clock, length and quiet are texts of school.yaml with a form of their own.
type clock school.Clock

func (c *clock) UnmarshalText(b []byte) error {
	v, err := school.ParseClock(string(b))
	*c = clock(v)
	return err
}

type length time.Duration

func (l *length) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil || v < 0 || v > 24*time.Hour {
		return errors.New(phrase.SchoolGrace.String())
	}
	*l = length(v)
	return nil
}

type quiet struct{ from, to school.Clock }

func (q *quiet) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*q = quiet{}
		return nil
	}
	from, to, ok := strings.Cut(string(b), "-")
	f, err1 := school.ParseClock(strings.TrimSpace(from))
	t, err2 := school.ParseClock(strings.TrimSpace(to))
	if !ok || err1 != nil || err2 != nil || f == t {
		return errors.New(phrase.SchoolQuiet.String())
	}
	*q = quiet{f, t}
	return nil
}

var levels = []string{school.LevelPrimary, school.LevelJunior, school.LevelNineYear, school.LevelSenior, school.LevelUniversity, school.LevelTraining}

// settings reads school.yaml and the calendar it names.
func (s source) settings() (*Folder, []Problem) {
	const name = "school.yaml"
	file := schoolFile{
		Calendar: "calendar.yaml",
		Notices: noticesLine{
			Grace: length(10 * time.Minute), AfterRollCall: true, Digest: 17*60 + 30,
			Quiet: quiet{21*60 + 30, 6*60 + 30},
		},
	}
	b := s.bind(name, &file)
	f := &Folder{file: b}
	if !b.broken {
		f = file.folder(b)
	}
	problems := s.calendar(f, file)
	return f, append(b.problems, problems...)
}

// folder checks what stands in the file by itself.
func (file schoolFile) folder(b *binder) *Folder {
	for _, line := range []check{
		{!nameOf.MatchString(file.ID), "id", phrase.ConfigBadName},
		{file.Name == "", "name", phrase.SchoolNoName},
		{!slices.Contains(levels, file.Level), "level", phrase.SchoolLevel},
		{strings.Contains(file.Calendar, "..") || path.IsAbs(file.Calendar), "calendar", phrase.SchoolCalendarPath},
	} {
		if line.wrong {
			b.wrong(line.path, line.say.String())
		}
	}
	return &Folder{
		ID: file.ID, Name: file.Name, Level: file.Level, Policy: file.Policy, Settings: file.Settings, Posts: file.Posts, file: b,
		Notices: school.NoticeRules{
			Grace: time.Duration(file.Notices.Grace), AfterRollCall: file.Notices.AfterRollCall,
			QuietFrom: file.Notices.Quiet.from, QuietTo: file.Notices.Quiet.to, Digest: school.Clock(file.Notices.Digest),
		},
	}
}

func (file schoolFile) sessions() []school.Session {
	list := make([]school.Session, len(file.Sessions))
	for i, line := range file.Sessions {
		list[i] = school.Session{ID: line.ID, Name: line.Name, Start: school.Clock(line.Start), ReportBy: school.Clock(line.ReportBy), End: school.Clock(line.End)}
	}
	return list
}

func (s source) bind(name string, into any) *binder {
	content, err := fs.ReadFile(s.fsys, path.Clean(name))
	if err != nil {
		return &binder{file: s.path(name), broken: true, problems: []Problem{{File: s.path(name), Text: phrase.ConfigUnreadable.String()}}}
	}
	return bind(s.path(name), content, into, nil)
}

// calendar reads the calendar that school.yaml names into f. Mistakes of the
// sessions, which the calendar is made with, are told in school.yaml.
func (s source) calendar(f *Folder, from schoolFile) []Problem {
	file := calendarFile{Timezone: "Asia/Shanghai", Weekdays: []int{1, 2, 3, 4, 5}}
	b := s.bind(from.Calendar, &file)
	calendar, errs := school.NewCalendar(file.spec(), from.sessions())
	for _, err := range errs {
		field := ""
		if e := (*school.Error)(nil); errors.As(err, &e) {
			field = e.Field
		}
		at := b
		if strings.HasPrefix(field, "sessions") {
			at = f.file
		}
		if !at.broken {
			at.follows(field, err.Error())
		}
	}
	file.checkNames(b)
	if len(errs) == 0 && !Failed(b.problems) {
		f.Calendar = calendar
	}
	return b.problems
}

// checkNames: a make-up day names the holiday it makes up for.
func (f calendarFile) checkNames(b *binder) {
	var names []string
	for _, h := range f.Holidays {
		names = append(names, h.Name)
	}
	for i, m := range f.MakeupDays {
		if m.For != "" && !slices.Contains(names, m.For) {
			b.follows(fmt.Sprintf("makeup_days[%d].for", i), phrase.CalendarMakeup.With("date", m.Date, "name", m.For, "names", list(names)))
			b.problems[len(b.problems)-1].Warning = true
		}
	}
}

func (f calendarFile) spec() school.CalendarSpec {
	spec := school.CalendarSpec{Timezone: f.Timezone, ConfirmedUntil: school.Day(f.ConfirmedUntil), Weekdays: f.Weekdays}
	for _, t := range f.Terms {
		spec.Terms = append(spec.Terms, school.Term{ID: t.ID, Name: t.Name, From: school.Day(t.From), To: school.Day(t.To)})
	}
	for _, h := range f.Holidays {
		spec.Holidays = append(spec.Holidays, school.Span{Name: h.Name, From: school.Day(h.From), To: school.Day(h.To)})
	}
	for _, m := range f.MakeupDays {
		spec.MakeupDays = append(spec.MakeupDays, school.MakeupDay{Date: school.Day(m.Date), For: m.For, TimetableOf: school.Day(m.TimetableOf)})
	}
	for _, d := range f.SpecialDays {
		spec.SpecialDays = append(spec.SpecialDays, school.SpecialDay{From: school.Day(d.From), To: school.Day(d.To), Name: d.Name, Kind: d.Kind, Scope: d.Scope})
	}
	return spec
}
