package bot

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// mostHandedOut is how many files one request brings: an hour of scrolling
// helps nobody, and the console shows them all.
const mostHandedOut = 5

// A request for papers is one only when nothing else is said: "把…的请假条发我"
// must not swallow a report, nor be taken for one.
var (
	papersAskedFor = regexp.MustCompile(`(?:病假|事假|诊断|医院|休学|转学)?的?(?:材料|照片|请假条|证明|家访记录|申请表)`)
	handThemToMe   = regexp.MustCompile(`发给我看?|发我|给我看`)
	onlyPolite     = regexp.MustCompile(`^(?:请|麻烦|帮我|您好|你好|老师|谢谢|同学|最近|所有|全部|一下|看看|看|把|将|的|和|吧|下|[\pP\s])*$`)
)

// handOut sends somebody who may read a child's file its newest papers, in the
// direct conversation; false when the words ask for no such thing.
func (t *talk) handOut(text string) (bool, error) {
	if len(t.d.Attachments) > 0 || !papersAskedFor.MatchString(text) || !handThemToMe.MatchString(text) {
		return false, nil
	}
	if err := t.delegations(); err != nil {
		return false, err
	}
	children := t.childrenNamed()
	rest := text
	for _, s := range children {
		rest = strings.ReplaceAll(rest, s.Name, "")
	}
	rest = handThemToMe.ReplaceAllString(papersAskedFor.ReplaceAllString(rest, ""), "")
	if len(children) == 0 || !onlyPolite.MatchString(rest) {
		return false, nil
	}
	t.b.Metrics.Messages.WithLabelValues(school.IntentQuery).Inc()
	for _, s := range children {
		if !t.h.School.MayReadFile(t.by, s, t.ds, t.now) {
			return true, school.Forbidden(phrase.FilesNotYours.With("name", s.Name))
		}
	}
	switch {
	case t.group():
		t.say(phrase.FilesDirectOnly.With())
		return true, nil
	case len(children) > 1:
		t.say(phrase.FilesOneChild.With())
		return true, nil
	}
	return true, t.handOutOf(children[0])
}

func (t *talk) handOutOf(s school.Student) error {
	all, err := t.b.Store.FilesOf(t.ctx, t.c.School, s.ID)
	if err != nil {
		return err
	}
	files := all[:min(len(all), mostHandedOut)]
	switch {
	case len(all) == 0:
		t.say(phrase.FilesNone.With("name", s.Name))
		return nil
	case len(all) > len(files):
		t.say(phrase.FilesNewest.With("name", s.Name, "all", len(all), "n", len(files)))
	default:
		t.say(phrase.FilesAll.With("name", s.Name, "n", len(files)))
	}
	for _, f := range files {
		day := t.h.School.Calendar.In(f.At).Format("1月2日")
		t.n++
		t.c.Notices = append(t.c.Notices, school.Notice{School: t.c.School, Key: fmt.Sprintf("reply:%s:%d", t.d.Key, t.n),
			Act: school.NoticeSend, Kind: school.NoticeText, To: t.by.ID, Via: t.via(t.by.ID), File: f.ID,
			Text: phrase.FileCaption.With("name", s.Name, "file", path.Base(f.Name), "day", day), Why: phrase.ReplyWhy.With(), At: t.now, DueAt: t.now})
	}
	read := t.line("read", phrase.LinePapersSent.With("n", len(files)))
	read.Book = "person:" + s.ID // whose papers they are, as when they are opened in the console
	t.c.Audit = append(t.c.Audit, read)
	return nil
}

// attached hands the file of a notice in at the platform that will show it.
// Where that is not possible, the caption leads to the console, which asks who
// is there. A file that is gone is school.ErrNotFound; trouble of the platform
// is a *SendError.
func (b *Bot) attached(ctx context.Context, p Platform, n school.Notice, to school.Address) (school.Notice, error) {
	if n.File == "" {
		return n, nil
	}
	f, err := b.Store.File(ctx, n.School, n.File)
	if err != nil {
		return n, err
	}
	if up, ok := p.(Uploader); ok {
		media, err := b.upload(ctx, up, p, f, to)
		var refused *SendError
		switch {
		case err == nil:
			n.Media = &media
			return n, nil
		case !errors.As(err, &refused):
			return n, &SendError{Class: SendRetry, Code: "upload", Text: safeReason(err)}
		case refused.Class != SendNever:
			later := *refused
			later.Unsure = false // whatever became of the file, no message has left
			return n, &later
		}
		b.Log.Warn("file not taken by the platform, a link goes out instead", "platform", p.Name(), "code", refused.Code)
	}
	if b.BaseURL == "" {
		n.Text = phrase.FileInConsole.With("text", n.Text)
		return n, nil
	}
	n.Text = phrase.FileLink.With("text", n.Text, "url", b.BaseURL+"/documents/"+n.File)
	return n, nil
}

func (b *Bot) upload(ctx context.Context, up Uploader, p Platform, f school.File, to school.Address) (m school.Media, err error) {
	defer broken(p, &err)
	ctx, cancel := context.WithTimeout(ctx, b.SendTime())
	defer cancel()
	return up.Upload(ctx, f, to)
}
