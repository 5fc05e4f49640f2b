package intent

import (
	"encoding/json"
	"fmt"
	"os"
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
		dir = "school"
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
