package rules

import (
	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/shopspring/decimal"
)

// What becomes of the money of lessons not taken.
const (
	TreatRefund = "refund" // 按比例退费
	TreatRetain = "retain" // 保留学费，用于后续课程
	TreatFreeze = "freeze" // 冻结，复课时解冻
)

// Length classes of a pause.
const (
	PauseShort = "short"
	PauseLong  = "long"
)

// Settle computes what the lessons not taken are worth: paid × remaining ÷
// bought, rounded half up to 0.01 yuan, on the price really paid. Lessons are
// taken from those bought first; gifts have no price unless withGifts spreads
// the price over them as well (seed-systems 5.4). No money moves.
func Settle(k school.Contract, withGifts bool) school.Settlement {
	lessons, used := k.Bought, min(k.Used, k.Bought)
	if withGifts {
		lessons, used = k.Bought+k.Gift, min(k.Used, k.Bought+k.Gift)
	}
	paid := decimal.New(k.Paid, -2)
	s := school.Settlement{Contract: k.ID, Paid: paid.StringFixed(2), Lessons: lessons, Used: used, Remaining: lessons - used, Amount: "0.00"}
	if lessons > 0 {
		s.Amount = paid.Mul(decimal.NewFromInt(int64(s.Remaining))).DivRound(decimal.NewFromInt(int64(lessons)), 2).StringFixed(2)
	}
	return s
}

// less takes agreed, listed costs, such as material that was used, from the
// amount of a refund.
func less(s school.Settlement, costs string) (school.Settlement, error) {
	c, err := decimal.NewFromString(costs)
	amount, err2 := decimal.NewFromString(s.Amount)
	if err != nil || err2 != nil || c.IsNegative() || c.Exponent() < -2 || c.GreaterThan(amount) {
		return s, school.Invalid("%s", phrase.SettleCosts.With("costs", costs, "amount", s.Amount))
	}
	s.Costs, s.Amount = c.StringFixed(2), amount.Sub(c).StringFixed(2)
	return s, nil
}

// total adds amounts as they are written; what is not one counts nothing.
func total(amounts ...string) string {
	sum := decimal.Zero
	for _, a := range amounts {
		if d, err := decimal.NewFromString(a); err == nil {
			sum = sum.Add(d)
		}
	}
	return sum.StringFixed(2)
}

// exceeds says whether an amount is more than a limit in whole yuan.
func exceeds(amount string, limit int) bool {
	d, err := decimal.NewFromString(amount)
	return err == nil && d.GreaterThan(decimal.NewFromInt(int64(limit)))
}
