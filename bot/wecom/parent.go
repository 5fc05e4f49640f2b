package wecom

import (
	"context"
	"errors"
	"sync"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// How long we believe what we read about a parent: a follower seldom leaves,
// one who does not follow may do so any minute.
const (
	followingKept    = 10 * time.Minute
	notFollowingKept = time.Minute
)

// sendSchoolNotice writes to a parent. WeCom accepts a notice for one who does
// not follow the school and delivers nothing, so we look first.
func (p *Platform) sendSchoolNotice(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	follows, err := p.follows(ctx, d.To.User)
	if err != nil {
		return school.Receipt{}, unreachableParent(err)
	}
	if !follows {
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "is_subscribe", Text: phrase.WeComNotFollowing.String()}
	}
	if err := p.slow(ctx, "parent:"+d.To.User); err != nil {
		return school.Receipt{}, err
	}
	var answer struct {
		Invalid []string `json:"invalid_parent_userid"`
	}
	if err := p.api.post(ctx, apiSchool, d.Body, &answer); err != nil {
		return school.Receipt{}, unreachableParent(err)
	}
	for _, id := range answer.Invalid {
		if listed(id, d.To.User) {
			p.parents.forget(d.To.User)
			return school.Receipt{}, classify(apiSchool, 65023, "")
		}
	}
	return school.Receipt{}, nil
}

// unreachableParent keeps a school without 家校沟通 working: that parents cannot
// be written to must not stop the account for the staff.
func unreachableParent(err error) error {
	var e *bot.SendError
	if errors.As(err, &e) && (e.Code == "65014" || e.Code == "65022") {
		return &bot.SendError{Class: bot.SendRecipient, Code: e.Code, Text: e.Text}
	}
	return err
}

// follows reads whether the parent follows the school.
func (p *Platform) follows(ctx context.Context, parent string) (bool, error) {
	if follows, ok := p.parents.look(parent, p.now()); ok {
		return follows, nil
	}
	row, err := p.schoolUser(ctx, parent)
	if err != nil {
		return false, err
	}
	if row.Type != typeParent {
		return false, classify(apiSchool, 65010, "")
	}
	follows := row.Parent.Follows == 1
	p.parents.keep(parent, follows, p.now())
	return follows, nil
}

// parentBook remembers for a short time who follows the school.
type parentBook struct {
	mu   sync.Mutex
	rows map[string]parentRow
}

type parentRow struct {
	follows bool
	until   time.Time
}

func newParentBook() *parentBook { return &parentBook{rows: map[string]parentRow{}} }

func (b *parentBook) look(parent string, now time.Time) (follows, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	row, ok := b.rows[parent]
	return row.follows, ok && now.Before(row.until)
}

func (b *parentBook) keep(parent string, follows bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rows) > 20000 { // the largest parents' book WeCom allows
		clear(b.rows)
	}
	kept := notFollowingKept
	if follows {
		kept = followingKept
	}
	b.rows[parent] = parentRow{follows, now.Add(kept)}
}

func (b *parentBook) forget(parent string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.rows, parent)
}
