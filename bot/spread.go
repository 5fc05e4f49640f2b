package bot

import (
	"hash/fnv"
	"time"

	"guixiao/rules/school"
)

// Crowded is a platform that delivers late at moments when everybody sends.
type Crowded interface {
	// Crowded says whether the moment is such a one.
	Crowded(at time.Time) bool
}

// spread moves what can wait off the moments at which a platform of the school
// is crowded, by one to four minutes, each notice by its own: lists and digests
// arrive sooner for it, and what cannot wait does not stand behind them.
func (b *Bot) spread(c *school.Change) {
	h, ok := b.House(c.School)
	if !ok {
		return
	}
	for i := range c.Notices {
		n := &c.Notices[i]
		for _, p := range b.accounts(h, *n) {
			if crowd, ok := p.(Crowded); ok && canWait(*n) && crowd.Crowded(n.DueAt) {
				n.DueAt = n.DueAt.Add(lateBy(n.Key))
				break
			}
		}
	}
}

// canWait says that a few minutes change nothing: a text nobody asked for, to
// the staff, about no danger.
func canWait(n school.Notice) bool {
	return n.Act == school.NoticeSend && n.Kind == school.NoticeText && n.Card == nil && n.Via == "" && n.Addr == nil && !n.Urgent
}

// lateBy is one to four minutes, always the same for a key.
func lateBy(key string) time.Duration {
	const span = 180 // seconds
	sum := fnv.New32a()
	sum.Write([]byte(key))
	return time.Minute + time.Duration(sum.Sum32()%span)*time.Second
}
