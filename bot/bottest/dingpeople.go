package bottest

import (
	"maps"
	"slices"
	"time"
)

// DingUser is somebody with a DingTalk account of the school.
type DingUser struct {
	ID, Name, Mobile string

	fake      *DingTalk
	guardian  bool
	outside   bool // not in the app's 可使用范围
	inactive  bool // never activated DingTalk
	elsewhere bool // of another organisation
	flow      bool // the next robot message is held back
	inbox     []*DingMessage
}

// DingGroup is an internal group (内部群).
type DingGroup struct {
	ID, Title string
	fake      *DingTalk
	robot     bool // our robot is a member
	gone      bool
	inbox     []*DingMessage
}

// DingMessage is what arrived on a phone or in a group.
type DingMessage struct {
	Key      string // processQueryKey, task id or carrierId
	Way      string // robot, group, work, ding, card, session
	Kind     string // msgKey or msgtype
	At       time.Time
	Title    string
	Text     string
	Links    []Button  // text and URL
	Track    string    // of a card
	Status   string    // of an oa message
	File     *DingFile // of a picture or a file, whose name is the Text
	Recalled bool
	Body     []byte // the request that brought it
	owner    string
}

// Staff returns the member with this userId, making them known.
func (f *DingTalk) Staff(id string) *DingUser { return f.user(id, false) }

// Guardian returns a parent of the 家校通讯录: the robot cannot write to them,
// work notifications can.
func (f *DingTalk) Guardian(id string) *DingUser { return f.user(id, true) }

func (f *DingTalk) user(id string, guardian bool) *DingUser {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users[id] == nil {
		f.users[id] = &DingUser{ID: id, Name: "姓名" + id, fake: f, guardian: guardian}
	}
	return f.users[id]
}

// Group returns a group in which the robot is.
func (f *DingTalk) Group(id, title string) *DingGroup {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.groups[id] == nil {
		f.groups[id] = &DingGroup{ID: id, Title: title, fake: f, robot: true}
	}
	return f.groups[id]
}

// Named sets the name and the mobile number in the address book.
func (u *DingUser) Named(name, mobile string) *DingUser {
	u.fake.set(func() { u.Name, u.Mobile = name, mobile })
	return u
}

// Hide takes the person out of the app's 可使用范围.
func (u *DingUser) Hide() { u.fake.set(func() { u.outside = true }) }

// Outsider returns somebody of another organisation, whom only the reply
// address of a conversation reaches.
func (f *DingTalk) Outsider(name string) *DingUser {
	u := f.user(name, false)
	f.set(func() { u.elsewhere, u.outside = true, true })
	return u
}

// Sleep makes somebody who never activated DingTalk: nothing arrives.
func (u *DingUser) Sleep() { u.fake.set(func() { u.inactive = true }) }

// HoldBack holds the next robot message to this person back (flow control).
func (u *DingUser) HoldBack() { u.fake.set(func() { u.flow = true }) }

// Leave takes the robot out of the group.
func (g *DingGroup) Leave() { g.fake.set(func() { g.robot = false }) }

// Disband ends the group.
func (g *DingGroup) Disband() { g.fake.set(func() { g.gone = true }) }

// Inbox is everything that arrived, oldest first.
func (u *DingUser) Inbox() []DingMessage { return u.fake.inboxOf(&u.inbox) }

// Inbox is what the group has read, oldest first.
func (g *DingGroup) Inbox() []DingMessage { return g.fake.inboxOf(&g.inbox) }

func (f *DingTalk) inboxOf(box *[]*DingMessage) []DingMessage {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []DingMessage
	for _, m := range *box {
		all = append(all, *m)
	}
	return all
}

// Texts are the words of all messages that are no cards and were not taken back.
func (u *DingUser) Texts() []string {
	var texts []string
	for _, m := range u.Inbox() {
		if m.Track == "" && !m.Recalled {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// DingCard is one person's copy of a card, as it now looks to them.
type DingCard struct {
	Track   string            // outTrackId
	Vars    map[string]string // public values under the person's own
	Updates int               // PUTs that reached it
	Repaint int               // answers to this person's presses that repainted it
}

// Cards are the person's cards as they now look, oldest first.
func (u *DingUser) Cards() []DingCard {
	u.fake.mu.Lock()
	defer u.fake.mu.Unlock()
	var all []DingCard
	for _, m := range u.inbox {
		if m.Track != "" && !m.Recalled {
			all = append(all, u.fake.cards[m.Track].seenBy(u.ID))
		}
	}
	return all
}

// Card is the newest card; the zero DingCard when there is none.
func (u *DingUser) Card() DingCard {
	cards := u.Cards()
	if len(cards) == 0 {
		return DingCard{}
	}
	return cards[len(cards)-1]
}

// seenBy overlays what is public with what is the person's own.
func (i *dingInstance) seenBy(user string) DingCard {
	c := DingCard{Track: i.track, Vars: maps.Clone(i.public), Updates: i.updates, Repaint: i.repainted[user]}
	maps.Copy(c.Vars, i.private[user])
	maps.Copy(c.Vars, i.repaint[user])
	return c
}

// holds says whether a copy of the card lies in the person's chat or in a group.
func (u *DingUser) holds(track string) bool {
	here := func(m *DingMessage) bool { return m.Track == track && !m.Recalled }
	if slices.ContainsFunc(u.inbox, here) {
		return true
	}
	for _, g := range u.fake.groups {
		if slices.ContainsFunc(g.inbox, here) {
			return true
		}
	}
	return false
}

// reachedByRobot says whether a single chat with the robot is possible.
func (f *DingTalk) reachedByRobot(id string) (*DingUser, bool) {
	u := f.users[id]
	return u, u != nil && !u.outside && !u.guardian && !u.inactive
}

func (f *DingTalk) arrive(box *[]*DingMessage, m DingMessage) *DingMessage {
	m.At = f.now()
	*box = append(*box, &m)
	if m.Key != "" {
		f.sent[m.Key] = append(f.sent[m.Key], &m)
	}
	return &m
}
