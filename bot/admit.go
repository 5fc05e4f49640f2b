package bot

import (
	"context"
	"time"

	"guixiao/rules/school"
)

// answerWithin is how long a door waits for what a press led to, where the
// platform shows it in the answer: DingTalk gives up after two seconds.
const answerWithin = 1500 * time.Millisecond

// Admit makes what a callback brought durable and gives the bytes to answer
// with: the one way in for every platform, whether it calls us or speaks over
// a connection of ours. After an error nothing may be acknowledged.
func (b *Bot) Admit(ctx context.Context, c Callback) ([]byte, error) {
	if c.Outcome == nil || len(c.Deliveries) == 0 {
		return c.Answer, b.Accept(ctx, c.Deliveries...)
	}
	press := c.Deliveries[0]
	c.Deliveries[0].Waits = true
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if err := b.Accept(ctx, c.Deliveries...); err != nil {
		return nil, err
	}
	return c.Outcome(b.pressed(ctx, press)), nil
}

// pressed waits for what became of a press that is stored. Where the waiting
// ends early there is nothing to show yet, and nothing lost.
func (b *Bot) pressed(ctx context.Context, d school.Delivery) Pressed {
	reply, err := b.await(ctx, d.Key)
	if err != nil {
		return Pressed{}
	}
	p := Pressed{Known: true, Reply: reply}
	h, by, known := b.who(d)
	if h == nil || !known {
		return p
	}
	card, err := b.Store.Card(ctx, h.School.ID, d.Card)
	if err == nil && holds(card, by.ID) {
		p.Card = &card
	}
	return p
}
