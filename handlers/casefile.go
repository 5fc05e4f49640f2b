package handlers

import (
	"net/http"
	"slices"
	"sort"
	"time"

	"github.com/gin-gonic/gin"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// caseLine is one case in a list.
type caseLine struct {
	ID, Student, Class string
	Seat               int
	Watching           bool
	HalfDays           int
	Reason             string
	Next               *taskLine // what is waited for first
	Late               bool
}

func (s *server) caseLines(c *gin.Context, v sight, cases []school.Case) []caseLine {
	var out []caseLine
	for _, k := range cases {
		line := caseLine{ID: k.ID, Class: className(v.me.School, k.Class), Watching: k.State == school.CaseWatching, HalfDays: len(k.Missed), Reason: k.Reason}
		if st, ok := v.me.School.Roster.Student(k.Student); ok {
			line.Student = st.Name
		}
		for _, stage := range k.Stages {
			if !stage.Open() {
				continue
			}
			t := s.task(c, v, k, stage)
			if line.Next == nil || !t.Due.IsZero() && (line.Next.Due.IsZero() || t.Due.Before(line.Next.Due)) {
				line.Next = &t
			}
			line.Late = line.Late || !t.Due.IsZero() && v.now.After(t.Due)
		}
		out = append(out, line)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].HalfDays > out[j].HalfDays })
	return out
}

// stageLine is one rung of the ladder on the case's page.
type stageLine struct {
	school.Stage
	Title   string
	Who     string
	Late    bool
	Answers []school.Field
}

// storyLines are the case's timeline, newest first, with names for ids.
func storyLines(v sight, k school.Case) []school.Entry {
	out := slices.Clone(k.History)
	slices.Reverse(out)
	for i := range out {
		if out[i].Who != "" {
			out[i].Who = nameOf(v.me.School, out[i].Who)
		}
	}
	return out
}

// told is one message that went out about the case; of a card its title.
type told struct {
	At   time.Time
	To   string
	Text string
	Why  string
}

// caseFile is the file of one episode of one child: what waits, every step
// with its reason, who was told, and the papers.
func (s *server) caseFile(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	k, err := s.Reader.Case(c.Request.Context(), me.School.ID, c.Param("id"))
	if err == nil {
		err = v.file(k.Student)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	if err := s.hasRead(c, v, "case:"+k.ID, k.ID, phrase.LineRead); err != nil {
		s.fail(c, err)
		return
	}
	notices, err := s.Reader.NoticesAbout(c.Request.Context(), me.School.ID, k.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	files, err := s.Reader.FilesOf(c.Request.Context(), me.School.ID, k.Student)
	if err != nil {
		s.fail(c, err)
		return
	}
	files = slices.DeleteFunc(files, func(f school.File) bool {
		return slices.ContainsFunc(k.Documents, func(d school.Document) bool { return d.ID == f.ID })
	})
	heard, err := s.heard(c, v, []string{k.Student}, k.OpenedAt.AddDate(0, 0, -1))
	if err != nil {
		s.fail(c, err)
		return
	}
	student, _ := me.School.Roster.Student(k.Student)
	words := s.wording(c, me.School.ID, k.Version)
	s.page(c, http.StatusOK, "case", gin.H{
		"Title": phrase.TitleCase.With("name", student.Name), "Case": k, "Student": student, "Class": className(me.School, k.Class),
		"Regime": words.title(), "Stages": s.stageLines(v, k, words), "Answers": answerLines(v, k, words),
		"Guardians": guardians(me.School, k.Student), "Missed": missedLines(v, k), "Told": toldLines(v, notices),
		"Story": storyLines(v, k), "Heard": heard, "Files": files,
	})
}

func (s *server) stageLines(v sight, k school.Case, words wording) []stageLine {
	var out []stageLine
	for _, stage := range k.Stages {
		line := stageLine{Stage: stage, Title: words.stage(stage.ID), Who: names(v.me.School, stage.People),
			Late: stage.Overdue || stage.Open() && !stage.Due.IsZero() && v.now.After(stage.Due)}
		for name, value := range stage.Answers {
			line.Answers = append(line.Answers, school.Field{K: words.answer(name), V: value})
		}
		slices.SortFunc(line.Answers, byField)
		out = append(out, line)
	}
	slices.Reverse(out)
	return out
}

func byField(a, b school.Field) int {
	if a.K < b.K {
		return -1
	}
	return 1
}

// answerLine is one fact of the case with who said it.
type answerLine struct {
	Label, Value, By string
	At               time.Time
}

func answerLines(v sight, k school.Case, words wording) []answerLine {
	var out []answerLine
	for name, a := range k.Answers {
		out = append(out, answerLine{words.answer(name), a.Value, nameOf(v.me.School, a.By), a.At})
	}
	slices.SortFunc(out, func(a, b answerLine) int { return a.At.Compare(b.At) })
	return out
}

// guardianLine is whom to call, in the order of calling.
type guardianLine struct{ Name, Relation, Mobile string }

func guardians(s *school.School, student string) []guardianLine {
	var out []guardianLine
	for _, g := range s.Roster.GuardiansOf(student) {
		line := guardianLine{Name: g.Name, Mobile: g.Mobile}
		for _, child := range g.Children {
			if child.Student == student {
				line.Relation = child.Relation
			}
		}
		out = append(out, line)
	}
	return out
}

func missedLines(v sight, k school.Case) []string {
	var out []string
	for _, m := range k.Missed {
		out = append(out, v.me.School.Calendar.SlotName(m.Slot))
	}
	return out
}

func toldLines(v sight, notices []school.Notice) []told {
	var out []told
	for _, n := range notices {
		if n.Act != school.NoticeSend {
			continue
		}
		line := told{At: n.At, To: nameOf(v.me.School, n.To), Text: n.Text, Why: n.Why}
		switch {
		case n.ToClass == "" && n.Reply != "":
			line.To = phrase.GroupSomewhere.String()
		case n.ToClass != "":
			line.To = phrase.GroupOf.With("class", className(v.me.School, n.ToClass))
		}
		if n.Card != nil {
			line.Text = n.Card.Title
		}
		out = append(out, line)
	}
	return out
}

// markLine is one session on the child's page.
type markLine struct {
	Slot, Words string
	Away        bool
}

// student is one child's page: for its guardians the whole page, for the
// staff the way to the case files.
func (s *server) student(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err != nil {
		s.fail(c, err)
		return
	}
	st, err := v.student(c.Param("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	sheets, err := s.Reader.Sheets(c.Request.Context(), me.School.ID, []string{st.ID}, v.now)
	if err != nil {
		s.fail(c, err)
		return
	}
	data := gin.H{"Title": st.Name, "Student": st, "Class": className(me.School, st.Class()),
		"Marks": markLines(v, sheets[st.ID]), "Missed": sheets[st.ID].Missed, "Family": me.Kind == school.KindGuardian,
		"Teachers": teachers(v, st.Class())}
	if err := s.more(c, v, st, data); err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "student", data)
}

// more adds what depends on who looks: a guardian's open questions, or the
// case files.
func (s *server) more(c *gin.Context, v sight, st school.Student, data gin.H) error {
	if v.me.Kind == school.KindGuardian {
		cards, err := s.Reader.OpenCards(c.Request.Context(), v.me.School.ID, v.me.ID)
		data["Todo"] = s.todo(v, slices.DeleteFunc(cards, func(k school.Card) bool { return k.Student != st.ID }))
		return err
	}
	if v.file(st.ID) != nil {
		return nil
	}
	cases, err := s.Reader.CasesOf(c.Request.Context(), v.me.School.ID, st.ID)
	if err != nil {
		return err
	}
	data["Cases"], data["Guardians"] = cases, guardians(v.me.School, st.ID)
	if data["Files"], err = s.Reader.FilesOf(c.Request.Context(), v.me.School.ID, st.ID); err != nil {
		return err
	}
	data["Heard"], err = s.heard(c, v, []string{st.ID}, v.now.AddDate(0, 0, -heardDays))
	return err
}

// markLines are the last sessions of which something is known, newest first.
// A subject teacher needs to know only whether the child was here.
func markLines(v sight, sheet school.Sheet) []markLine {
	const most = 20
	plain := v.me.Kind == school.KindStaff && v.file(sheet.Student) != nil
	var out []markLine
	for _, m := range slices.Backward(sheet.Marks) {
		line := markLine{Slot: v.me.School.Calendar.SlotName(m.Slot), Words: bot.MarkWord(m.Kind), Away: m.Kind.Missing()}
		if plain && m.Kind.Excused() {
			line.Words = bot.MarkWord(school.OnLeave)
		}
		if out = append(out, line); len(out) == most {
			break
		}
	}
	return out
}
