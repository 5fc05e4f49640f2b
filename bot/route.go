package bot

import (
	"slices"

	"guixiao/rules/school"
)

// route chooses the account and the address of a notice. A change goes the way
// of the message it changes; a repeat the way of the first attempt, as long as
// there is one; and anything else by the first of its accounts on which the
// person is, one that works before one that is paused.
func (b *Bot) route(h *House, o school.Outgoing, earlier []school.Receipt) (Platform, school.Address, bool) {
	account := o.Platform
	if len(earlier) > 0 {
		account = earlier[0].Platform
	}
	var best Platform
	var there school.Address
	for _, p := range b.accounts(h, o.Notice) {
		to, ok := b.address(h, o.Notice, p)
		if !ok {
			continue
		}
		if p.Name() == account {
			return p, to, true
		}
		if best == nil || b.isPaused(best) && !b.isPaused(p) {
			best, there = p, to
		}
	}
	return best, there, best != nil
}

func (b *Bot) isPaused(p Platform) bool {
	_, paused := b.pausedUntil(p.Name())
	return paused
}

// nextAccount is the account after this one on which the person can be found.
func (b *Bot) nextAccount(h *House, o school.Outgoing, after string) (string, bool) {
	passed := false
	for _, p := range b.accounts(h, o.Notice) {
		if passed && !b.isPaused(p) {
			if _, ok := b.address(h, o.Notice, p); ok {
				return p.Name(), true
			}
		}
		passed = passed || p.Name() == after
	}
	return "", false
}

func (b *Bot) address(h *House, n school.Notice, p Platform) (school.Address, bool) {
	switch {
	case n.Addr != nil:
		return *n.Addr, n.Addr.Platform == p.Kind()
	case n.Reply != "" && n.Via == p.Name() && p.Kind() != "sandbox":
		return school.Address{Platform: p.Kind(), User: n.Reply}, true // the group it was said in
	case n.ToClass != "":
		return school.Address{Platform: p.Kind(), User: "class:" + n.ToClass}, p.Kind() == "sandbox"
	}
	person, ok := h.School.Roster.Person(n.To)
	if !ok {
		return school.Address{}, false
	}
	return person.Address(p.Kind())
}

// accounts lists the school's platforms that carry a notice, in its own order
// of preference: the one by which an answer should go before all others, and
// those last that carry but some.
func (b *Bot) accounts(h *House, n school.Notice) []Platform {
	var all, last []Platform
	for _, name := range h.School.Platforms {
		for _, p := range b.Platforms {
			c, picky := p.(Carrier)
			switch {
			case p.Name() != name || picky && !c.Carries(n):
			case picky:
				last = append(last, p)
			case name == n.Via:
				all = slices.Insert(all, 0, p)
			default:
				all = append(all, p)
			}
		}
	}
	return append(all, last...)
}
