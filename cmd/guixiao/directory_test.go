package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"guixiao/bot/bottest"
	"guixiao/rules/school"
)

// reload takes over what was written about people, as the running service does.
func (w *wecomTown) reload() *school.Roster {
	w.t.Helper()
	list, err := w.service.houses.load(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	w.service.bot.SetHouses(list...)
	return list[0].School.Roster
}

func (w *wecomTown) book() school.AddressBook {
	w.t.Helper()
	books, err := w.service.db.AddressBooks(context.Background(), "hetuan")
	if err != nil || len(books) != 1 {
		w.t.Fatalf("address books: %+v, %v", books, err)
	}
	return books[0]
}

// At night the address book is read; what it makes certain is taken over, and a
// parent who follows the school in the morning is reached at once.
func TestTheAddressBookOfWeCom(t *testing.T) {
	w := openTown(t, "2026-03-09T02:30:00+08:00")
	ctx := t.Context()
	roster := w.service.bot.Houses()[0].School.Roster
	child := roster.StudentAt(0)
	class, _ := roster.Class(child.Class())
	before := len(roster.Guardians())
	w.Department(1, 0, "学校")
	w.Grade(70, "年级")
	w.Class(700, 70, class.Name, false)
	w.Pupil("pupil-1", child.Name, 700)
	w.Parent("granny").Has("pupil-1", "外婆").Calls("13911112222").Unfollow()

	w.service.books.night(ctx)
	roster = w.reload()
	if got := len(roster.Guardians()); got != before+1 {
		t.Fatalf("%d guardians, before %d; %+v", got, before, w.book())
	}
	granny, ok := roster.At("wecom", "granny")
	if !ok || granny.Name != child.Name+"的外婆" || !granny.GuardianOf(child.ID) {
		t.Errorf("added: %+v", granny)
	}
	all := roster.GuardiansOf(child.ID)
	if all[len(all)-1].ID != granny.ID {
		t.Error("she is not the last to be called")
	}
	if b := w.book(); !slices.Equal(b.Silent, []string{granny.ID}) || b.FollowCode == "" || !b.At.Equal(w.clock.Now()) {
		t.Errorf("noted: %+v", b)
	}

	// The same night it is not read again.
	calls := len(w.Requests("school/department/list"))
	w.clock.Advance(90 * time.Minute)
	w.service.books.night(ctx)
	if got := len(w.Requests("school/department/list")); got != calls {
		t.Errorf("read %d times in one night", got)
	}

	// She follows; WeCom says so, and only she is looked at.
	if err := w.Parent("granny").Follow(); err != nil {
		t.Fatal(err)
	}
	w.settles()
	w.service.books.catchUp(ctx)
	if b := w.book(); len(b.Silent) != 0 || len(w.Requests("school/user/list_parent")) != 1 {
		t.Errorf("noted: %+v", b)
	}

	// A night in which WeCom is down changes nothing; an hour later it is tried again.
	w.clock.Advance(22 * time.Hour)
	w.Fail("department/list", bottest.Code(-1))
	w.service.books.night(ctx)
	at := w.book().At
	w.service.books.night(ctx)
	if !w.book().At.Equal(at) {
		t.Error("hammered")
	}
	w.clock.Advance(time.Hour)
	w.service.books.night(ctx)
	if !w.book().At.Equal(w.clock.Now()) || len(w.reload().Guardians()) != before+1 {
		t.Errorf("not read the next night: %+v", w.book())
	}
}

// A new class is announced without names: everything is read again.
func TestANewClassIsReadWhole(t *testing.T) {
	w := openTown(t, "2026-03-09T10:00:00+08:00")
	child := w.service.bot.Houses()[0].School.Roster.StudentAt(0)
	class, _ := w.service.bot.Houses()[0].School.Roster.Class(child.Class())
	w.service.books.night(t.Context()) // the very first look does not wait for the night
	w.Grade(70, "年级")
	w.Class(700, 70, class.Name, false)
	w.Pupil("pupil-1", child.Name, 700)
	w.Parent("aunt").Has("pupil-1", "姑姑")
	if err := w.SchoolEvent("create_deparmtment", "700"); err != nil {
		t.Fatal(err)
	}
	w.settles()
	w.service.books.catchUp(t.Context())
	if _, ok := w.reload().At("wecom", "aunt"); !ok {
		t.Errorf("not read: %+v", w.book())
	}
}
