package school

import (
	"fmt"
	"slices"
	"time"
)

func checkZone(name string) (*time.Location, []error) {
	if name == "" || name == "Local" {
		return nil, []error{Invalid("timezone 没有填写；例如 Asia/Shanghai").In("timezone")}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, []error{Invalid("timezone %q 不是时区；例如 Asia/Shanghai", name).In("timezone")}
	}
	return zone, nil
}

func checkSessions(sessions []Session) []error {
	var out []error
	if len(sessions) == 0 {
		out = append(out, Invalid("sessions 是空的：至少要有一个点名时段，如 {id: am, name: 上午, start: \"08:00\", report_by: \"08:20\", end: \"11:50\"}").In("sessions"))
	}
	for i, s := range sessions {
		if s.ID == "" {
			out = append(out, Invalid("第 %d 个时段没有 id", i+1).In("sessions[%d].id", i))
		}
		if slices.ContainsFunc(sessions[:i], func(o Session) bool { return o.ID == s.ID }) {
			out = append(out, Invalid("时段 %q 写了两次", s.ID).In("sessions[%d].id", i))
		}
		if s.Start > s.ReportBy || s.ReportBy > s.End || s.Start == s.End {
			out = append(out, Invalid("时段 %q 的时间次序不对：应为 start %s ≤ report_by %s ≤ end %s", s.ID, s.Start, s.ReportBy, s.End).In("sessions[%d]", i))
		}
		if i > 0 && s.Start < sessions[i-1].End {
			out = append(out, Invalid("时段 %q 在 %q 结束（%s）前就开始了；请按先后排列且不重叠", s.ID, sessions[i-1].ID, sessions[i-1].End).In("sessions[%d].start", i))
		}
	}
	return out
}

func checkSpec(spec CalendarSpec) []error {
	var out []error
	if !isDay(spec.ConfirmedUntil) {
		out = append(out, Invalid("confirmed_until %q 不是日期；请写校历已确认到哪一天，如 2026-12-31", spec.ConfirmedUntil).In("confirmed_until"))
	}
	if len(spec.Weekdays) == 0 {
		out = append(out, Invalid("weekdays 是空的；普通学校写 [1, 2, 3, 4, 5]（1 是周一）").In("weekdays"))
	}
	for i, w := range spec.Weekdays {
		if w < 1 || w > 7 || slices.Contains(spec.Weekdays[:i], w) {
			out = append(out, Invalid("weekdays 里的 %d 不对：写 1（周一）到 7（周日），每天一次", w).In("weekdays[%d]", i))
		}
	}
	out = append(out, checkTerms(spec.Terms)...)
	out = append(out, checkSpans("holidays", spec.Holidays)...)
	out = append(out, checkMakeups(spec)...)
	return append(out, checkSpecials(spec.SpecialDays)...)
}

func checkTerms(terms []Term) []error {
	var out []error
	spans := make([]Span, len(terms))
	for i, t := range terms {
		spans[i] = Span{t.Name, t.From, t.To}
		if t.ID == "" {
			out = append(out, Invalid("第 %d 个学期没有 id", i+1).In("terms[%d].id", i))
		}
		if slices.ContainsFunc(terms[:i], func(o Term) bool { return o.ID == t.ID }) {
			out = append(out, Invalid("学期 %q 写了两次", t.ID).In("terms[%d].id", i))
		}
		if isDay(t.From) && isDay(t.To) && t.From.Until(t.To) > 366 {
			out = append(out, Invalid("学期“%s”长于一年（%s 到 %s）", t.Name, t.From, t.To).In("terms[%d].to", i))
		}
	}
	if len(terms) == 0 {
		out = append(out, Invalid("terms 是空的：至少要有一个学期").In("terms"))
	}
	return append(out, checkSpans("terms", spans)...)
}

// checkSpans reports spans that run backwards and spans that overlap.
func checkSpans(list string, spans []Span) []error {
	var out []error
	for i, s := range spans {
		if err := checkSpan(list, i, s); err != nil {
			out = append(out, err)
			continue
		}
		for _, o := range spans[:i] {
			if isDay(o.From) && isDay(o.To) && s.From <= o.To && o.From <= s.To {
				out = append(out, Invalid("%s 里“%s”（%s 到 %s）与“%s”（%s 到 %s）重叠", list, s.Name, s.From, s.To, o.Name, o.From, o.To).In("%s[%d].from", list, i))
			}
		}
	}
	return out
}

func checkSpan(list string, i int, s Span) error {
	switch {
	case !isDay(s.From):
		return Invalid("%s 里“%s”的 from %q 不是日期；应写成 2026-03-09", list, s.Name, s.From).In("%s[%d].from", list, i)
	case !isDay(s.To):
		return Invalid("%s 里“%s”的 to %q 不是日期；应写成 2026-03-09", list, s.Name, s.To).In("%s[%d].to", list, i)
	case s.From > s.To:
		return Invalid("%s 里“%s”的 from %s 晚于 to %s", list, s.Name, s.From, s.To).In("%s[%d].to", list, i)
	}
	return nil
}

func checkMakeups(spec CalendarSpec) []error {
	var out []error
	for i, m := range spec.MakeupDays {
		name := fmt.Sprintf("makeup_days 里 %s（%s）", m.Date, m.For)
		if !isDay(m.Date) {
			out = append(out, Invalid("makeup_days 里的 date %q 不是日期；应写成 2026-03-09", m.Date).In("makeup_days[%d].date", i))
			continue
		}
		if m.TimetableOf != "" && !isDay(m.TimetableOf) {
			out = append(out, Invalid("%s 的 timetable_of %q 不是日期；不知道就留空", name, m.TimetableOf).In("makeup_days[%d].timetable_of", i))
		}
		if slices.Contains(spec.Weekdays, m.Date.Weekday()) {
			out = append(out, Invalid("%s 不是周末：%s 本来就上课，不用补", name, WeekdayName(m.Date.Weekday())).In("makeup_days[%d].date", i))
		}
		if slices.ContainsFunc(spec.MakeupDays[:i], func(o MakeupDay) bool { return o.Date == m.Date }) {
			out = append(out, Invalid("%s 写了两次", name).In("makeup_days[%d].date", i))
		}
		for _, h := range spec.Holidays {
			if h.From <= m.Date && m.Date <= h.To {
				out = append(out, Invalid("%s 落在假期“%s”（%s 到 %s）里", name, h.Name, h.From, h.To).In("makeup_days[%d].date", i))
			}
		}
	}
	return out
}

func checkSpecials(days []SpecialDay) []error {
	var out []error
	kinds := []string{SpecialSchool, SpecialOff, SpecialRegistration, SpecialNewEntry, SpecialReturn}
	for i, s := range days {
		if err := checkSpan("special_days", i, Span{s.Name, s.From, s.To}); err != nil {
			out = append(out, err)
		}
		if !slices.Contains(kinds, s.Kind) {
			out = append(out, Invalid("special_days 里“%s”的 kind %q 不认识；可用：school、off、registration、new-student-entry、return", s.Name, s.Kind).In("special_days[%d].kind", i))
		}
	}
	return out
}

// isDay: a date of this century; a slip in the year must not make a calendar
// of thousands of years.
func isDay(d Day) bool {
	_, err := ParseDay(string(d))
	return err == nil && d >= "2000" && d < "2100"
}
