package intent_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guixiao/bot/intent"
	"guixiao/rules/school"
)

// FuzzRead: whatever is written, the reader does not fail, knows only children
// of the roster, says the same twice, and marks nobody when no name is left.
func FuzzRead(f *testing.F) {
	h := readHouse(f, "school")
	speakers := []string{"T001", "T010", "T013", "T016", "G001", "G030", ""}
	for i, m := range readLines[message](f, "messages.jsonl") {
		f.Add(m.Text, uint8(i), uint16(i*37), "")
	}
	for _, kind := range []string{intent.OpenRoll, intent.OpenAsk, intent.OpenCard, intent.OpenApprove, intent.OpenNotice} {
		f.Add("没有", uint8(0), uint16(5), kind)
		f.Add("病假 到周五", uint8(4), uint16(500), kind)
	}
	nameless := withoutNames(h.Roster)
	f.Fuzz(func(t *testing.T, text string, who uint8, minutes uint16, kind string) {
		if !utf8.ValidString(text) || len(text) > 3000 {
			t.Skip()
		}
		in := intent.Input{Text: text, From: h.person(speakers[int(who)%len(speakers)]), Now: morningOfDay.Add(time.Duration(minutes) * time.Minute)}
		if kind != "" {
			slot := school.Slot{Day: "2026-10-13", Session: "am"}
			mark := school.MarkRange{Student: "S001", Mark: school.Absent, From: slot, To: slot}
			in.Open = &intent.Open{Kind: kind, Class: "703", Student: "S001", Question: school.Question{
				Why: school.AskConfirm, Candidates: []string{"S009", "S010"}, Marks: []school.MarkRange{mark, {Mark: school.OnLeave, From: slot, To: slot}}}}
		}
		m := h.reader.Read(in)
		if d := differences(m, asGold(h.reader.Read(in))); len(d) > 0 {
			t.Errorf("read twice: %v", d)
		}
		sound(t, h, m)
		if in.Open == nil && in.From.Kind != school.KindGuardian {
			in.Text = nameless.Replace(text)
			if m := h.reader.Read(in); len(m.Marks) > 0 {
				t.Errorf("%q has no name and marks %v", in.Text, m.Marks)
			}
		}
	})
}

// sound: every meaning keeps the rules of its form.
func sound(t *testing.T, h house, m school.Meaning) {
	t.Helper()
	known := func(id string) {
		if _, ok := h.Roster.Student(id); !ok {
			t.Errorf("student %q is not on the roster", id)
		}
	}
	for _, mk := range m.Marks {
		known(mk.Student)
		if !mk.Mark.Valid() || mk.To.Day < mk.From.Day || !h.Calendar.IsSchoolDay(mk.From.Day) || !h.Calendar.IsSchoolDay(mk.To.Day) {
			t.Errorf("mark %v", mk)
		}
	}
	for _, c := range m.Contacts {
		known(c.Student)
	}
	if m.Ask != nil {
		for _, c := range m.Ask.Candidates {
			known(c)
		}
	}
	if m.Intent == school.IntentNone && (len(m.Marks) > 0 || len(m.Contacts) > 0 || m.Request != nil || m.RestPresent) {
		t.Errorf("none with content: %+v", m)
	}
	if m.Intent == school.IntentAllPresent && (len(m.Marks) > 0 || !m.RestPresent) {
		t.Errorf("all present, yet %+v", m)
	}
	if m.Marks == nil || m.Contacts == nil || m.Voids == nil || m.Flags == nil {
		t.Error("an array is missing")
	}
}

// withoutNames takes every character that occurs in a name, every number and
// every word for a child out of a text.
func withoutNames(r *school.Roster) *strings.Replacer {
	var chars []string
	drop := func(s string) {
		for _, c := range s {
			chars = append(chars, string(c), "")
		}
	}
	for _, s := range r.Students() {
		drop(s.Name)
		drop(intent.Folded(s.Name))
	}
	drop("0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸〇零一二两三四五六七八九十百廿壹贰叁肆伍陆柒捌玖拾胎俩abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	for _, t := range "張劉黃趙吳楊許鄭馮陳葉羅龍萬錢馬齊嚴溫莊華國偉強軍麗靜傑鵬輝鑫凱榮寶蘭鳳雲飛樂來東陽雙" {
		chars = append(chars, string(t), "")
	}
	return strings.NewReplacer(pairs(chars)...)
}

// pairs keeps each character once, with nothing in its place.
func pairs(list []string) []string {
	seen := map[string]bool{"": true}
	var out []string
	for _, c := range list {
		if !seen[c] {
			seen[c] = true
			out = append(out, c, "")
		}
	}
	return out
}
