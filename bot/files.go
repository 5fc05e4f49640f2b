package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// filesQuestion marks the card that waits for words about files; its
// candidates are their ids.
const filesQuestion = "files"

// filesWait is how long after a photo a report about one child is taken to be
// what the photo shows. Later it could be about somebody else.
const filesWait = 5 * time.Minute

// sayLost tells the sender which files could not be had, and why.
func (t *talk) sayLost() {
	var said []string
	for _, a := range t.d.Attachments {
		if why := refuseFile(a); why != "" && (a.Lost != "" || len(a.Content) > 0) && !slices.Contains(said, why) && !t.group() {
			said = append(said, why)
			t.say(why)
		}
	}
}

// files are those of the message that are kept, under ids of their own.
func (t *talk) files() []school.File {
	var all []school.File
	for i, a := range t.d.Attachments {
		if len(a.Content) > 0 && refuseFile(a) == "" {
			all = append(all, school.File{ID: school.ID(t.d.Key, "file", strconv.Itoa(i)), Name: a.Name, Type: kindOf(a), At: t.now, By: t.by.ID, Content: a.Content})
		}
	}
	return all
}

// wordless is a photo, a voice message or nothing: files answer the card that
// waits for them; else they are kept, and a sentence is asked for.
func (t *talk) wordless() error {
	if t.d.Card != "" && len(t.d.Attachments) > 0 {
		card, err := t.b.Store.Card(t.ctx, t.c.School, t.d.Card)
		if err != nil {
			return err
		}
		for _, in := range card.Inputs {
			if in.Type == "file" {
				t.d.Inputs = map[string]string{in.Key: "file:0"}
				t.d.Button = submitButton(card)
				return t.press()
			}
		}
	}
	if t.group() { // pictures in a group are not for us
		return nil
	}
	t.sayLost()
	if files := t.files(); len(files) > 0 {
		return t.waitForWords(files)
	}
	t.say(phrase.TextPlease.With())
	return nil
}

// fileAway finds a place for the files of a message with words, once these
// have been acted on: with the one child they are about, or waiting until it is
// known which.
func (t *talk) fileAway(m school.Meaning, card *school.Card) error {
	files := t.files()
	if len(files) == 0 || t.filed {
		return nil
	}
	if card != nil && card.Student != "" && len(m.Marks) == 0 && t.d.Card == card.ID {
		return t.keepFiles(card.Student)
	}
	return t.waitForWords(files)
}

// waitForWords keeps files that are about nobody yet. Photos that come one
// after another are asked about once. Where cards of the sender wait for a
// file, a press says that this is it.
func (t *talk) waitForWords(files []school.File) error {
	t.c.Files, t.filed = append(t.c.Files, files...), true
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, f := range files {
		ids = append(ids, f.ID)
	}
	for _, c := range cards {
		if c.Open != nil && c.Open.Why == filesQuestion && t.now.Sub(c.At) < filesWait {
			open := *c.Open
			open.Candidates = slices.Concat(open.Candidates, ids)
			c.Open = &open
			t.c.Cards = append(t.c.Cards, c)
			return nil
		}
	}
	t.show(school.Card{ID: school.ID(t.d.Key, "files"), Kind: school.CardAsk, People: []string{t.by.ID}, Title: phrase.FilesWait.With("n", len(files)),
		Why: phrase.AskWhy.With(), Open: &school.Question{Why: filesQuestion, Candidates: ids}, Buttons: t.wanting(cards)})
	return nil
}

// wanting offers the open cards that ask for a file.
func (t *talk) wanting(cards []school.Card) []school.Button {
	const most = 5 // a WeCom card holds six buttons
	var all []school.Button
	for _, c := range cards {
		if in, ok := fileInput(c); ok && len(all) < most {
			all = append(all, school.Button{Key: "card:" + c.ID, Text: phrase.FilesFor.With("name", t.h.name(c.Student), "label", in.Label), Act: school.ActChoose})
		}
	}
	return all
}

func fileInput(c school.Card) (school.Input, bool) {
	i := slices.IndexFunc(c.Inputs, func(in school.Input) bool { return in.Type == "file" })
	if i < 0 || c.Student == "" {
		return school.Input{}, false
	}
	return c.Inputs[i], true
}

// handIn answers a card that waits for a file with the one that was sent.
func (t *talk) handIn(waiting school.Card, button school.Button) error {
	id, _ := strings.CutPrefix(button.Key, "card:")
	card, err := t.b.Store.Card(t.ctx, t.c.School, id)
	if err != nil {
		return err
	}
	in, ok := fileInput(card)
	if !ok {
		return school.Invalid("%s", phrase.PressUnknown.With())
	}
	for i, id := range waiting.Open.Candidates {
		f, err := t.b.Store.File(t.ctx, t.c.School, id)
		if err != nil {
			return err
		}
		t.d.Attachments = append(t.d.Attachments, school.Attachment{Name: f.Name, Type: f.Type, Content: f.Content})
		in.Value = fmt.Sprint("file:", i)
	}
	t.finish(waiting, phrase.FilesHandedIn.With("what", in.Label))
	return t.pressWith(card, in.Key, in.Value)
}

// keepFiles puts the files of the message, and those that were sent shortly
// before without a word, with the child that was just spoken of.
func (t *talk) keepFiles(student string) error {
	files := t.files()
	t.filed = len(files) > 0
	cards, err := t.b.Store.OpenCards(t.ctx, t.c.School, t.by.ID)
	if err != nil {
		return err
	}
	name := t.h.name(student)
	for _, c := range cards {
		if c.Open == nil || c.Open.Why != filesQuestion || t.touched(c.ID) {
			continue
		}
		if t.now.Sub(c.At) >= filesWait {
			c.State = school.CardSuperseded // too late to be certain; whoever sees the whole school can open them
			t.c.Cards = append(t.c.Cards, c)
			continue
		}
		for _, id := range c.Open.Candidates {
			f, err := t.b.Store.File(t.ctx, t.c.School, id)
			if err != nil {
				return err
			}
			files = append(files, f)
		}
		t.finish(c, phrase.FilesKept.With("n", len(c.Open.Candidates), "name", name))
	}
	if len(files) == 0 {
		return nil
	}
	facts, err := t.facts(student)
	if err != nil {
		return err
	}
	t.c.Merge(rules.Keep(t.after(facts[student], t.about(student)), files))
	for i, k := range t.c.Cases { // the words may have closed the case: its papers are complete all the same
		if k.Student == student && k.State == school.CaseIsClosed {
			for _, f := range files {
				t.c.Cases[i].Documents = append(slices.Clip(t.c.Cases[i].Documents), rules.Attached(f))
			}
		}
	}
	if t.filed {
		t.say(phrase.FilesKept.With("n", len(files), "name", name))
	}
	return nil
}

// about is what the change so far says of one child.
func (t *talk) about(student string) school.Change {
	c := school.Change{}
	for _, m := range t.c.Marks {
		if m.Student == student {
			c.Marks = append(c.Marks, m)
		}
	}
	for _, v := range t.c.Void {
		if v.Student == student {
			c.Void = append(c.Void, v)
		}
	}
	for _, l := range t.c.Leaves {
		if l.Student == student {
			c.Leaves = append(c.Leaves, l)
		}
	}
	for _, k := range t.c.Cases {
		if k.Student == student {
			c.Cases = append(c.Cases, k)
		}
	}
	for _, k := range t.c.Cards {
		if k.Student == student {
			c.Cards = append(c.Cards, k)
		}
	}
	return c
}
