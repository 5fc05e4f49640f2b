// Package sandbox is an honest chat platform without any account: everybody
// has a feed, kept in memory and, when a folder is given, in a file that only
// grows, so that a killed process loses nothing it had accepted. The demo, the
// stories and the screenshots use it.
package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"sync"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Name is both the account name and the kind of address of the sandbox.
const Name = "sandbox"

// Platform holds the feeds. It is safe for concurrent use.
type Platform struct {
	zone    *time.Location
	members func(class string) []string

	mu        sync.Mutex
	journal   *journal
	entries   []entry
	byPerson  map[string][]int // indexes of entries
	byKey     map[string]int   // notice key → index of the newest entry
	next      int
	followers map[chan struct{}]map[string]bool
}

var _ bot.Platform = (*Platform)(nil)

// New opens the sandbox kept in dir; "" keeps it in memory only. Times are
// written in zone; members lists who is in a class's group.
func New(dir string, zone *time.Location, members func(class string) []string) (*Platform, error) {
	p := &Platform{zone: zone, members: members, followers: map[chan struct{}]map[string]bool{}}
	p.clear()
	p.next = 1
	if dir == "" {
		return p, nil
	}
	j, entries, err := openJournal(dir)
	if err != nil {
		return nil, err
	}
	p.journal = j
	for _, e := range entries {
		p.add(e)
	}
	return p, nil
}

// Name is "sandbox".
func (p *Platform) Name() string { return Name }

// Kind is "sandbox".
func (p *Platform) Kind() string { return Name }

// Deliver puts the item into the feed of its recipient, or of everybody in the
// class's group. The same bytes under the same key are recognised and not
// shown again.
func (p *Platform) Deliver(_ context.Context, d bot.Dispatch) (school.Receipt, error) {
	var item Item
	if err := json.Unmarshal(d.Body, &item); err != nil {
		return school.Receipt{}, &bot.SendError{Class: bot.SendNever, Code: "body", Text: phrase.SandboxBadBody.String()}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	to := p.recipients(d)
	if len(to) == 0 {
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "nobody", Text: phrase.SandboxNobody.String()}
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(d.Body))
	if i, known := p.byKey[d.Notice.Key]; known && p.entries[i].Sum == sum {
		return p.entries[i].receipt(), nil
	}
	if d.Notice.Act == school.NoticeRecall {
		p.takeBack(&item, d.Notice.Of)
	}
	item.N = p.next
	raw, err := json.Marshal(item)
	if err != nil {
		return school.Receipt{}, &bot.SendError{Class: bot.SendNever, Code: "body", Text: phrase.SandboxBadBody.String()}
	}
	e := entry{N: item.N, Key: d.Notice.Key, Sum: sum, To: to, Item: raw}
	if item.Card != nil {
		e.Card = item.Card.ID
	}
	if p.journal != nil {
		if err := p.journal.append(e); err != nil {
			return school.Receipt{}, &bot.SendError{Class: bot.SendRetry, Code: "file", Text: phrase.SandboxCannotWrite.String()}
		}
	}
	p.add(e)
	p.wake(to)
	return e.receipt(), nil
}

func (p *Platform) recipients(d bot.Dispatch) []string {
	if class := d.Notice.ToClass; class != "" {
		to := append([]string{}, p.members(class)...)
		sort.Strings(to)
		return to
	}
	if d.Notice.To != "" {
		return []string{d.Notice.To}
	}
	if d.To.User != "" {
		return []string{d.To.User}
	}
	return nil
}

// takeBack makes the item show the card of the message taken back as void.
func (p *Platform) takeBack(item *Item, of string) {
	i, known := p.byKey[of]
	if !known {
		return
	}
	var sent Item
	if json.Unmarshal(p.entries[i].Item, &sent) != nil || sent.Card == nil {
		return
	}
	sent.Card.State = school.CardSuperseded
	sent.Card.Result = item.Text
	sent.Card.Inputs, sent.Card.Buttons = []Input{}, []school.Button{}
	item.Kind, item.Card = school.NoticeCard, sent.Card
}

// Feed returns the person's items numbered above after, oldest first.
func (p *Platform) Feed(person string, after int) []json.RawMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	mine := p.byPerson[person]
	from := sort.Search(len(mine), func(i int) bool { return p.entries[mine[i]].N > after })
	out := make([]json.RawMessage, 0, len(mine)-from)
	for _, i := range mine[from:] {
		out = append(out, p.entries[i].Item)
	}
	return out
}

// Subscribe returns a channel that receives when the feed of one of the people
// grows, of anybody when none is named; stop ends it. Wake-ups are merged.
func (p *Platform) Subscribe(people ...string) (more <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	only := map[string]bool{}
	for _, person := range people {
		only[person] = true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.followers[ch] = only
	return ch, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.followers, ch)
	}
}

// Reset empties every feed. Numbers go on, so that a reader who had seen n
// still sees what comes next.
func (p *Platform) Reset() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.journal != nil {
		if err := p.journal.truncate(); err != nil {
			return err
		}
	}
	p.clear()
	p.wake(nil)
	return nil
}

// Close closes the file; the feeds stay readable.
func (p *Platform) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.journal == nil {
		return nil
	}
	return p.journal.close()
}

func (p *Platform) clear() {
	p.entries, p.byPerson, p.byKey = nil, map[string][]int{}, map[string]int{}
}

func (p *Platform) add(e entry) {
	i := len(p.entries)
	p.entries = append(p.entries, e)
	p.byKey[e.Key] = i
	for _, person := range e.To {
		p.byPerson[person] = append(p.byPerson[person], i)
	}
	p.next = max(p.next, e.N+1)
}

// wake rings those who follow one of the people; nil rings everybody.
func (p *Platform) wake(people []string) {
	for ch, only := range p.followers {
		if len(only) > 0 && people != nil && !anyOf(only, people) {
			continue
		}
		select {
		case ch <- struct{}{}:
		default: // it is awake already
		}
	}
}

func anyOf(set map[string]bool, people []string) bool {
	for _, person := range people {
		if set[person] {
			return true
		}
	}
	return false
}

func (e entry) receipt() school.Receipt {
	return school.Receipt{Platform: Name, User: e.To[0], Message: strconv.Itoa(e.N), Task: e.Card}
}
