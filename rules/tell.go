package rules

import (
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Why a role hears of a stage.
type telling string

const (
	tellOpened   telling = "open"     // the stage has opened
	tellAnswered telling = "answered" // it was answered
	tellOverdue  telling = "overdue"  // its deadline passed without an answer
	tellReason   telling = "reason"   // the reason has become known
)

// tellRoles tells the roles of a stage, each person once in one decision. Who
// was asked for the answer, or gave it, is not told what they said.
func (d *draft) tellRoles(s Stage, i int, about telling) {
	for _, role := range s.Notify {
		r := d.holders(role)
		var people []string
		for _, p := range r.People {
			if slices.Contains(d.cs.Stages[i].People, p) || about != tellOpened && p == d.By.ID || d.told[s.ID+p] {
				continue
			}
			d.told[s.ID+p] = true
			people = append(people, p)
		}
		if len(people) == 0 {
			continue
		}
		first := !slices.ContainsFunc(people, func(p string) bool { return slices.Contains(d.cs.Stages[i].Told, p) })
		why := d.why(s, role, r)
		if first {
			d.toldCard(s, i, role, people, about, why)
		} else {
			for _, p := range people {
				d.news(p, d.newsOf(s, i, about), why, s.ID, role, about != tellOverdue)
			}
		}
		d.alarm(i, people)
		d.entryBy("notice", phrase.Told.With("role", role, "who", d.names(people), "stage", s.name()), "", s.clause(d.Policy))
	}
}

// alarm remembers who must hear the all-clear.
func (d *draft) alarm(stage int, people []string) {
	for _, p := range people {
		if !slices.Contains(d.cs.Told, p) {
			d.cs.Told = append(d.cs.Told, p)
		}
		if stage >= 0 && !slices.Contains(d.cs.Stages[stage].Told, p) {
			d.cs.Stages[stage].Told = append(d.cs.Stages[stage].Told, p)
		}
	}
}

// why says to the reader why this came to them.
func (d *draft) why(s Stage, role string, r school.Resolution) string {
	why := phrase.WhyTold.With("clause", s.clause(d.Policy), "do", s.name(), "role", role)
	if r.Fallback || len(r.Chain) > 1 {
		why += phrase.WhyChain.With("chain", strings.Join(r.Chain, "→"))
	}
	return why
}

// newsOf is what a stage has to say now, in a line.
func (d *draft) newsOf(s Stage, i int, about telling) string {
	st := d.cs.Stages[i]
	p := phrase.NewsBegun
	switch {
	case about == tellAnswered:
		p = phrase.NewsAnswered
	case about == tellOverdue:
		p = phrase.NewsOverdue
	case about == tellReason:
		p = phrase.NewsReason
	case d.cs.Away:
		p = phrase.NewsOpened
	}
	line := p.With("whom", d.whom(), "stage", s.name(), "n", len(d.cs.Missed), "reason", d.reason())
	if about == tellReason {
		return line
	}
	if len(d.cs.Missed) > 0 || known(d.cs.Reason) {
		line += phrase.NewsBecause.With("reason", d.reason())
	}
	for _, f := range d.answerFields(s, st, about != tellAnswered) {
		line += "；" + f.K + "：" + f.V
	}
	return line
}

// answerFields lists the answers of a stage; open ones are shown as missing.
func (d *draft) answerFields(s Stage, st school.Stage, showMissing bool) []school.Field {
	var fields []school.Field
	for _, r := range s.Require {
		v := st.Answers[r.Name]
		if r.Known == KnownStudent || r.Known == KnownSession || !d.asks(r) || r.Name == reasonName && (v == "" || v == d.cs.Reason) {
			continue
		}
		if v == "" {
			if !showMissing || r.Optional {
				continue
			}
			v = phrase.NotReported.String()
		}
		fields = append(fields, school.Field{K: r.label(), V: d.shown(r, v)})
	}
	return fields
}

// tellReasonKnown lets the roles that heard of the case without its reason
// hear it, once each.
func (d *draft) tellReasonKnown() {
	for i := len(d.cs.Stages) - 1; i >= 0; i-- {
		st := d.cs.Stages[i]
		s, ok := d.stageOf(st.ID)
		if ok && st.Open() && s.NotifyOn == NotifyOnOpen && len(st.Told) > 0 && !d.satisfied(s, st) {
			d.tellOnce(s, i)
		}
	}
}

func (d *draft) tellOnce(s Stage, i int) {
	for _, p := range d.cs.Stages[i].Told {
		if p == d.By.ID || d.told["reason"+p] {
			continue
		}
		d.told["reason"+p] = true
		d.news(p, d.newsOf(s, i, tellReason), s.clause(d.Policy), s.ID, d.roleAmong(s.Notify, p), true)
	}
}

// roleAmong is the post for which this person got something that went to
// several; the first when they hold none of them any more.
func (d *draft) roleAmong(roles []string, person string) string {
	for _, role := range roles {
		if role != "" && slices.Contains(d.holders(role).People, person) {
			return role
		}
	}
	if len(roles) > 0 {
		return roles[0]
	}
	return ""
}

// postOf is the post for which a person heard of the case last.
func (d *draft) postOf(person string) string {
	for i := len(d.cs.Stages) - 1; i >= 0; i-- {
		st := d.cs.Stages[i]
		s, ok := d.stageOf(st.ID)
		switch {
		case !ok:
		case slices.Contains(st.Told, person):
			return d.roleAmong(s.Notify, person)
		case slices.Contains(st.People, person):
			return d.roleAmong(s.By, person)
		}
	}
	return ""
}

// showOverdue marks the card, reminds those who owe the answer, and tells the
// roles that must hear at the deadline at the latest.
func (d *draft) showOverdue(s Stage, i int) {
	d.passOn(s, i)
	st := d.cs.Stages[i]
	d.refreshCard(s, i)
	for _, p := range st.People {
		d.text(p, phrase.RemindOverdue.With("whom", d.whom(), "stage", s.name(), "due", d.moment(st.Due)), s.clause(d.Policy), s.ID, d.roleAmong(s.By, p))
	}
	if s.NotifyOn != NotifyOnOpen && s.ID != closingID && s.Report == nil {
		d.tellRoles(s, i, tellOverdue)
	}
}

// passOn gives a stage to those who hold its posts now: people leave and
// posts change hands while a task is open.
func (d *draft) passOn(s Stage, i int) {
	st := &d.cs.Stages[i]
	now, _ := d.askedOf(s, st.Of)
	st.People = now
	d.alarm(-1, now)
	j := d.cardIndex(st.Card)
	if j < 0 {
		return
	}
	card := d.cards[j]
	card.People = slices.DeleteFunc(slices.Clone(card.People), func(p string) bool {
		_, here := d.School.Roster.Person(p)
		return !here
	})
	for _, p := range now {
		if !slices.Contains(card.People, p) {
			card.People = append(card.People, p)
			d.told["copy"+card.ID+p] = true
		}
	}
	d.cards[j] = card
}

// allClear tells everybody who was alarmed, but not who brought the news.
func (d *draft) allClear(text, why string) {
	for _, p := range d.cs.Told {
		if _, staff := d.School.Roster.StaffByID(p); staff && p != d.By.ID {
			d.text(p, text, why, "", d.postOf(p))
		}
	}
	d.cs.Told = nil
}

func (d *draft) correct(people []string, s Stage, text, why string) {
	for _, p := range people {
		if p != d.By.ID && !d.told["correct"+s.ID+p] {
			d.told["correct"+s.ID+p] = true
			d.text(p, text, why, s.ID, d.postOf(p))
		}
	}
}

// text sends one line to one person of the school.
func (d *draft) text(person, text, why, stage, role string) {
	d.news(person, text, why, stage, role, false)
}

// news is a line that, when it is routine, nobody has to act on.
func (d *draft) news(person, text, why, stage, role string, routine bool) {
	key := "text" + person + stage + text
	if d.told[key] {
		return
	}
	d.told[key] = true
	n := d.notice(person, text, why, stage, role)
	n.Key, n.Kind, n.Routine = "text:"+d.id("text", person, stage, text), school.NoticeText, routine
	d.send(n)
}

func (d *draft) notice(person, text, why, stage, role string) school.Notice {
	n := school.Notice{School: d.School.ID, Act: school.NoticeSend, To: person, Text: text, Why: why, Student: d.Student.ID, Stage: stage, Role: role,
		Policy: d.Policy.Version, At: d.Now, DueAt: d.Now}
	if d.cs != nil {
		n.Case = d.cs.ID
	}
	if d.matter() {
		n.Case = "" // a matter of the school is nobody's case
	}
	return n
}

// send puts a notice in the outbox and in the audit. Nobody writes to people
// who have left.
func (d *draft) send(n school.Notice) {
	if _, here := d.School.Roster.Person(n.To); !here {
		return
	}
	d.out.Notices = append(d.out.Notices, n)
	if n.Stage == protection {
		d.aside("notice", phrase.NoticeLine.With("who", d.nameOf(n.To), "text", n.Text), "", n.Why)
		return
	}
	d.out.Audit = append(d.out.Audit, school.Line{Book: d.book(), At: d.Now, Who: "", What: "notice",
		Detail: phrase.NoticeLine.With("who", d.nameOf(n.To), "text", n.Text), Policy: d.Policy.Version, Why: n.Why})
}

func (d *draft) names(people []string) string {
	var names []string
	for _, p := range people {
		names = append(names, d.nameOf(p))
	}
	return strings.Join(names, "、")
}

func (d *draft) outOfQuiet(at time.Time) time.Time { return AfterQuiet(d.School, at) }

// AfterQuiet moves a message to a guardian past the quiet hours.
func AfterQuiet(s *school.School, at time.Time) time.Time {
	from, to := s.Notices.QuietFrom, s.Notices.QuietTo
	if from == to {
		return at
	}
	at = s.Calendar.In(at)
	day, clock := s.Calendar.DayOf(at), school.Clock(at.Hour()*60+at.Minute())
	switch {
	case from < to && clock >= from && clock < to, from > to && clock < to:
		return s.Calendar.At(day, to)
	case from > to && clock >= from:
		return s.Calendar.At(day.Add(1), to)
	}
	return at
}
