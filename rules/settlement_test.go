package rules

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"guixiao/rules/school"
)

func TestWhatLessonsNotTakenAreWorth(t *testing.T) {
	for _, c := range []struct {
		paid               int64
		bought, gift, used int
		withGifts          bool
		remaining          int
		amount             string
	}{
		{960000, 48, 0, 20, false, 28, "5600.00"},
		{100000, 30, 0, 11, false, 19, "633.33"},
		{10000, 3, 0, 1, false, 2, "66.67"},
		{100, 8, 0, 7, false, 1, "0.13"}, // 0.125 goes up
		{960000, 48, 2, 20, false, 28, "5600.00"},
		{960000, 48, 2, 20, true, 30, "5760.00"},
		{960000, 48, 2, 49, false, 0, "0.00"}, // only a gift is left
		{0, 10, 0, 3, false, 7, "0.00"},
		{5000, 0, 4, 1, false, 0, "0.00"},
		{999999999999, 3, 0, 1, false, 2, "6666666666.66"},
	} {
		s := Settle(school.Contract{ID: "K1", Bought: c.bought, Gift: c.gift, Used: c.used, Paid: c.paid}, c.withGifts)
		if s.Remaining != c.remaining || s.Amount != c.amount || s.Used+s.Remaining != s.Lessons {
			t.Errorf("%+v: %+v", c, s)
		}
	}
}

// Against fractions without any rounding: never more than half a cent off, and
// the half goes up.
func TestTheAmountIsTheNearestCent(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 5000 {
		k := school.Contract{Bought: 1 + r.IntN(200), Paid: r.Int64N(5_000_000)}
		k.Used = r.IntN(k.Bought + 1)
		exact := big.NewRat(k.Paid*int64(k.Bought-k.Used), int64(k.Bought)*100)
		got, ok := new(big.Rat).SetString(Settle(k, false).Amount)
		if !ok {
			t.Fatal("not an amount")
		}
		off := new(big.Rat).Sub(got, exact)
		if off.Cmp(big.NewRat(1, 200)) > 0 || off.Cmp(big.NewRat(-1, 200)) <= 0 {
			t.Fatalf("%+v: %s, exactly %s", k, got.FloatString(2), exact.FloatString(6))
		}
	}
}

func TestAgreedCostsComeOffARefund(t *testing.T) {
	s := Settle(school.Contract{Bought: 48, Used: 20, Paid: 960000}, false)
	if got, err := less(s, "120.5"); err != nil || got.Amount != "5479.50" || got.Costs != "120.50" {
		t.Errorf("%+v %v", got, err)
	}
	for _, wrong := range []string{"", "-1", "5600.01", "1.005", "一百"} {
		if _, err := less(s, wrong); err == nil {
			t.Errorf("costs of %q were taken", wrong)
		}
	}
	if got := total("5600.00", "633.33", "66.67", ""); got != "6300.00" {
		t.Errorf("total %s", got)
	}
}
