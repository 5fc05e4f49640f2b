package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// deliver sends what is due and says how many rows it took up. Lanes run side
// by side, the notices of one lane in order.
func (b *Bot) deliver(ctx context.Context) (int, error) {
	if err := b.tally(ctx); err != nil {
		b.Log.Warn("spending not counted yet", "error", safeReason(err))
	}
	batch := 2 * b.Workers // what is at hand when the process dies may be sent twice, and counts as tried
	out, err := b.Store.ClaimNotices(ctx, b.Now(), b.SendLease, batch)
	if err != nil {
		return 0, err
	}
	byLane := map[string][]school.Outgoing{}
	var order []string
	for _, o := range out {
		lane := o.Lane
		if byLane[lane] == nil {
			order = append(order, lane)
		}
		byLane[lane] = append(byLane[lane], o)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, b.Workers)
	for _, lane := range order {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, o := range b.joined(ctx, byLane[lane]) {
				if !b.send(ctx, o) {
					return // what waits behind must not overtake
				}
			}
		})
	}
	wg.Wait()
	return len(out), nil
}

// keepTrying is how long a busy or silent platform is asked again before a
// notice is set aside for the administrator: a bad morning, not a lost message.
// After an outage that was longer than that, it still gets a few attempts.
const (
	keepTrying  = 24 * time.Hour
	fewAttempts = 5
)

// SendTime is how long one call of a platform may take: a lease outlives three.
func (b *Bot) SendTime() time.Duration { return b.SendLease / 3 }

// send makes one attempt and records its outcome; false ends the lane's turn.
func (b *Bot) send(ctx context.Context, o school.Outgoing) bool {
	h, ok := b.House(o.Notice.School)
	if !ok {
		return b.settled(ctx, nil, o, school.Outcome{Reason: "school is not served"}, nil)
	}
	earlier, needless, err := b.needless(ctx, o)
	if err != nil {
		b.Log.Warn("notice left to its lease", "error", safeReason(err))
		return false
	}
	if needless {
		return b.settled(ctx, nil, o, school.Outcome{Sent: true, Receipt: maybe(o)}, nil)
	}
	p, to, ok := b.route(h, o, earlier)
	if !ok && (b.spokenOnPage(h, o.Notice) || o.Notice.Addr != nil) {
		return b.settled(ctx, nil, o, school.Outcome{Sent: true}, nil)
	}
	if !ok {
		return b.giveUp(ctx, h, o, school.Outcome{Reason: noAddress})
	}
	if until, reason := b.wait(h, o.Notice, p); !until.IsZero() {
		return b.settled(ctx, h, o, school.Outcome{Retry: until, Reason: reason}, nil)
	}
	if hold, leaveOut := b.spares(o.Notice, p); hold || leaveOut {
		return b.settled(ctx, nil, o, school.Outcome{Sent: leaveOut, Held: hold}, nil)
	}
	switch out, err := b.optedOut(ctx, o.Notice, to); {
	case err != nil:
		b.Log.Warn("notice left to its lease", "error", safeReason(err))
		return false
	case out:
		return b.failed(ctx, h, o, p, &SendError{Class: SendRecipient, Code: "opt-out", Text: phrase.OptedOut.With()})
	}
	if len(o.Body) == 0 || o.Platform != p.Name() {
		n, err := b.linked(ctx, o.Notice)
		if err == nil {
			n, err = b.attached(ctx, p, n, to)
		}
		var refused *SendError
		switch {
		case isNotFound(err): // erased since it was asked for
			return b.settled(ctx, nil, o, school.Outcome{Sent: true}, nil)
		case errors.As(err, &refused):
			return b.failed(ctx, h, o, p, refused)
		case err != nil:
			b.Log.Warn("notice left to its lease", "error", safeReason(err))
			return false
		}
		body, err := render(p, n, to)
		if err != nil {
			return b.failed(ctx, h, o, p, err)
		}
		o.Platform, o.Address, o.Body = p.Name(), to, body
		if err := b.Store.KeepBody(ctx, o); err != nil {
			b.Log.Warn("notice left to its lease", "error", safeReason(err))
			return false
		}
	}
	if held, err := b.Store.Holds(ctx, o, b.Now()); err != nil || !held {
		return false
	}
	began := time.Now() // a duration for the metric, never a decision
	receipt, err := b.deliverTo(ctx, p, Dispatch{Notice: o.Notice, To: to, Body: o.Body, Earlier: earlier, Attempt: o.Attempt})
	b.Metrics.SendTime.WithLabelValues(p.Kind()).Observe(time.Since(began).Seconds())
	if err != nil {
		return b.failed(ctx, h, o, p, err)
	}
	b.Metrics.Sent.WithLabelValues(p.Kind(), "sent").Inc()
	if o.Notice.Act == school.NoticeUpdate && receipt.Code != "" {
		if err := b.Store.UseCode(ctx, o.Notice.School, receipt.Code); err != nil {
			b.Log.Warn("used card code kept", "error", safeReason(err))
		}
	}
	return b.settled(ctx, h, o, school.Outcome{Sent: true, Receipt: receipt}, nil)
}

// noAddress is why a notice was given up whose receiver has no account.
const noAddress = "no address on any platform"

// wait says until when a notice must not leave, and why: its account rests, or
// families are not disturbed at night, however late it has become.
func (b *Bot) wait(h *House, n school.Notice, p Platform) (time.Time, string) {
	if until, paused := b.pausedUntil(p.Name()); paused {
		return until, "account paused"
	}
	now := b.Now()
	if n.Kind == school.NoticeParent && !n.Urgent {
		if until := rules.AfterQuiet(h.School, now); until.After(now) {
			return until, "quiet hours"
		}
	}
	return time.Time{}, ""
}

// optedOut says whether a guardian does not want to be written to there.
func (b *Bot) optedOut(ctx context.Context, n school.Notice, to school.Address) (bool, error) {
	if n.Kind != school.NoticeParent {
		return false, nil
	}
	return b.Store.OptedOut(ctx, n.School, to)
}

// spokenOnPage says whether a notice is an answer to a guardian whom no chat
// reaches: the words were written on a page, which shows the answer itself.
func (b *Bot) spokenOnPage(h *House, n school.Notice) bool {
	p, ok := h.School.Roster.Person(n.To)
	return ok && p.Kind == school.KindGuardian && n.Kind != school.NoticeParent
}

// needless says that a notice must not leave any more: the change of a message
// that never reached anybody, a correction of an alarm that never did, and a
// guardian's alarm that has been taken back while it waited. It also gives what is known of the message to be changed.
func (b *Bot) needless(ctx context.Context, o school.Outgoing) ([]school.Receipt, bool, error) {
	n := o.Notice
	if n.After != "" {
		earlier, err := b.Store.Receipts(ctx, n.School, n.After)
		if err != nil || len(earlier) == 0 {
			return nil, true, err
		}
	}
	if n.Of != "" {
		earlier, err := b.Store.Receipts(ctx, n.School, n.Of)
		return earlier, len(earlier) == 0 || earlier[0].Platform == "", err
	}
	if n.Act != school.NoticeSend || n.Card == nil || n.Card.Kind != school.CardParent || n.Card.State != school.CardOpen {
		return nil, false, nil
	}
	over, err := b.over(ctx, n)
	return nil, over, err
}

// maybe is where a notice may have arrived although nobody said so: a worker
// died over it, after its bytes were made.
func maybe(o school.Outgoing) school.Receipt {
	if o.Lost == 0 || len(o.Body) == 0 {
		return school.Receipt{}
	}
	return school.Receipt{Platform: o.Platform, User: o.Address.User}
}

// over says whether the card of a notice has been settled since it was written.
func (b *Bot) over(ctx context.Context, n school.Notice) (bool, error) {
	if n.Card == nil {
		return false, nil
	}
	card, err := b.Store.Card(ctx, n.School, n.Card.ID)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil && card.State != school.CardOpen, err
}

// render and deliverTo keep a platform that breaks over one notice from taking
// the process, and every other notice, with it.
func render(p Platform, n school.Notice, to school.Address) (body []byte, err error) {
	defer broken(p, &err)
	return p.Render(n, to)
}

func (b *Bot) deliverTo(ctx context.Context, p Platform, d Dispatch) (receipt school.Receipt, err error) {
	defer broken(p, &err)
	ctx, cancel := context.WithTimeout(ctx, b.SendTime())
	defer cancel()
	return p.Deliver(ctx, d)
}

func broken(p Platform, err *error) {
	if r := recover(); r != nil {
		*err = &SendError{Class: SendNever, Code: "panic", Unsure: true, Text: fmt.Sprintf("%s: %v", p.Name(), r)}
	}
}

// settled records an outcome, with its line in the audit trail; a lost claim
// means that somebody else owns the row now, and nothing is done.
func (b *Bot) settled(ctx context.Context, h *House, o school.Outgoing, out school.Outcome, change *school.Change) bool {
	out.At = b.Now()
	parked := !out.Sent && !out.Held && out.Retry.IsZero()
	if parked {
		b.Metrics.Parked.WithLabelValues("outbox").Inc()
	}
	if h != nil && (parked || out.Sent && out.Receipt.Platform != "") {
		change = onRecord(h, o, out, change)
	}
	err := b.Store.Finish(ctx, o, out, change)
	switch {
	case isConflict(err):
		b.Log.Warn("a notice changed hands while it was sent")
		return false
	case err != nil:
		b.Log.Error("outcome of a send not recorded; the notice may repeat under its key", "error", safeReason(err))
		return false
	}
	if change != nil {
		b.rouse(*change)
	}
	return out.Sent || out.Retry.IsZero()
}

// failed sorts a refusal into what happens next.
func (b *Bot) failed(ctx context.Context, h *House, o school.Outgoing, p Platform, err error) bool {
	var se *SendError
	if !errors.As(err, &se) {
		se = &SendError{Class: SendRetry, Text: safeReason(err), Unsure: true}
	}
	var doubt school.Receipt
	if se.Unsure || o.Lost > 0 {
		doubt = school.Receipt{Platform: o.Platform, User: o.Address.User}
	}
	b.Metrics.Sent.WithLabelValues(p.Kind(), string(se.Class)).Inc()
	b.Log.Warn("send not accepted", "platform", p.Name(), "class", string(se.Class), "code", se.Code, "attempt", o.Attempt)
	now := b.Now()
	out := school.Outcome{Reason: se.Error(), Receipt: doubt}
	switch se.Class {
	case SendRetry:
		if se.Anew {
			if o.Body = nil; b.Store.KeepBody(ctx, o) != nil {
				return false
			}
		}
		if now.Sub(o.Notice.DueAt) < keepTrying || o.Attempt < fewAttempts {
			out.Retry = now.Add(max(se.After, backoff(o.Attempt)))
			return b.settled(ctx, h, o, out, nil)
		}
	case SendConfig:
		b.pause(p.Name(), now.Add(5*time.Minute))
		b.raise(ctx, h.School.ID, "config:"+p.Name()+":"+string(h.School.Calendar.DayOf(now)), phrase.AdminConfig.With("platform", p.Name(), "reason", out.Reason))
		out.Retry = now.Add(5 * time.Minute)
		if o.Notice.Kind == school.NoticeParent && b.elsewhere(ctx, h, o, p) {
			out.Retry = now // a family does not wait for the administrator
		}
		return b.settled(ctx, h, o, out, nil)
	case SendStale:
		return b.settled(ctx, h, o, school.Outcome{Sent: true}, b.afresh(o, now))
	case SendRecipient:
		out.Refused = p.Name()
		if b.elsewhere(ctx, h, o, p) {
			out.Retry = now
			return b.settled(ctx, h, o, out, nil)
		}
	}
	return b.giveUp(ctx, h, o, out)
}

// elsewhere turns a message to the person's next account that works, if there is one.
func (b *Bot) elsewhere(ctx context.Context, h *House, o school.Outgoing, after Platform) bool {
	next, ok := b.nextAccount(h, o, after.Name())
	if !ok || o.Notice.Of != "" {
		return false
	}
	o.Platform, o.Body = next, nil
	return b.Store.KeepBody(ctx, o) == nil
}

// giveUp sets a notice aside, together with who hears instead.
func (b *Bot) giveUp(ctx context.Context, h *House, o school.Outgoing, out school.Outcome) bool {
	change, handed, err := b.unreached(ctx, h, o, out.Reason)
	if err != nil {
		b.Log.Warn("notice left to its lease", "error", safeReason(err))
		return false
	}
	out.Handed = handed
	return b.settled(ctx, h, o, out, change)
}

func (b *Bot) pause(account string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.paused[account] = until
}

func (b *Bot) pausedUntil(account string) (time.Time, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	until, ok := b.paused[account]
	return until, ok && b.Now().Before(until)
}
