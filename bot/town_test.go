package bot_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guixiao/bot"
	"guixiao/bot/sandbox"
	"guixiao/configs/policies"
	"guixiao/rules"
	"guixiao/rules/school"
	"guixiao/storage"
)

// town is a school with the real engine in it: the real database in a file,
// the sandbox or a scripted platform, and a clock that moves when it is told to.
type town struct {
	*testing.T
	clock  time.Time
	school *school.School
	house  *bot.House
	db     *storage.DB
	store  bot.Store // the database, or something brittle around it
	feeds  *sandbox.Platform
	bot    *bot.Bot
	door   string // the account people speak by: the first of the school's
	said   int
}

// Monday is an ordinary morning of school, before the first roll call closes.
const monday = "2026-03-09 07:50"

// open founds the school; platforms, if any, are tried before the sandbox.
func open(t *testing.T, platforms ...bot.Platform) *town {
	t.Helper()
	w := found(t)
	return w.opens(append(platforms, w.feeds)...)
}

// openOn founds the school on these platforms alone.
func openOn(t *testing.T, platforms ...bot.Platform) *town {
	t.Helper()
	return found(t).opens(platforms...)
}

func (w *town) opens(platforms ...bot.Platform) *town {
	w.Helper()
	w.school.Platforms = []string{sandbox.Name}
	for i := len(platforms) - 1; i >= 0; i-- {
		if name := platforms[i].Name(); name != sandbox.Name {
			w.school.Platforms = append([]string{name}, w.school.Platforms...)
		}
	}
	w.door = w.school.Platforms[0]
	w.engine(platforms...)
	return w
}

func found(t *testing.T) *town {
	t.Helper()
	w := &town{T: t, school: village(t)}
	w.clock = w.at(monday)
	text, err := policies.FS.ReadFile("S23.yaml")
	w.must(err)
	policy, err := rules.ParsePolicy("S23.yaml", text)
	w.must(err)
	policy, err = policy.With(nil)
	w.must(err)
	w.house = bot.NewHouse(w.school, policy)
	w.db, err = storage.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "g.db"), storage.Options{Logger: slog.New(slog.DiscardHandler), Engine: true})
	w.must(err)
	t.Cleanup(func() { w.db.Close() })
	_, err = w.db.Migrate(t.Context())
	w.must(err)
	w.feeds, err = sandbox.New("", w.school.Calendar.Zone(), func(class string) []string { return []string{"T01", "T08"} })
	w.must(err)
	return w
}

// engine starts the bot anew on the same data, as after a crash.
func (w *town) engine(platforms ...bot.Platform) {
	w.Helper()
	if w.store == nil {
		w.store = w.db
	}
	w.bot = bot.New(bot.Settings{Store: w.store, Platforms: platforms, Now: func() time.Time { return w.clock },
		Log: slog.New(slog.DiscardHandler)}, w.house)
	w.must(w.bot.Open(w.Context()))
	w.settle()
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// at reads 2026-03-09 08:05, or 08:05 on the present day.
func (w *town) at(s string) time.Time {
	w.Helper()
	if len(s) == len("08:05") {
		s = w.clock.Format(time.DateOnly) + " " + s
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, w.school.Calendar.Zone())
	w.must(err)
	return t
}

func (w *town) settle() {
	w.Helper()
	w.must(w.bot.Settle(w.Context()))
}

// until lets time pass, stopping wherever something is due.
func (w *town) until(s string) {
	w.Helper()
	to := w.at(s)
	for {
		due, ok, err := w.db.NextDue(w.Context())
		w.must(err)
		if !ok || due.After(to) {
			break
		}
		if due.After(w.clock) {
			w.clock = due.In(w.school.Calendar.Zone())
		}
		w.settle()
		if next, ok, err := w.db.NextDue(w.Context()); err == nil && ok && !next.After(w.clock) {
			w.clock = w.clock.Add(time.Second) // held by a lease that has to run out
		}
	}
	w.clock = to
	w.settle()
}

// delivery is what a door hands over when a person speaks.
func (w *town) delivery(person, text string) school.Delivery {
	w.said++
	return school.Delivery{Key: fmt.Sprintf("m%d", w.said), Platform: w.door, From: person, Kind: school.DeliveryMessage,
		Conversation: "direct", Text: text}
}

func (w *town) accept(ds ...school.Delivery) {
	w.Helper()
	w.must(w.bot.Accept(w.Context(), ds...))
	w.settle()
}

// say is a person writing to the bot.
func (w *town) say(person, text string) {
	w.Helper()
	w.accept(w.delivery(person, text))
}

// saysIn is a person writing in a class's group.
func (w *town) saysIn(group, person, text string) {
	w.Helper()
	d := w.delivery(person, text)
	d.Conversation = "group:" + group
	w.accept(d)
}

// press presses a button of a card and gives what the person reads.
func (w *town) press(person, card, button string, inputs ...string) school.Reply {
	w.Helper()
	w.said++
	d := school.Delivery{Key: fmt.Sprintf("p%d", w.said), Platform: w.door, From: person, Kind: school.DeliveryPress,
		Card: card, Button: button, Inputs: map[string]string{}}
	for _, in := range inputs {
		k, v, _ := strings.Cut(in, "=")
		d.Inputs[k] = v
	}
	return w.ask(d)
}

// event records a fact as a form of the console does.
func (w *town) event(person, event, student string, fields ...string) school.Reply {
	w.Helper()
	w.said++
	d := school.Delivery{Key: fmt.Sprintf("e%d", w.said), Platform: bot.Console, From: person, Kind: school.DeliveryEvent,
		Event: event, Student: student, Fields: map[string]string{}}
	for _, in := range fields {
		k, v, _ := strings.Cut(in, "=")
		d.Fields[k] = v
	}
	return w.ask(d)
}

func (w *town) ask(d school.Delivery) school.Reply {
	w.Helper()
	r, err := w.bot.Ask(w.Context(), d)
	w.must(err)
	w.settle()
	return r
}

// feed is what a person has on the phone, oldest first.
func (w *town) feed(person string) []sandbox.Item {
	w.Helper()
	var all []sandbox.Item
	for _, raw := range w.feeds.Feed(person, 0) {
		var it sandbox.Item
		w.must(json.Unmarshal(raw, &it))
		all = append(all, it)
	}
	return all
}

// words is all the text of an item.
func words(it sandbox.Item) string {
	text := it.Text
	if it.Card != nil {
		text += "\n" + it.Card.Title + "\n" + it.Card.Result
		for _, f := range it.Card.Fields {
			text += "\n" + f.K + " " + f.V
		}
	}
	return text
}

func (w *town) phone(person string) string {
	var b strings.Builder
	for _, it := range w.feed(person) {
		state := ""
		if it.Card != nil {
			state = it.Card.State
		}
		fmt.Fprintf(&b, "  %s %s %s %s | %s\n", it.At.Format("01-02 15:04"), it.Kind, it.Stage, state, strings.ReplaceAll(words(it), "\n", " / "))
	}
	return b.String()
}

// reads: the person's phone shows the text, so many times if that matters.
func (w *town) reads(person, text string, times ...int) {
	w.Helper()
	n := 0
	for _, it := range w.feed(person) {
		if strings.Contains(words(it), text) {
			n++
		}
	}
	if len(times) == 0 && n == 0 || len(times) > 0 && n != times[0] {
		w.Errorf("%s reads %q %d times, want %v:\n%s", person, text, n, times, w.phone(person))
	}
}

func (w *town) neverReads(person, text string) {
	w.Helper()
	w.reads(person, text, 0)
}

// hears: the person's phone has so many items.
func (w *town) hears(person string, n int) {
	w.Helper()
	if got := len(w.feed(person)); got != n {
		w.Errorf("%s has %d messages, not %d:\n%s", person, got, n, w.phone(person))
	}
}

// card is the newest state of the person's newest card that shows the text.
func (w *town) card(person, text string) sandbox.Card {
	w.Helper()
	var id string
	for _, it := range w.feed(person) {
		if it.Card != nil && strings.Contains(words(it), text) {
			id = it.Card.ID
		}
	}
	if id == "" {
		w.Fatalf("%s has no card with %q:\n%s", person, text, w.phone(person))
	}
	var card sandbox.Card
	for _, it := range w.feed(person) {
		if it.Card != nil && it.Card.ID == id {
			card = *it.Card
		}
	}
	return card
}

// mark is what is on record of a child in a session; "" is nothing.
func (w *town) mark(student, slot string) school.MarkKind {
	w.Helper()
	sheets, err := w.db.Sheets(w.Context(), w.school.ID, []string{student}, w.clock)
	w.must(err)
	s, err := school.ParseSlot(slot)
	w.must(err)
	m, _ := sheets[student].MarkAt(s)
	return m.Kind
}

func (w *town) marked(student, slot string, want school.MarkKind) {
	w.Helper()
	if got := w.mark(student, slot); got != want {
		w.Errorf("%s in %s: %q, want %q", student, slot, got, want)
	}
}

// rolls says whether the class has answered its roll call.
func (w *town) reported(class, slot string) bool {
	w.Helper()
	s, err := school.ParseSlot(slot)
	w.must(err)
	rolls, err := w.db.Rolls(w.Context(), w.school.ID, s)
	w.must(err)
	return rolls[class].Reported()
}

// book reads what the audit trail says in one book.
func (w *town) book(name string) []school.Line {
	w.Helper()
	lines, holds, err := w.db.AuditLines(w.Context(), w.school.ID, name)
	w.must(err)
	if !holds {
		w.Errorf("the chain of %s is broken", name)
	}
	return lines
}

// village is a school of two classes with two children of one name in one of them.
func village(t *testing.T) *school.School {
	t.Helper()
	clock := func(s string) school.Clock {
		c, err := school.ParseClock(s)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	cal, problems := school.NewCalendar(school.CalendarSpec{Timezone: "Asia/Shanghai", ConfirmedUntil: "2026-12-31", Weekdays: []int{1, 2, 3, 4, 5},
		Terms:    []school.Term{{ID: "spring", Name: "春季学期", From: "2026-03-02", To: "2026-07-10"}, {ID: "autumn", Name: "秋季学期", From: "2026-09-01", To: "2026-12-31"}},
		Holidays: []school.Span{{Name: "清明节", From: "2026-04-04", To: "2026-04-06"}}},
		[]school.Session{{ID: "am", Name: "上午", Start: clock("08:00"), ReportBy: clock("08:20"), End: clock("11:40")},
			{ID: "pm", Name: "下午", Start: clock("14:00"), ReportBy: clock("14:20"), End: clock("16:30")}})
	for _, err := range problems {
		t.Fatal(err)
	}
	child := func(id, name, sex, class string, seat int) school.Student {
		return school.Student{ID: id, Name: name, Sex: sex, Places: []school.Place{{Class: class, Seat: seat}}}
	}
	staff := func(id, name, title string, scopes ...string) school.Staff {
		return school.Staff{ID: id, Name: name, Posts: []school.Post{{Title: title, Scopes: scopes}}}
	}
	guardian := func(id, name string, children ...string) school.Guardian {
		g := school.Guardian{ID: id, Name: name}
		for i, c := range children {
			g.Children = append(g.Children, school.Child{Student: c, Relation: "家长", Order: i + 1})
		}
		return g
	}
	second := guardian("G2", "石爸爸")
	second.Children = []school.Child{{Student: "S01", Relation: "爸爸", Order: 2}}
	roster := school.NewRoster(
		[]school.Class{{ID: "702", Stage: "初中", Grade: "七年级", Name: "七(2)班", Aliases: []string{"七2"}},
			{ID: "803", Stage: "初中", Grade: "八年级", Name: "八(3)班", Aliases: []string{"八3"}}},
		[]school.Student{child("S01", "石巳安", "男", "702", 1), child("S02", "林晓", "女", "702", 2), child("S03", "张伟", "男", "702", 3),
			child("S04", "张伟", "女", "702", 4), child("S11", "乙小鹏", "男", "803", 1), child("S12", "罗兰", "女", "803", 2)},
		[]school.Staff{staff("T01", "周立", "班主任", "702"), staff("T02", "赵敏", "班主任", "803"), staff("T03", "褚良", "任课教师", "702", "803"),
			staff("T04", "吴清", "主管主任", school.WholeSchool), staff("T05", "卫民", "校长", school.WholeSchool),
			staff("T06", "沈佳", "值周领导", school.WholeSchool), staff("T07", "韩松", "管理员", school.WholeSchool),
			staff("T08", "杨帆", "副班主任", "702"), staff("T09", "白雪", "音乐教师", "803"), staff("T10", "王建国", "任课教师", "803")},
		[]school.Guardian{guardian("G1", "石妈妈", "S01"), second, guardian("G3", "林妈妈", "S02", "S11"), guardian("G4", "张爸爸", "S03"), guardian("G5", "张妈妈", "S04")},
	).WithSandbox()
	return &school.School{ID: "v", Name: "和团学校", Level: school.LevelJunior, Policy: "S23", Calendar: cal, Roster: roster,
		Platforms: []string{sandbox.Name}, Posts: map[string]string{"学校": "主管主任"},
		Notices: school.NoticeRules{Grace: 10 * time.Minute, AfterRollCall: true, QuietFrom: clock("21:30"), QuietTo: clock("06:30")}}
}

// reach gives a guardian of the village more addresses, and a mobile number.
func (w *town) reach(guardian, mobile string, addresses ...school.Address) {
	w.Helper()
	r := w.school.Roster
	all := r.Guardians()
	for i := range all {
		all[i].Addresses = nil // what WithSandbox adds is added again
		if all[i].ID == guardian {
			all[i].Mobile, all[i].Addresses = mobile, addresses
		}
	}
	staff := slices.Clone(r.Staff)
	for i := range staff {
		staff[i].Addresses = nil
	}
	w.school.Roster = school.NewRoster(r.Classes, r.Students(), staff, all).WithSandbox()
	w.house = bot.NewHouse(w.school, w.house.Policy)
}
