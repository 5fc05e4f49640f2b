package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Calls that make something appear on a phone.
const (
	apiDirect  = "/v1.0/robot/oToMessages/batchSend"
	apiGroup   = "/v1.0/robot/groupMessages/send"
	apiRecall  = "/v1.0/robot/otoMessages/batchRecall" // lower case, unlike the send
	apiCard    = "/v1.0/card/instances/createAndDeliver"
	apiDeliver = "/v1.0/card/instances/deliver"
	apiUpdate  = "/v1.0/card/instances"
	apiDing    = "/v1.0/robot/ding/send"
)

// sentKept is how long we remember that a message left: a process that died
// between sending and recording does not send it twice.
const sentKept = 24 * time.Hour

// Deliver sends what Render made. Message of the receipt is what DingTalk
// knows the message by – a processQueryKey, or "work:" and a task id – and
// Task the outTrackId of a card.
func (p *Platform) Deliver(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	if d.To.User == "" {
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "address", Text: phrase.DingNoAddress.String()}
	}
	if d.Attempt > 1 {
		if r, ok := p.sentBefore(ctx, d); ok {
			return r, nil
		}
	}
	r, err := p.send(ctx, d)
	if err != nil {
		return school.Receipt{}, failure(err)
	}
	r.Platform, r.User = p.name, d.To.User
	p.note(ctx, d, r)
	if d.Notice.Urgent && d.Notice.Act == school.NoticeSend && !bot.ForGuardian(d.Notice) && !strings.HasPrefix(d.To.User, groupPrefix) {
		p.ding(ctx, d)
	}
	return r, nil
}

func (p *Platform) sentKey(d bot.Dispatch) string {
	return "dingtalk:sent:" + p.set.Account + ":" + school.ID(d.Notice.School, d.Notice.Key, d.To.User)
}

func (p *Platform) note(ctx context.Context, d bot.Dispatch, r school.Receipt) {
	// Lost, a repeat is possible only if the process dies as well.
	_ = p.deps.Shared.Set(ctx, p.sentKey(d), text(r), sentKept)
}

func (p *Platform) sentBefore(ctx context.Context, d bot.Dispatch) (school.Receipt, bool) {
	var r school.Receipt
	raw, ok, err := p.deps.Shared.Get(ctx, p.sentKey(d))
	return r, err == nil && ok && json.Unmarshal([]byte(raw), &r) == nil && r.Platform == p.name
}

// send chooses the call by what the body is, so that a repeat goes the way of
// the first attempt whatever the settings say by then.
func (p *Platform) send(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	switch {
	case d.Notice.Act == school.NoticeRecall:
		return p.recall(ctx, d)
	case d.Notice.Act == school.NoticeUpdate:
		return p.update(ctx, d)
	}
	var shape struct {
		Track string          `json:"outTrackId"`
		Group string          `json:"openConversationId"`
		Work  json.RawMessage `json:"msg"`
	}
	if json.Unmarshal(d.Body, &shape) != nil {
		return school.Receipt{}, never("body", phrase.DingBadRequest)
	}
	switch {
	case shape.Track != "":
		return p.sendCard(ctx, d, shape.Track)
	case shape.Work != nil:
		return p.sendWork(ctx, d)
	}
	return p.sendMessage(ctx, d, shape.Group)
}

// sendMessage answers in the conversation while it is open, which is not
// counted, and through the API otherwise.
func (p *Platform) sendMessage(ctx context.Context, d bot.Dispatch, group string) (school.Receipt, error) {
	if words, ok := wordsIn(d.Body); ok {
		if done, err := p.reply(ctx, d.To.User, words); done || err != nil {
			return school.Receipt{}, err
		}
	}
	if strings.HasPrefix(d.To.User, outside) {
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "outside", Text: phrase.DingOutsider.String()}
	}
	api := apiDirect
	if group != "" {
		api = apiGroup
	}
	var answer struct {
		Key     string   `json:"processQueryKey"`
		Invalid []string `json:"invalidStaffIdList"`
		Slowed  []string `json:"flowControlledStaffIdList"`
	}
	if err := p.api.do(ctx, call{path: api, body: d.Body}, &answer); err != nil {
		return school.Receipt{}, err
	}
	switch {
	case slices.Contains(answer.Invalid, d.To.User):
		return school.Receipt{}, classify("invalidStaff")
	case slices.Contains(answer.Slowed, d.To.User):
		return school.Receipt{}, classify("flowControlled")
	}
	return school.Receipt{Message: answer.Key}, nil
}

// wordsIn reads the text of a rendered message; false for one of another kind.
func wordsIn(body []byte) (string, bool) {
	var m struct {
		Key   string `json:"msgKey"`
		Param string `json:"msgParam"`
	}
	var t textParam
	ok := json.Unmarshal(body, &m) == nil && m.Key == keyText && json.Unmarshal([]byte(m.Param), &t) == nil
	return t.Content, ok
}

// sendCard creates a card and delivers it. A card that is there already was
// made by an earlier attempt of which we do not know whether it was delivered:
// it is delivered again, since two looks at one card harm nobody.
func (p *Platform) sendCard(ctx context.Context, d bot.Dispatch, track string) (school.Receipt, error) {
	type delivered struct {
		OK      bool   `json:"success"`
		Carrier string `json:"carrierId"`
		Error   string `json:"errorMsg"`
	}
	var made struct {
		Result struct {
			To []delivered `json:"deliverResults"`
		} `json:"result"`
	}
	err := p.api.do(ctx, call{path: apiCard, body: d.Body}, &made)
	results := made.Result.To
	if codeOf(err) == codeCardExists {
		var again struct {
			Result []delivered `json:"result"`
		}
		err = p.api.post(ctx, apiDeliver, deliverCard{track, 1, spaceOf(d.To.User), robotDeliver{"IM_ROBOT", p.set.RobotCode}}, &again)
		results = again.Result
	}
	if err != nil {
		return school.Receipt{}, err
	}
	for _, r := range results {
		if !r.OK {
			p.log.Warn("dingtalk card not delivered", "code", r.Error)
			return school.Receipt{}, undelivered(r.Error)
		}
	}
	if len(results) == 0 {
		return school.Receipt{}, busy("deliverResults")
	}
	return school.Receipt{Task: track, Message: results[0].Carrier}, nil
}

// undelivered judges why a card that exists did not arrive: its words are not
// documented, so what is no known code is taken for the person's.
func undelivered(why string) error {
	for _, code := range strings.FieldsFunc(why, func(r rune) bool { return !strings.ContainsRune(codeRunes, r) }) {
		if _, known := rules[code]; known {
			return classify(code)
		}
	}
	return &bot.SendError{Class: bot.SendRecipient, Code: "deliverResults", Text: phrase.DingNotSeen.String()}
}

const codeRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

// update changes what was sent. A card shows it at once; of a work notification
// the status bar changes; a message with a link needs nothing, since its page
// shows what is true now; and anything else is told anew.
func (p *Platform) update(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	if bot.ForGuardian(d.Notice) {
		return school.Receipt{}, nil // the page it links to is always as it is now
	}
	var c change
	if json.Unmarshal(d.Body, &c) != nil {
		return school.Receipt{}, never("body", phrase.DingBadRequest)
	}
	for _, earlier := range d.Earlier {
		if earlier.Platform != "" && earlier.Platform != p.name {
			continue
		}
		task, isWork := strings.CutPrefix(earlier.Message, workPrefix)
		switch {
		case earlier.Task != "" && c.Card != nil:
			return earlier, p.updateCard(ctx, d.Notice.Card.ID, earlier.Task, *c.Card)
		case isWork && c.Bar != nil:
			return earlier, p.updateBar(ctx, task, *c.Bar)
		case earlier.Message != "" && p.set.BaseURL != "":
			return earlier, nil
		}
	}
	return school.Receipt{}, classify("param.cardNotExist")
}

func (p *Platform) updateCard(ctx context.Context, card, track string, u cardUpdate) error {
	for _, press := range p.presses.under(card) {
		select {
		case <-press: // answered first: a call inside a press would undo its answer
		case <-ctx.Done():
			return unreached(errors.New("timeout"))
		}
	}
	p.untilAnswered(ctx, track)
	if p.shows(ctx, track, u.Data) {
		return nil
	}
	u.Track = track
	body, err := encode(u)
	if err != nil {
		return err
	}
	return p.api.do(ctx, call{method: "PUT", path: apiUpdate, body: body}, nil)
}

func (p *Platform) updateBar(ctx context.Context, task string, bar statusBar) error {
	id, err := strconv.ParseInt(task, 10, 64)
	if err != nil {
		return classify("param.cardNotExist")
	}
	bar.Task = id
	err = p.api.post(ctx, "/topapi/message/corpconversation/status_bar/update", bar, nil)
	if e := (*bot.SendError)(nil); errors.As(err, &e) && e.Class == bot.SendNever {
		return classify("param.cardNotExist") // seven days are over
	}
	return err
}

// recall takes a message back; after 24 hours, or without a key, that is no
// longer possible and the notice is stale. A card is changed instead.
func (p *Platform) recall(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	for _, earlier := range d.Earlier {
		if earlier.Message == "" || earlier.Task != "" || earlier.Platform != "" && earlier.Platform != p.name {
			continue
		}
		if task, isWork := strings.CutPrefix(earlier.Message, workPrefix); isWork {
			return earlier, p.recallWork(ctx, task)
		}
		var answer struct {
			Done []string `json:"successResult"`
		}
		err := p.api.post(ctx, apiRecall, map[string]any{"robotCode": p.set.RobotCode, "processQueryKeys": []string{earlier.Message}}, &answer)
		var e *bot.SendError
		if errors.As(err, &e) && (e.Class == bot.SendNever || e.Code == "processQueryKey.expireTime") || err == nil && !slices.Contains(answer.Done, earlier.Message) {
			break
		}
		return earlier, err
	}
	return school.Receipt{}, classify("recall")
}

// ding calls the person's attention to something urgent that has just been
// sent: the last rung there is. It needs a plan that has it; where the plan has
// not, nobody asks again for a day, and the message itself has arrived anyway.
func (p *Platform) ding(ctx context.Context, d bot.Dispatch) {
	off := "dingtalk:noding:" + p.set.Account
	if _, no, err := p.deps.Shared.Get(ctx, off); err == nil && no {
		return
	}
	const inApp = 1
	words := d.Notice.Text
	if d.Notice.Card != nil {
		words = bot.CardTitle(d.Notice)
	}
	body := ding{p.set.RobotCode, inApp, []string{d.To.User}, bot.Shorten(words, maxDing)}
	var answer struct {
		Failed map[string][]string `json:"failedList"`
	}
	err := p.api.post(ctx, apiDing, body, &answer)
	var e *bot.SendError
	switch {
	case errors.As(err, &e) && (e.Class == bot.SendConfig || e.Code == "ding.serverquota.insufficient"):
		p.log.Warn("dingtalk plan has no DING", "code", e.Code)
		_ = p.deps.Shared.Set(ctx, off, "1", 24*time.Hour) // else it is asked again, nothing worse
	case err == nil && len(answer.Failed) > 0:
		p.log.Warn("dingtalk DING not delivered", "n", len(answer.Failed))
	}
}
