package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// lists are the tables a report holds, as far as this part of the matter may
// see them: a class its own children, the school all.
func (d *draft) lists(names []string) []school.List {
	var all []school.List
	for _, name := range names {
		var l school.List
		switch name {
		case ListCases:
			l = d.listCases(phrase.ListCasesTitle, func(k school.Case) bool {
				return d.inPeriod(k.OpenedAt) || k.ClosedAt.IsZero() || d.inPeriod(k.ClosedAt)
			})
		case ListOpen:
			l = d.listCases(phrase.ListOpenTitle, func(k school.Case) bool { return k.State != school.CaseIsClosed })
		case ListLost:
			l = d.listLost()
		case ListLate:
			l = d.listLate()
		case ListAnonymous:
			l = d.listAnonymous()
		case ListRate:
			l = d.listRates()
		case ListVisits:
			l = d.listVisits()
		case ListWorksheet:
			l = d.listWorksheet()
		}
		if len(l.Rows) == 0 {
			l.Rows = []school.Field{{K: l.Title, V: phrase.ListNone.String()}}
		}
		all = append(all, l)
	}
	return all
}

// mine are the children's cases this part of the matter is about.
func (d *draft) mine() []school.Case {
	return slices.DeleteFunc(slices.Clone(d.Cases), func(k school.Case) bool {
		return k.Student == "" || d.class.ID != "" && k.Class != d.class.ID
	})
}

// inPeriod says whether a moment lies in the period of the matter.
func (d *draft) inPeriod(at time.Time) bool {
	if at.IsZero() {
		return false
	}
	h := d.cs.Events[0]
	day := d.cal.DayOf(at)
	return (h.Fields[fromField] == "" || day >= school.Day(h.Fields[fromField])) && (h.Fields[toField] == "" || day <= school.Day(h.Fields[toField]))
}

func (d *draft) listCases(title phrase.Phrase, keep func(school.Case) bool) school.List {
	l := school.List{Title: title.String()}
	for _, k := range d.mine() {
		if !keep(k) {
			continue
		}
		state := phrase.ListCaseBack.String()
		if len(k.Missed) == 0 {
			state = phrase.DigestFiled.String()
		}
		if k.Away {
			state = phrase.ListCaseAway.With("n", len(k.Missed))
		}
		l.Rows = append(l.Rows, school.Field{K: d.childName(k), V: phrase.ListCase.With("state", state, "reason", orReason(k.Reason))})
	}
	return l
}

func (d *draft) childName(k school.Case) string {
	class, _ := d.School.Roster.Class(k.Class)
	return strings.TrimSpace(class.Name + " " + d.partName(k.Student))
}

// lossEvents are the facts by which the regimes call a child lost.
var lossEvents = []string{EventLost, "status-dropped-out", "status-停课-or-辍学", "student-left", "lost-student-found", "loss-found", "left-without-transfer-papers", "leave-date-of-dropout"}

// lossOf finds by what fact a child was lost in the period.
func (d *draft) lossOf(k school.Case) (school.Happening, bool) {
	for _, h := range k.Events {
		if slices.Contains(lossEvents, h.Event) && d.inPeriod(h.At) {
			return h, true
		}
	}
	return school.Happening{}, false
}

func (d *draft) listLost() school.List {
	l := school.List{Title: phrase.ListLostTitle.String()}
	for _, k := range d.mine() {
		if h, lost := d.lossOf(k); lost {
			l.Rows = append(l.Rows, school.Field{K: d.childName(k), V: phrase.ListLost.With("event", eventTitle(h.Event), "day", d.cal.DayOf(h.At),
				"where", orDash(k.Answers[destination].Value), "reason", orReason(lossReason(k)))})
		}
	}
	return l
}

func lossReason(k school.Case) string {
	if a := k.Answers[reasonName].Value; known(a) {
		return a
	}
	return k.Reason
}

// listLate lists what is overdue, in the children's cases and in the matters
// of the school.
func (d *draft) listLate() school.List {
	l := school.List{Title: phrase.ListLateTitle.String()}
	for _, k := range d.Cases {
		if k.ID == d.cs.ID {
			continue
		}
		for _, st := range k.Stages {
			if !st.Overdue || !d.inPeriod(st.Due) {
				continue
			}
			who := strings.TrimSpace(d.partName(st.Of) + " " + k.Period)
			if k.Student != "" {
				who = d.childName(k)
			}
			l.Rows = append(l.Rows, school.Field{K: who, V: phrase.ListLate.With("stage", d.titleOf(st.ID), "due", d.moment(st.Due))})
		}
	}
	return l
}

// titleOf is the title of a stage or duty of the regime.
func (d *draft) titleOf(id string) string {
	for _, s := range slices.Concat(d.Policy.Stages, d.Policy.schoolStages()) {
		if s.ID == id {
			return s.name()
		}
	}
	return id
}

// smallest is the smallest group a report without names may show.
const smallest = 5

// listAnonymous counts the children lost by reason, grade and sex. A group so
// small that it would name its children is shown as that.
func (d *draft) listAnonymous() school.List {
	l := school.List{Title: phrase.ListAnonTitle.String()}
	least := smallest
	if n := d.Policy.number("min_group"); n < 1000 {
		least = int(n)
	}
	groups := map[string]int{}
	total := 0
	for _, k := range d.mine() {
		if _, lost := d.lossOf(k); !lost {
			continue
		}
		total++
		student, _ := d.School.Roster.Student(k.Student)
		class, _ := d.School.Roster.Class(k.Class)
		for _, reason := range splitNames(orReason(lossReason(k))) {
			groups[reason+"·"+class.Grade+"·"+orDash(student.Sex)]++
		}
	}
	if total == 0 {
		return l
	}
	show := func(name string, n int) {
		v := phrase.ListPeople.With("n", n)
		if n < least {
			v = phrase.ListFewer.With("n", least)
		}
		l.Rows = append(l.Rows, school.Field{K: name, V: v})
	}
	show(phrase.ReportTotal.String(), total)
	for _, name := range sortedKeys(groups) {
		show(name, groups[name])
	}
	return l
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// listRates is the loss of each 学段 and class: children lost without papers,
// out of those on the roll.
func (d *draft) listRates() school.List {
	l := school.List{Title: phrase.ListRateTitle.String()}
	lost, other := map[string]int{}, map[string]int{}
	for _, k := range d.Cases {
		h, left := d.lossOf(k)
		if k.Student == "" || !left {
			continue
		}
		class, _ := d.School.Roster.Class(k.Class)
		counted := lost
		if !countsAsLoss(class, h.Fields) {
			counted = other
		}
		counted[class.Stage]++
		counted[class.ID]++
	}
	all := map[string]int{}
	for _, c := range d.School.Roster.Classes {
		n := len(d.School.Roster.Members(c.ID))
		all[c.Stage] += n
		all[c.ID] += n
	}
	keys := sortedKeys(all)
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(d.rank(a), d.rank(b)) })
	for _, key := range keys {
		if d.class.ID != "" && key != d.class.ID && key != d.class.Stage {
			continue
		}
		v := phrase.ListRate.With("lost", lost[key], "all", all[key], "rate", percent(lost[key], all[key]))
		if n := other[key]; n > 0 {
			v += phrase.ListExcluded.With("n", n)
		}
		l.Rows = append(l.Rows, school.Field{K: d.partName(key), V: v})
	}
	return l
}

// rank puts the 学段 before the classes.
func (d *draft) rank(key string) int {
	if _, class := d.School.Roster.Class(key); class {
		return 1
	}
	return 0
}

// goodPapers let a child leave without being lost (S11-14, S11-21).
var goodPapers = []string{"转学手续", "休学证明", "有效工作证明", "工作证明", "正常转学", "休学", "死亡"}

// countsAsLoss says whether a child who left counts: not with papers, and in
// 高中 not when it studies elsewhere with its fees paid (S11-15).
func countsAsLoss(class school.Class, fields map[string]string) bool {
	for _, p := range splitNames(fields["papers"]) {
		if slices.Contains(goodPapers, p) {
			return false
		}
	}
	yes := func(name string) bool { v := fields[name]; return v == "是" || v == "true" }
	return !(class.Stage == "高中" && yes("studying_elsewhere") && yes("fees_paid"))
}

// percent writes 2 of 600 as 0.33%.
func percent(n, of int) string {
	if of == 0 {
		return "0%"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(of))
}

// listVisits counts in how many visits of the period each teacher took part.
func (d *draft) listVisits() school.List {
	l := school.List{Title: phrase.ListVisitsTitle.String()}
	times := map[string]int{}
	for _, k := range d.mine() {
		for _, st := range k.Stages {
			if st.Open() || st.Skipped || !d.inPeriod(st.ClosedAt) {
				continue
			}
			for _, p := range d.staffNamed(st.Answers[participants]) {
				times[p]++
			}
		}
	}
	for _, p := range sortedKeys(times) {
		l.Rows = append(l.Rows, school.Field{K: d.nameOf(p), V: phrase.ListTimes.With("n", times[p])})
	}
	return l
}

// listWorksheet is what each class would get or lose by the sums the school
// has set. It is a draft for people to decide on; nothing is paid by it.
func (d *draft) listWorksheet() school.List {
	l := school.List{Title: phrase.ListWorksheetTitle.String()}
	lost := map[string]int{}
	for _, k := range d.mine() {
		if h, left := d.lossOf(k); left {
			if class, _ := d.School.Roster.Class(k.Class); countsAsLoss(class, h.Fields) {
				lost[k.Class]++
			}
		}
	}
	for _, c := range d.School.Roster.Classes {
		n, line := lost[c.ID], phrase.ListReward
		teacher, each := "reward_class_teacher", "reward_leaders_each"
		if n > 0 {
			line, teacher, each = phrase.ListDeduct, "deduct_class_teacher", "deduct_leaders_each"
		}
		l.Rows = append(l.Rows, school.Field{K: c.Name, V: line.With("n", n, "teacher", d.sum(teacher), "each", d.sum(each))})
	}
	return l
}

// sum is an amount of the policy as written; a blank stays one.
func (d *draft) sum(name string) string {
	for _, p := range d.Policy.Params {
		if p.Name == name && p.Value != nil {
			return fmt.Sprint(p.Value)
		}
	}
	return phrase.ListBlank.String()
}
