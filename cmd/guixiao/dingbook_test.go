package main

import (
	"testing"
	"time"

	"guixiao/bot/bottest"
	"guixiao/rules/school"
)

// roster is who the school knows, as the running service would take it over.
func (w *dingTown) roster() *school.Roster {
	w.t.Helper()
	list, err := w.service.houses.load(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.service.bot.SetHouses(list...)
	return list[0].School.Roster
}

// Both address books are read at night: the staff's, which is free, and the
// home-school one, which is counted and therefore read once a week.
func TestTheAddressBooksOfDingTalk(t *testing.T) {
	eachWay(t, "2026-03-09T02:30:00+08:00", func(w *dingTown) {
		granny := w.Guardian("granny").Named("高原奶奶", "")
		class := w.Class("七(2)班", bottest.EduChild{User: "pupil-3", Name: "高原", Number: "S03", Guardian: granny, Relation: "GM"},
			bottest.EduChild{User: "pupil-x", Name: "外校学生", Guardian: w.Guardian("stranger"), Relation: "M"})
		before, _ := w.Charged()
		w.service.books.night(w.t.Context())
		found, ok := w.roster().At("dingtalk", "granny")
		if !ok || !found.GuardianOf("S03") {
			w.t.Fatalf("the grandmother was not found: %+v", found)
		}
		if _, ok := w.roster().At("dingtalk", "stranger"); ok {
			w.t.Error("the mother of a child nobody knows was taken in")
		}
		first, _ := w.Charged()
		if first == before {
			w.t.Error("reading the home-school address book is counted")
		}

		// The next nights it is not read again; after a week it is.
		aunt := bottest.EduChild{User: "pupil-2", Name: "林晓", Number: "S02", Guardian: w.Guardian("aunt"), Relation: "M"}
		w.MoveIn(class, aunt)
		w.clock.Advance(24 * time.Hour)
		w.service.books.night(w.t.Context())
		if charged, _ := w.Charged(); charged != first {
			w.t.Errorf("the second night cost %d calls", charged-first)
		}
		if found, ok := w.roster().At("dingtalk", "granny"); !ok || !found.GuardianOf("S03") {
			w.t.Error("a look at the staff alone lost a guardian")
		}
		w.clock.Advance(6 * 24 * time.Hour)
		w.service.books.night(w.t.Context())
		if _, ok := w.roster().At("dingtalk", "aunt"); !ok {
			w.t.Error("the week's look missed the aunt")
		}

		// Somebody joins under an account nobody knew, and nobody waits for the night.
		leader := w.roster().Staff[3]
		w.Staff("newcomer").Named(leader.Name, leader.Mobile)
		if err := w.Event("user_add_org", "event-1", map[string]any{"userId": []string{"newcomer"}}); err != nil {
			w.t.Fatal(err)
		}
		w.settles()
		asked := len(w.Requests("POST /topapi/v2/user/get"))
		w.service.books.catchUp(w.t.Context())
		if len(w.Requests("POST /topapi/v2/user/get")) != asked+1 {
			w.t.Error("nobody looked at who joined")
		}
		w.quiet()
	})
}
