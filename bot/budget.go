package bot

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Shares of a month's quota at which less is sent.
const (
	Thrift = 0.7 // what is not urgent is said together, once a day
	Scarce = 0.9 // only what is about danger or duty leaves
)

// tallied is how often what was spent is handed in.
const tallied = 5 * time.Second

// Budget is how an account stands with one purpose of its plan this month.
type Budget struct {
	Account  string
	Purpose  string // SpentCall, SpentPush
	Used     int
	Quota    int
	Forecast int // used by the end of the month, if it goes on like this
}

// Share is how much of the quota is used; 1 is all.
func (x Budget) Share() float64 { return float64(x.Used) / float64(x.Quota) }

// purse counts what the accounts spend. The truth is in the database, shared
// by all processes; what this one has not handed in yet is counted here.
type purse struct {
	mu      sync.Mutex
	month   string // of stored and pending
	pending map[school.Spent]int
	stored  map[school.Spent]int
	at      time.Time // when it was last handed in
	told    map[string]bool
}

// Spend counts calls or pushes of an account. Platforms call it.
func (b *Bot) Spend(account, purpose string, n int) {
	b.purse.mu.Lock()
	defer b.purse.mu.Unlock()
	b.turn()
	b.purse.pending[school.Spent{Account: account, Purpose: purpose}] += n
}

// turn begins a new month's count; the caller holds the lock. What was counted
// in the last seconds of the old month is not worth keeping it for.
func (b *Bot) turn() {
	if month := b.month().Format("2006-01"); month != b.purse.month {
		b.purse.month, b.purse.at = month, time.Time{}
		b.purse.pending, b.purse.stored, b.purse.told = map[school.Spent]int{}, map[school.Spent]int{}, map[string]bool{}
	}
}

// month is now, where the months of the plans begin.
func (b *Bot) month() time.Time {
	if houses := b.Houses(); len(houses) > 0 {
		return houses[0].School.Calendar.In(b.Now())
	}
	return b.Now()
}

// tally hands in what was spent and hears what the others have, every few
// seconds; administrators learn of each step once a month.
func (b *Bot) tally(ctx context.Context) error {
	if !slices.ContainsFunc(b.Platforms, func(p Platform) bool { _, counted := p.(Budgeted); return counted }) {
		return nil
	}
	now := b.Now()
	b.purse.mu.Lock()
	b.turn()
	if now.Sub(b.purse.at).Abs() < tallied {
		b.purse.mu.Unlock()
		return nil
	}
	b.purse.at = now
	month, pending := b.purse.month, b.purse.pending
	b.purse.pending = map[school.Spent]int{}
	b.purse.mu.Unlock()

	stored, err := b.Store.AddSpending(ctx, month, pending)
	b.purse.mu.Lock()
	switch {
	case month != b.purse.month:
	case err != nil:
		for k, n := range pending {
			b.purse.pending[k] += n
		}
	default:
		b.purse.stored = stored
	}
	b.purse.mu.Unlock()
	if err != nil {
		return err
	}
	for _, x := range b.Budgets() {
		b.Metrics.Budget.WithLabelValues(x.Account, x.Purpose).Set(x.Share())
		b.warnBudget(ctx, month, x)
	}
	return nil
}

// warnBudget tells the schools' administrators at each step.
func (b *Bot) warnBudget(ctx context.Context, month string, x Budget) {
	for _, step := range []struct {
		share float64
		text  phrase.Phrase
	}{{Thrift, phrase.AdminThrift}, {Scarce, phrase.AdminScarce}} {
		key := fmt.Sprintf("budget:%s:%s:%s:%.0f", x.Account, x.Purpose, month, step.share*100)
		b.purse.mu.Lock()
		told := b.purse.told[key] || x.Share() < step.share
		b.purse.told[key] = b.purse.told[key] || !told
		b.purse.mu.Unlock()
		if told {
			continue
		}
		for _, h := range b.Houses() {
			if h.speaks(x.Account) {
				b.raise(ctx, h.School.ID, key, step.text.With("account", x.Account, "used", x.Used, "quota", x.Quota, "percent", int(x.Share()*100), "forecast", x.Forecast))
			}
		}
	}
}

// Budgets lists how the accounts with a quota stand.
func (b *Bot) Budgets() []Budget {
	var all []Budget
	for _, p := range b.Platforms {
		c, counted := p.(Budgeted)
		if !counted {
			continue
		}
		q := c.Quota()
		for _, x := range []Budget{{Account: p.Name(), Purpose: SpentCall, Quota: q.Calls}, {Account: p.Name(), Purpose: SpentPush, Quota: q.Pushes}} {
			if x.Quota > 0 {
				x.Used = b.used(school.Spent{Account: x.Account, Purpose: x.Purpose})
				x.Forecast = forecast(x.Used, b.month())
				all = append(all, x)
			}
		}
	}
	return all
}

func (b *Bot) used(k school.Spent) int {
	b.purse.mu.Lock()
	defer b.purse.mu.Unlock()
	b.turn()
	return b.purse.stored[k] + b.purse.pending[k]
}

// forecast goes on as the month has gone so far.
func forecast(used int, now time.Time) int {
	begin := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	whole := begin.AddDate(0, 1, 0).Sub(begin)
	gone := max(now.Sub(begin), time.Hour)
	return int(math.Ceil(float64(used) * float64(whole) / float64(gone)))
}

// share is how much of an account's quota is used, of the purpose that is
// nearest its end; 0 where nothing is counted.
func (b *Bot) share(account string) (most float64) {
	for _, x := range b.Budgets() {
		if x.Account == account {
			most = max(most, x.Share())
		}
	}
	return most
}

// spares says what to do with a notice while the month's budget runs low: hold
// it until it can be said with others, or leave it out where nobody misses it.
func (b *Bot) spares(n school.Notice, p Platform) (hold, leaveOut bool) {
	if _, counted := p.(Budgeted); !counted || n.Weight() != school.WeightRoutine {
		return false, false
	}
	share := b.share(p.Name())
	switch {
	case n.Stage == rules.DigestTimer: // there will be another tomorrow
		return false, share >= Scarce
	case share < Thrift:
		return false, false
	case n.Act != school.NoticeSend || n.Card != nil: // how a settled card looks
		return false, true
	}
	return true, false
}

// digest is the day's digest, with what was held back for it.
func (b *Bot) digest(ctx context.Context, h *House, t school.Timer, now time.Time) (school.Change, error) {
	cases, err := b.Store.OpenCases(ctx, h.School.ID)
	if err != nil {
		return school.Change{}, err
	}
	ds, err := b.Store.Delegations(ctx, h.School.ID, now)
	if err != nil {
		return school.Change{}, err
	}
	c := rules.Digest(h.School, cases, ds, now, t.FiringKey())
	held, err := b.Store.HeldNotices(ctx, h.School.ID)
	if err != nil {
		return school.Change{}, err
	}
	held = slices.DeleteFunc(held, func(n school.Notice) bool {
		p, _, ok := b.route(h, school.Outgoing{Notice: n}, nil)
		return ok && b.share(p.Name()) >= Scarce // not even together
	})
	rules.SayTogether(h.School, &c, held, now)
	return c, nil
}
