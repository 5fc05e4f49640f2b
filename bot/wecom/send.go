package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/silenceper/wechat/v2/work/message"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// The calls that make something appear on a phone.
const (
	apiSend   = "message/send"
	apiUpdate = "message/update_template_card"
	apiRecall = "message/recall"
	apiSchool = "externalcontact/message/send"
)

// Deliver sends what Render made. For an update the Code of the receipt is the
// single-use code that was spent.
func (p *Platform) Deliver(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	api, send := p.way(d.Notice, d.To)
	switch {
	case d.Notice.ToClass != "":
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "group", Text: phrase.WeComNoGroup.String()}
	case d.To.User == "":
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "address", Text: phrase.WeComNoAddress.String()}
	}
	if err := p.rests.look(api, p.now()); err != nil {
		return school.Receipt{}, err
	}
	r, err := send(ctx, d)
	if err != nil {
		p.rests.note(api, err, p.now())
		return school.Receipt{}, err
	}
	r.Platform, r.User = p.name, d.To.User
	return r, nil
}

// way chooses the call for a notice. A school notice cannot be changed, nor can
// a textcard: their card is the page they link to, which shows the present
// state by itself. A school notice cannot be recalled either.
func (p *Platform) way(n school.Notice, to school.Address) (string, func(context.Context, bot.Dispatch) (school.Receipt, error)) {
	switch {
	case bot.ForGuardian(n) && n.Act == school.NoticeSend:
		return apiSchool, p.sendSchoolNotice
	case n.Act == school.NoticeRecall:
		return apiRecall, p.recall
	case bot.ForGuardian(n), n.Act == school.NoticeUpdate && p.cardless(to.User) && p.draw.base != "":
		return apiSchool, func(context.Context, bot.Dispatch) (school.Receipt, error) { return school.Receipt{}, nil }
	case n.Act == school.NoticeUpdate:
		return apiUpdate, p.update
	}
	return apiSend, p.sendMessage
}

func stale() error { return classify(apiUpdate, 60140, "") }

func (p *Platform) sendMessage(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	if err := p.slow(ctx, d.To.User); err != nil {
		return school.Receipt{}, err
	}
	var answer message.SendResponse
	err := p.api.post(ctx, apiSend, d.Body, &answer)
	task := taskIn(d.Body)
	if d.Attempt > 1 && task != "" && code(err) == "42014" {
		// The task is ours alone: it is taken because an earlier attempt arrived.
		return school.Receipt{Task: task}, nil
	}
	switch {
	case d.Notice.File != "" && mediaOver(err):
		return school.Receipt{}, &bot.SendError{Class: bot.SendRetry, Code: code(err), Anew: true, Text: phrase.WeComMediaGone.String()}
	case err != nil:
		return school.Receipt{}, err
	case listed(answer.InvalidUser, d.To.User):
		return school.Receipt{}, classify(apiSend, 81013, "")
	case listed(answer.UnlicensedUser, d.To.User):
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "unlicensed", Text: phrase.WeComUnlicensed.String()}
	}
	return school.Receipt{Message: answer.MsgID, Code: answer.ResponseCode, Task: task}, nil
}

// slow keeps WeCom's limit per person: beyond it messages vanish silently.
func (p *Platform) slow(ctx context.Context, person string) error {
	if wait := p.limit.wait(ctx, person, p.now()); wait > 0 {
		return &bot.SendError{Class: bot.SendRetry, Code: "member-limit", After: wait, Text: phrase.WeComSlowDown.String()}
	}
	return nil
}

// listed says whether the person is among ids joined by |, which WeCom folds
// to lower case.
func listed(ids, person string) bool {
	for _, id := range strings.Split(ids, "|") {
		if strings.EqualFold(id, person) {
			return true
		}
	}
	return false
}

// taskIn reads the task_id of a rendered card; "" for a text.
func taskIn(body []byte) string {
	var m struct {
		Card struct {
			Task string `json:"task_id"`
		} `json:"template_card"`
	}
	if json.Unmarshal(body, &m) != nil {
		return ""
	}
	return m.Card.Task
}

// update changes the person's copy of a card. Codes are tried newest first,
// since each works once and for 72 hours.
func (p *Platform) update(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	var body cardUpdate
	if err := json.Unmarshal(d.Body, &body); err != nil {
		return school.Receipt{}, never("body", phrase.WeComBadRequest)
	}
	last := stale()
	for _, earlier := range d.Earlier {
		if earlier.Code == "" || earlier.Platform != "" && earlier.Platform != p.name {
			continue
		}
		body.Code = earlier.Code
		raw, err := encode(body)
		if err != nil {
			return school.Receipt{}, never("body", phrase.WeComBadRequest)
		}
		var answer struct {
			Invalid []string `json:"invaliduser"`
		}
		err = p.api.post(ctx, apiUpdate, raw, &answer)
		if err == nil && listed(strings.Join(answer.Invalid, "|"), d.To.User) {
			return school.Receipt{}, classify(apiUpdate, 81013, "")
		}
		if err == nil {
			return school.Receipt{Code: earlier.Code, Task: earlier.Task, Message: earlier.Message}, nil
		}
		if last = err; code(err) != "60140" {
			return school.Receipt{}, err
		}
	}
	return school.Receipt{}, last
}

// recall takes a message back; after 24 hours, or without a message id, that
// is no longer possible and the notice is stale.
func (p *Platform) recall(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	gone := classify(apiRecall, 42052, "")
	for _, earlier := range d.Earlier {
		if earlier.Message == "" || earlier.Platform != "" && earlier.Platform != p.name {
			continue
		}
		body, err := encode(recall{Message: earlier.Message})
		if err == nil {
			err = p.api.post(ctx, apiRecall, body, nil)
		}
		var failed *bot.SendError
		if errors.As(err, &failed) && failed.Class == bot.SendNever {
			return school.Receipt{}, gone
		}
		return school.Receipt{Message: earlier.Message}, err
	}
	return school.Receipt{}, gone
}
