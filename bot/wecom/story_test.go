package wecom_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"guixiao/rules/school"
)

// door stands for the rest of the house: it hears the callbacks, and drops
// what it has heard before, as the inbox does.
func (w *world) door() func() []school.Delivery {
	var heard []school.Delivery
	known := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c, err := w.Receive(r, w.clock.Now())
		if err != nil {
			rw.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, d := range c.Deliveries {
			if !known[d.Key] {
				known[d.Key], heard = true, append(heard, d)
			}
		}
		_, _ = rw.Write(c.Answer)
	}))
	w.t.Cleanup(server.Close)
	w.fake.Callback = server.URL
	return func() []school.Delivery { return heard }
}

// A morning as it crosses the wire: Ms Li writes, gets her card, presses, and
// the card turns grey; the mother is told.
func TestAMorning(t *testing.T) {
	w := newWorld(t)
	heard := w.door()
	li, mother := w.fake.Member("LiMin"), w.fake.Parent("mother")
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(li.Opens())
	ok(li.SaysAgain(42, "张三 未到校"))
	ok(li.SaysAgain(42, "张三 未到校")) // WeCom did not hear our answer
	ok(li.Sends("image", "M1"))
	if got := heard(); len(got) != 2 || got[0].Text != "张三 未到校" || got[1].Attachments[0].Media != "M1" {
		t.Fatalf("heard %+v", got)
	}

	sent := w.must(cardNotice("n1", reasonCard()), "LiMin")
	ok(li.Press(li.Card(), "submit", "kind=sick"))
	pressed := heard()[2]
	if pressed.Kind != school.DeliveryPress || pressed.Inputs["kind"] != "sick" {
		t.Fatalf("heard %+v", pressed)
	}
	w.must(changed("n1", done()), "LiMin", school.Receipt{Code: pressed.Code}, sent)
	w.must(toParent("n2", "张三今天请病假，已登记。"), "mother")
	if li.Card().Closed != "已处理" || len(mother.Texts()) != 1 {
		t.Errorf("card %+v, mother read %q", li.Card(), mother.Texts())
	}
}
