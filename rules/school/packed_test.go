package school_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guixiao/rules/school"
)

// county is a school made up by chance: two courses for some, siblings, shared
// telephones, accounts in both cases, empty fields.
func county(rnd *rand.Rand, n int) (classes []school.Class, students []school.Student, staff []school.Staff, guardians []school.Guardian) {
	pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
	for i := range 4 {
		classes = append(classes, school.Class{ID: fmt.Sprint("70", i)})
	}
	for i := range n {
		s := school.Student{ID: fmt.Sprint("S", rnd.IntN(10*n), "-", i), Name: pick("张三", "买买提·吐尔逊", "龚𬱖", "A b", ""), Sex: pick("男", "女", ""),
			Boarding: rnd.IntN(2) == 0, Born: school.Day(pick("", "2013-05-06")), Note: pick("", "双胞胎", strings.Repeat("长", 200))}
		for range rnd.IntN(3) {
			s.Places = append(s.Places, school.Place{Class: pick("700", "701", "702", "nowhere"), Seat: rnd.IntN(50) - 2})
		}
		students = append(students, s)
	}
	for i := range n / 10 {
		staff = append(staff, school.Staff{ID: fmt.Sprint("T", i), Addresses: []school.Address{{Platform: "wecom", User: fmt.Sprint("u", rnd.IntN(n))}}})
	}
	for i := range n {
		g := school.Guardian{ID: fmt.Sprint("G", i+1), Name: pick("王桂芳", ""), Mobile: pick("", "19900001555")}
		for range rnd.IntN(3) {
			g.Children = append(g.Children, school.Child{Student: students[rnd.IntN(n)].ID, Relation: pick("妈妈", "爷爷", ""), Order: rnd.IntN(4)})
		}
		for range rnd.IntN(3) {
			g.Addresses = append(g.Addresses, school.Address{Platform: pick("wecom", "DingTalk"), User: fmt.Sprint(pick("u", "U"), rnd.IntN(n))})
		}
		guardians = append(guardians, g)
	}
	return classes, students, staff, guardians
}

func TestTheRosterGivesBackWhatWasWrittenIntoIt(t *testing.T) {
	for seed := range uint64(20) {
		classes, students, staff, guardians := county(rand.New(rand.NewPCG(seed, 1)), 60)
		r := school.NewRoster(classes, students, staff, guardians)
		if r.Size() != len(students) || !reflect.DeepEqual(r.Students(), students) {
			t.Fatalf("seed %d: students are not what they were: %+v", seed, r.Students())
		}
		if !reflect.DeepEqual(r.Guardians(), guardians) {
			t.Fatalf("seed %d: guardians are not what they were: %+v", seed, r.Guardians())
		}
		for i, s := range students {
			if at, ok := r.Place(s.ID); !ok || at != i || r.NameAt(i) != s.Name {
				t.Errorf("seed %d: %s stands at %d as %q", seed, s.ID, at, r.NameAt(i))
			}
		}
		if _, ok := r.Place("nobody"); ok {
			t.Error("nobody is on the roll")
		}
	}
}

// What the roster finds by its indexes is what anybody finds by reading the
// lists from the top.
func TestTheRosterFindsWhatTheListsSay(t *testing.T) {
	for seed := range uint64(20) {
		classes, students, staff, guardians := county(rand.New(rand.NewPCG(seed, 2)), 60)
		r := school.NewRoster(classes, students, staff, guardians)
		for _, class := range []string{"700", "701", "702", "703", "nowhere", ""} {
			if got, want := r.StudentsOf(class), bySeat(students, class); !slices.EqualFunc(got, want, func(a, b school.Student) bool { return a.ID == b.ID }) {
				t.Errorf("seed %d: class %s: %v, want %v", seed, class, got, want)
			}
		}
		for _, s := range students {
			if got, want := r.GuardiansOf(s.ID), byOrder(guardians, s.ID); !slices.EqualFunc(got, want, func(a, b school.Guardian) bool { return a.ID == b.ID }) {
				t.Errorf("seed %d: guardians of %s: %v, want %v", seed, s.ID, got, want)
			}
		}
		for n := range 60 {
			for _, platform := range []string{"wecom", "dingtalk", "mp"} {
				user := fmt.Sprint("U", n)
				got, ok := r.At(platform, user)
				if want := ownerOf(staff, guardians, platform, user); got.ID != want || ok != (want != "") {
					t.Errorf("seed %d: %s of %s is %q, want %q", seed, user, platform, got.ID, want)
				}
			}
		}
	}
}

func bySeat(students []school.Student, class string) (list []school.Student) {
	seat := func(s school.Student) int {
		for _, p := range s.Places {
			if p.Class == class && p.Seat > 0 {
				return p.Seat
			}
		}
		return 1000
	}
	for _, s := range students {
		for _, p := range s.Places {
			if p.Class == class {
				list = append(list, s)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b school.Student) int { return cmp.Compare(seat(a), seat(b)) })
	return list
}

func byOrder(guardians []school.Guardian, student string) (list []school.Guardian) {
	order := func(g school.Guardian) int {
		for _, c := range g.Children {
			if c.Student == student && c.Order > 0 {
				return c.Order
			}
		}
		return 1000
	}
	for _, g := range guardians {
		for _, c := range g.Children {
			if c.Student == student {
				list = append(list, g)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b school.Guardian) int { return cmp.Compare(order(a), order(b)) })
	return list
}

func ownerOf(staff []school.Staff, guardians []school.Guardian, platform, user string) string {
	has := func(list []school.Address) bool {
		return slices.ContainsFunc(list, func(a school.Address) bool {
			return strings.EqualFold(a.Platform, platform) && strings.EqualFold(a.User, user)
		})
	}
	for _, s := range staff {
		if has(s.Addresses) {
			return s.ID
		}
	}
	for _, g := range guardians {
		if has(g.Addresses) {
			return g.ID
		}
	}
	return ""
}

func BenchmarkNewRoster1600(b *testing.B) {
	classes, students, staff, guardians := county(rand.New(rand.NewPCG(1, 1)), 1600)
	b.ReportAllocs()
	for b.Loop() {
		school.NewRoster(classes, students, staff, guardians)
	}
}

func TestARosterIsReadAsItWasWritten(t *testing.T) {
	classes, students, staff, guardians := county(rand.New(rand.NewPCG(3, 3)), 60)
	image, err := school.NewRoster(classes, students, staff, guardians).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var r school.Roster
	if err := r.UnmarshalBinary(image); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r.Students(), students) || !reflect.DeepEqual(r.Guardians(), guardians) || !reflect.DeepEqual(r.Staff, staff) || !reflect.DeepEqual(r.Classes, classes) {
		t.Error("somebody is not who they were")
	}
	if got, want := r.StudentsOf("701"), bySeat(students, "701"); !reflect.DeepEqual(got, want) {
		t.Errorf("class 701: %v, want %v", got, want)
	}
}

// Bytes of another version, or half of them, are refused and never read as
// other people.
func FuzzRosterFromBytes(f *testing.F) {
	classes, students, staff, guardians := county(rand.New(rand.NewPCG(3, 3)), 8)
	image, err := school.NewRoster(classes, students, staff, guardians).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(image)
	f.Add(image[:len(image)/2])
	f.Add([]byte{})
	f.Add([]byte{2, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var r school.Roster
		if r.UnmarshalBinary(data) != nil {
			return
		}
		for _, s := range r.Students() {
			if _, ok := r.Student(s.ID); !ok {
				t.Errorf("%q is on the roll and is not found", s.ID)
			}
		}
	})
}
