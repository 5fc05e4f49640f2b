package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guixiao/handlers"
	"guixiao/rules/school"
)

// The demo shows an institution as well: another calendar, other people,
// another regime. A learner of two courses pauses one of them.
func TestTheDemoShowsAnInstitutionToo(t *testing.T) {
	ctx := t.Context()
	d, err := openDemo(ctx, demoOptions{data: t.TempDir(), now: time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC)}) // Wednesday 09:00
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Show(ctx, "nowhere"); err == nil {
		t.Error("a school nobody knows was shown")
	}
	if err := d.Show(ctx, "demo-training"); err != nil {
		t.Fatal(err)
	}
	if all := d.Schools(); len(all) != 2 || !all[1].Shown || all[0].Shown {
		t.Errorf("%+v", all)
	}
	mother := guardianOf(t, d, "P01")
	apply := func(fields map[string]string) school.Reply {
		r, err := d.Event(ctx, handlers.DemoEvent{Person: mother, Event: "application-received", Student: "P01", Fields: fields})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	form := map[string]string{"kind": "停课", "reason": "手术", "from-date": "2026-10-16", "expected-return-date": "2026-11-01"}
	if r := apply(form); r.OK {
		t.Errorf("which of two courses was not asked: %s", r.Text)
	}
	form["course"] = "钢琴周六班"
	if r := apply(form); !r.OK {
		t.Fatal(r.Text)
	}
	head := "X001"
	press := func(person, stage, button string, inputs map[string]string) {
		t.Helper()
		cards, err := d.db.OpenCards(ctx, d.School().ID, person)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cards {
			if c.Stage == stage {
				if r, err := d.Press(ctx, handlers.DemoPress{Person: person, Card: c.ID, Button: button, Inputs: inputs}); err != nil || !r.OK {
					t.Fatalf("%s %s: %v %s", person, stage, err, r.Text)
				}
				return
			}
		}
		t.Fatalf("%s has no card %s", person, stage)
	}
	press(head, "decide", "approve", map[string]string{"resource-access": "关闭", "fee-treatment": "保留学费"})
	all, err := d.Requests(ctx, "P01")
	if err != nil || len(all) != 1 || all[0].Sheet["amount"] != "5600.00" || all[0].Sheet["class"] != "short" {
		t.Fatalf("%v %+v", err, all)
	}
	// the first Saturday after 1 November is when piano meets again; painting went on
	saturday := time.Date(2026, 10, 17, 14, 0, 0, 0, d.School().Calendar.Zone())
	if _, err := d.MoveTo(ctx, handlers.DemoMove{To: saturday}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Say(ctx, handlers.DemoSay{Person: "X007", Text: "陈小雨 未到校"}); err != nil {
		t.Fatal(err)
	}
	marks, err := d.db.MarksAt(ctx, d.School().ID, school.Slot{Day: "2026-10-17", Session: "pm"})
	if err != nil || len(marks) != 1 || marks[0].Kind != school.Absent {
		t.Errorf("painting was not paused: %v %+v", err, marks)
	}
	if err := d.Show(ctx, "demo"); err != nil || d.School().ID != "demo" {
		t.Error(err)
	}
	if all, _ := d.Requests(ctx, ""); len(all) != 0 {
		t.Errorf("another school's applications: %+v", all)
	}
}

func guardianOf(t *testing.T, d *demo, student string) string {
	t.Helper()
	gs := d.School().Roster.GuardiansOf(student)
	if len(gs) == 0 {
		t.Fatal("nobody answers for " + student)
	}
	return gs[0].ID
}

// Who leads the institution opens the page of figures and the papers; a family
// does not.
func TestTheFiguresOfAnInstitutionAreForWhoLeadsIt(t *testing.T) {
	ctx := t.Context()
	d, err := openDemo(ctx, demoOptions{school: "training", data: t.TempDir(), now: time.Date(2026, 10, 14, 1, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	mother := guardianOf(t, d, "P02")
	r, err := d.Event(ctx, handlers.DemoEvent{Person: mother, Event: "application-received", Student: "P02",
		Fields: map[string]string{"kind": "停课", "reason": "手术", "from-date": "2026-10-16", "expected-return-date": "2026-11-01"}})
	if err != nil || !r.OK {
		t.Fatal(err, r)
	}
	server := httptest.NewServer(d.Handler())
	defer server.Close()
	open := func(person, path string) (int, string) {
		jar, _ := cookiejar.New(nil)
		client := &http.Client{Jar: jar}
		if _, err := client.PostForm(server.URL+"/sign-in", url.Values{"person": {person}}); err != nil {
			t.Fatal(err)
		}
		res, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	if code, page := open("X001", "/outcomes"); code != http.StatusOK || !strings.Contains(page, "按时决定的比例") {
		t.Errorf("%d %s", code, page)
	}
	for _, other := range []string{mother, "X006"} {
		if code, _ := open(other, "/outcomes"); code != http.StatusForbidden {
			t.Errorf("%s reads the figures: %d", other, code)
		}
	}
	all, err := d.Requests(ctx, "P02")
	if err != nil || len(all) != 1 || len(all[0].Documents) != 1 {
		t.Fatalf("%v %+v", err, all)
	}
	form := "/documents/" + all[0].Documents[0].ID + "?application=" + all[0].ID
	if code, page := open(mother, form); code != http.StatusOK || !strings.Contains(page, "停课申请表") || !strings.Contains(page, "手术") {
		t.Errorf("the family's own form: %d %s", code, page)
	}
	if code, _ := open(guardianOf(t, d, "P03"), form); code != http.StatusForbidden {
		t.Errorf("another family reads it: %d", code)
	}
}
