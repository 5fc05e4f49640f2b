package bot_test

import (
	"context"
	"encoding/json"
	"sync"

	"guixiao/bot"
	"guixiao/rules/school"
)

// scripted is a platform that does as it is told: it refuses, hangs, panics or
// loses the answer, and remembers what arrived.
type scripted struct {
	name, kind string
	hangs      bool // until the caller loses patience

	mu      sync.Mutex
	trouble func(n school.Notice) error // nil: everything arrives
	arrived []school.Notice
	earlier map[string][]school.Receipt // what was known of the message before an update, by key
}

func (p *scripted) Name() string { return p.name }
func (p *scripted) Kind() string { return p.kind }

func (p *scripted) Render(n school.Notice, _ school.Address) ([]byte, error) { return json.Marshal(n) }

func (p *scripted) Deliver(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	if p.hangs {
		<-ctx.Done()
		return school.Receipt{}, ctx.Err()
	}
	p.mu.Lock()
	trouble := p.trouble
	p.mu.Unlock()
	if trouble != nil {
		if err := trouble(d.Notice); err != nil {
			return school.Receipt{}, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.arrived = append(p.arrived, d.Notice)
	if p.earlier == nil {
		p.earlier = map[string][]school.Receipt{}
	}
	p.earlier[d.Notice.Key] = d.Earlier
	return school.Receipt{Platform: p.name, User: d.To.User, Message: d.Notice.Key}, nil
}

func (p *scripted) does(trouble func(n school.Notice) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = trouble
}

// got lists what arrived for a person, in order.
func (p *scripted) got(person string) (all []school.Notice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range p.arrived {
		if n.To == person {
			all = append(all, n)
		}
	}
	return all
}

// refuses lets everything fail in one way.
func refuses(class bot.SendClass) func(school.Notice) error {
	return func(school.Notice) error { return &bot.SendError{Class: class, Code: "x", Text: "不行"} }
}

// to lets only what is meant for some people fail.
func to(class bot.SendClass, people ...string) func(school.Notice) error {
	return func(n school.Notice) error {
		for _, p := range people {
			if n.To == p {
				return &bot.SendError{Class: class, Code: "x", Text: "不行"}
			}
		}
		return nil
	}
}
