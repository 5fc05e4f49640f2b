package bot_test

import (
	"slices"
	"testing"

	"guixiao/bot"
	"guixiao/rules/school"
)

// parents is a small school with every kind of gap in what it knows.
func parents() *school.Roster {
	child := func(id, name, class string) school.Student {
		return school.Student{ID: id, Name: name, Places: []school.Place{{Class: class}}}
	}
	of := func(student, relation string, order int) []school.Child {
		return []school.Child{{Student: student, Relation: relation, Order: order}}
	}
	return school.NewRoster(
		[]school.Class{{ID: "703", Grade: "七年级", Name: "七(3)班"}, {ID: "704", Grade: "七年级", Name: "七(4)班", Aliases: []string{"火箭班"}}},
		[]school.Student{child("S1", "张三", "703"), child("S2", "李四", "703"), child("S3", "王强", "703"), child("S4", "王强", "704")},
		[]school.Staff{{ID: "T1", Name: "李敏", Mobile: "139 0000 0001"}, {ID: "T2", Name: "赵云"}, {ID: "T3", Name: "钱多", Addresses: []school.Address{{Platform: "wecom", User: "Qian"}}},
			{ID: "T4", Name: "孙立", Mobile: "13900000004", Addresses: []school.Address{{Platform: "wecom", User: "sun"}}}},
		[]school.Guardian{{ID: "G1", Name: "张妈", Mobile: "+86 13800000001", Children: of("S1", "妈妈", 1)}, {ID: "G2", Name: "张爸", Children: of("S1", "爸爸", 2)},
			{ID: "G3", Name: "李妈", Mobile: "13800000003", Children: of("S2", "妈妈", 1), Addresses: []school.Address{{Platform: "wecom", User: "li-ma"}}}})
}

func staffEntry(user, name, mobile string) bot.Listed {
	return bot.Listed{User: user, Kind: school.KindStaff, Name: name, Mobile: mobile, Reached: true}
}

func parentEntry(user, mobile string, children ...bot.ListedChild) bot.Listed {
	return bot.Listed{User: user, Kind: school.KindGuardian, Mobile: mobile, Reached: true, Children: children}
}

func kid(number, name, class, relation string) bot.ListedChild {
	return bot.ListedChild{Number: number, Name: name, Class: class, Relation: relation}
}

func TestWhoIsRecognisedInAnAddressBook(t *testing.T) {
	for _, s := range []struct {
		name    string
		listed  bot.Listed
		person  string // who has the account afterwards; "" = nobody
		added   bool
		doubt   string // why somebody must decide
		reaches string // guardian of this child as well
	}{
		{name: "by account, whatever its case", listed: staffEntry("QIAN", "别名", ""), person: "T3"},
		{name: "a teacher by number", listed: staffEntry("LiMin", "敏姐", "13900000001"), person: "T1"},
		{name: "a teacher by name alone must be confirmed", listed: staffEntry("zhao", "赵云", ""), doubt: school.DoubtName},
		{name: "a teacher known under another account", listed: staffEntry("sun2", "孙立", "13900000004"), doubt: school.DoubtOther},
		{name: "somebody who is not on the staff list", listed: staffEntry("cook", "厨师", "13900000099")},
		{name: "a guardian by number", listed: parentEntry("zhang-ma", "13800000001", kid("", "张三", "七年级3班", "妈妈")), person: "G1"},
		{name: "a guardian by the place beside the child", listed: parentEntry("zhang-ba", "13800000009", kid("S1", "张三", "", "爸爸")), person: "G2"},
		{name: "another number beside the same child is somebody else", listed: parentEntry("second-ma", "13800000007", kid("S1", "张三", "", "妈妈")), person: "G4", added: true},
		{name: "a grandmother nobody knew", listed: parentEntry("nai", "13800000008", kid("", "李四", "七（3）班", "奶奶")), person: "G4", added: true},
		{name: "a class by its other name", listed: parentEntry("wang-ma", "", kid("", "王强", "火箭班", "妈妈")), person: "G4", added: true, reaches: "S4"},
		{name: "two children of one name, the class unknown", listed: parentEntry("wang-ba", "", kid("", "王强", "", "爸爸")), doubt: school.DoubtChild},
		{name: "a number that belongs to another name", listed: parentEntry("x", "", kid("S1", "李四", "", "妈妈")), doubt: school.DoubtChild},
		{name: "a child nobody knows", listed: parentEntry("x", "", kid("S9", "外人", "七(3)班", "妈妈")), doubt: school.DoubtChild},
		{name: "a guardian's account that is a teacher's", listed: parentEntry("qian", "", kid("S1", "张三", "", "妈妈")), doubt: school.DoubtStaff, person: "T3"},
		{name: "a known mother with a second child", listed: parentEntry("li-ma", "", kid("S2", "李四", "", "妈妈"), kid("S4", "王强", "七(4)班", "妈妈")), person: "G3", reaches: "S4"},
		{name: "a known mother under another account", listed: parentEntry("li-ma-2", "13800000003", kid("S2", "李四", "", "妈妈")), doubt: school.DoubtOther},
	} {
		t.Run(s.name, func(t *testing.T) {
			before := parents()
			after, book := bot.Reconcile(before, "wecom", []bot.Listed{s.listed}, true, school.AddressBook{})
			if after == nil {
				after = before
			}
			p, _ := after.At("wecom", s.listed.User)
			if p.ID != s.person {
				t.Errorf("the account leads to %q, not %q", p.ID, s.person)
			}
			if added := len(book.Added) == 1; added != s.added {
				t.Errorf("added: %v", book.Added)
			}
			why := ""
			if len(book.Doubts) > 0 {
				why = book.Doubts[0].Why
			}
			if why != s.doubt {
				t.Errorf("in doubt because of %q, not %q", why, s.doubt)
			}
			if s.reaches != "" && !p.GuardianOf(s.reaches) {
				t.Errorf("not the guardian of %s: %+v", s.reaches, p.Children)
			}
			if s.doubt != "" && after != before {
				t.Error("something was changed all the same")
			}
		})
	}
}

// Whoever comes by the address book is told after everybody the school knew,
// and nobody loses a place, an account or a child.
func TestNobodyIsLostToAnAddressBook(t *testing.T) {
	before := parents()
	listed := []bot.Listed{staffEntry("LiMin", "李敏", "13900000001"), parentEntry("zhang-ma", "13800000001", kid("", "张三", "七(3)班", "妈妈")),
		parentEntry("nai", "13800000008", kid("", "张三", "七(3)班", "奶奶"))}
	after, book := bot.Reconcile(before, "wecom", listed, true, school.AddressBook{})
	order := []string{}
	for _, g := range after.GuardiansOf("S1") {
		order = append(order, g.ID)
	}
	if !slices.Equal(order, []string{"G1", "G2", "G4"}) {
		t.Errorf("called in the order %v", order)
	}
	if p, ok := after.At("wecom", "li-ma"); !ok || p.ID != "G3" {
		t.Error("who is not listed lost the account")
	}
	if g, _ := after.Person("G4"); g.Name != "张三的奶奶" {
		t.Errorf("the new one is called %q", g.Name)
	}
	if !slices.Equal(book.Missing, []string{"T3", "T4", "G3"}) || len(book.Gone) != 0 {
		t.Errorf("missing %v, gone %v", book.Missing, book.Gone)
	}
	// Once more: nothing changes, and who is still not found is gone.
	again, book := bot.Reconcile(after, "wecom", listed, true, book)
	if again != nil {
		t.Error("the second look changes something")
	}
	if !slices.Equal(book.Gone, []string{"T3", "T4", "G3"}) {
		t.Errorf("gone: %v", book.Gone)
	}
	// A look that lists no guardians says nothing about them.
	_, book = bot.Reconcile(after, "wecom", listed[:1], true, book)
	if !slices.Equal(book.Missing, []string{"T3", "T4"}) {
		t.Errorf("missing: %v", book.Missing)
	}
}

func TestWhoDoesNotFollowIsNoted(t *testing.T) {
	mother := parentEntry("li-ma", "", kid("S2", "李四", "", "妈妈"))
	mother.Reached = false
	_, book := bot.Reconcile(parents(), "wecom", []bot.Listed{mother}, true, school.AddressBook{})
	if !slices.Equal(book.Silent, []string{"G3"}) {
		t.Errorf("silent: %v", book.Silent)
	}
	mother.Reached = true // she follows, and the event names her alone
	_, book = bot.Reconcile(parents(), "wecom", []bot.Listed{mother}, false, book)
	if len(book.Silent) != 0 || len(book.Missing) != 0 {
		t.Errorf("silent %v, missing %v", book.Silent, book.Missing)
	}
}
