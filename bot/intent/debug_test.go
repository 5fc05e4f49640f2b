package intent

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"guixiao/configs"
	"guixiao/rules/school"
)

func TestDebug(t *testing.T) {
	text := os.Getenv("GX")
	if text == "" {
		t.Skip()
	}
	dir := os.Getenv("GXDIR")
	if dir == "" {
		dir = "qingshan"
	}
	f, _ := configs.ReadSchool("testdata/"+dir, false)
	s := f.School()
	r := NewReader(s)
	who := school.Person{}
	if p := os.Getenv("GXWHO"); p != "" {
		who, _ = s.Roster.Person(p)
		for _, pl := range []string{"wecom", "dingtalk", "mp"} {
			if g, ok := s.Roster.At(pl, p); ok {
				who = g
			}
		}
	}
	at := os.Getenv("GXAT")
	if at == "" {
		at = "2026-10-13T08:05:00+08:00"
	}
	now, _ := time.Parse(time.RFC3339, at)
	in := Input{Text: text, From: who, Now: now}
	m := &reading{r: r, in: in}
	m.who = r.speaker(in.From)
	m.clock = r.clockAt(in.Now)
	m.s = squeeze(said(in.Text), r.plain)
	m.toks = r.tokens(&m.s, &m.who)
	m.mask = m.masked()
	m.parse()
	m.group()
	for _, k := range m.toks {
		fmt.Printf("[%s %d/%d:%d] ", k.text, k.kind, k.tag, k.arg)
	}
	fmt.Println("\nmask", m.mask)
	for _, it := range m.items {
		fmt.Printf("{%s k%d t%d n%d %v} ", it.text, it.kind, it.tag, it.n, it.when)
	}
	fmt.Println()
	for _, st := range m.stmts {
		fmt.Printf("STMT subj=%d kids=%d owners=%d preds=%v whens=%v count=%d odd=%v head=%v except=%v only=%v\n", st.subject, len(st.kids), len(st.owners), st.preds, st.whens, st.count, st.odd, st.head, st.except, st.only)
	}
	out := r.Read(in)
	b, _ := json.Marshal(out)
	fmt.Println(string(b))
	fmt.Println(out.Trace)
}

func TestDump(t *testing.T) {
	out := os.Getenv("GXOUT")
	if out == "" {
		t.Skip()
	}
	in := os.Getenv("GXIN")
	if in == "" {
		in = "testdata/messages.jsonl"
	}
	readers := map[string]*Reader{}
	schools := map[string]*school.School{}
	b, _ := os.ReadFile(in)
	w, _ := os.Create(out)
	defer w.Close()
	for _, line := range strings.Split(string(b), "\n") {
		if line == "" {
			continue
		}
		var q struct {
			ID, Text, From, School string
			Now                    time.Time
			Open                   *struct {
				Kind, Class, Case, Student string
				school.Question
			} `json:"to_open"`
		}
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err, line)
		}
		if readers[q.School] == nil {
			f, ps := configs.ReadSchool("testdata/"+q.School, false)
			if f == nil {
				t.Fatal(ps)
			}
			schools[q.School] = f.School()
			readers[q.School] = NewReader(schools[q.School])
		}
		ros := schools[q.School].Roster
		who, _ := ros.Person(q.From)
		if who.Kind == school.KindGuardian {
			who = school.Person{}
		}
		if who.ID == "" {
			for _, pl := range []string{"wecom", "dingtalk", "mp"} {
				if g, ok := ros.At(pl, q.From); ok {
					who = g
				}
			}
		}
		var open *Open
		if q.Open != nil {
			open = &Open{Kind: q.Open.Kind, Class: q.Open.Class, Case: q.Open.Case, Student: q.Open.Student, Question: q.Open.Question}
		}
		m := readers[q.School].Read(Input{Text: q.Text, From: who, Now: q.Now, Open: open})
		mb, _ := json.Marshal(m)
		var o map[string]any
		json.Unmarshal(mb, &o)
		o["id"] = q.ID
		if r, ok := o["request"].(map[string]any); ok {
			for k, v := range r {
				if v == "" && k != "reason" {
					r[k] = nil
				}
			}
		}
		if o["class"] == "" {
			o["class"] = nil
		}
		mb, _ = json.Marshal(o)
		fmt.Fprintln(w, string(mb))
	}
}
