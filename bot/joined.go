package bot

import (
	"context"
	"strings"

	"guixiao/rules/school"
)

// Where a platform limits how many messages a person gets in a minute, texts
// that wait for the same person go out as one, oldest first.
const (
	crowdOf    = 4    // so many that wait, and one says them all
	longestOne = 1500 // bytes: within every platform's limit for a text
)

// joined makes one message of the texts at the head of a lane that may share
// one. Its words are stored before the others are ended, so that a death in
// between says something twice and never not at all.
func (b *Bot) joined(ctx context.Context, lane []school.Outgoing) []school.Outgoing {
	n := sharing(lane)
	if n < crowdOf {
		return lane
	}
	h, ok := b.House(lane[0].Notice.School)
	if !ok {
		return lane
	}
	p, to, ok := b.route(h, lane[0], nil)
	if _, limited := p.(Crowded); !ok || !limited {
		return lane
	}
	var lines []string
	for _, o := range lane[:n] {
		lines = append(lines, o.Notice.Text)
	}
	first := lane[0]
	first.Notice.Text = strings.Join(lines, "\n\n")
	body, err := render(p, first.Notice, to)
	if err != nil {
		return lane
	}
	first.Platform, first.Address, first.Body = p.Name(), to, body
	if err := b.Store.KeepBody(ctx, first); err != nil {
		b.Log.Warn("notice left to its lease", "error", safeReason(err))
		return lane
	}
	for _, o := range lane[1:n] {
		b.settled(ctx, nil, o, school.Outcome{Sent: true}, nil)
	}
	return append([]school.Outgoing{first}, lane[n:]...)
}

// sharing counts the texts at the head of a lane that can go out as one: plain
// texts to one member of the staff, tried for the first time.
func sharing(lane []school.Outgoing) int {
	size := 0
	for i, o := range lane {
		size += len(o.Notice.Text) + 2
		if !canWait(o.Notice) || o.Notice.Kind != school.NoticeText || o.Attempt > 1 || o.Body != nil || o.Notice.To != lane[0].Notice.To || size > longestOne {
			return i
		}
	}
	return len(lane)
}
