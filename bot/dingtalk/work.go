package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"guixiao/bot"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// workPrefix marks the task id of a work notification in a receipt.
const workPrefix = "work:"

// resultAfter is how long DingTalk is given to find out whether the person can
// be reached: the send itself accepts everybody.
const resultAfter = time.Second

// sendWork sends a work notification (sheet 4.6) and asks once what became of
// it: one that is dropped would otherwise look delivered, and nobody would call.
func (p *Platform) sendWork(ctx context.Context, d bot.Dispatch) (school.Receipt, error) {
	var w work
	if json.Unmarshal(d.Body, &w) != nil {
		return school.Receipt{}, never("body", phrase.DingBadRequest)
	}
	if w.Agent == 0 {
		return school.Receipt{}, &bot.SendError{Class: bot.SendRecipient, Code: "agent_id", Text: phrase.DingNoAgent.String()}
	}
	var answer struct {
		Task int64 `json:"task_id"`
	}
	if err := p.api.do(ctx, call{path: "/topapi/message/corpconversation/asyncsend_v2", body: d.Body}, &answer); err != nil {
		return school.Receipt{}, err
	}
	p.deps.Wait(ctx, resultAfter)
	if err := p.result(ctx, w.Agent, answer.Task, d.To.User); err != nil {
		return school.Receipt{}, err
	}
	return school.Receipt{Message: workPrefix + number(answer.Task)}, nil
}

// result reads why a notification was dropped; nil when it was not, or when
// nothing can be learned now.
func (p *Platform) result(ctx context.Context, agent, task int64, user string) error {
	var answer struct {
		Result struct {
			Invalid   []string `json:"invalid_user_id_list"`
			Forbidden []string `json:"forbidden_user_id_list"`
			Failed    []string `json:"failed_user_id_list"`
			Why       []struct {
				Code loose  `json:"code"`
				User string `json:"userid"`
			} `json:"forbidden_list"`
		} `json:"send_result"`
	}
	err := p.api.post(ctx, "/topapi/message/corpconversation/getsendresult", map[string]int64{"agent_id": agent, "task_id": task}, &answer)
	if err != nil {
		return nil // it was accepted; that is all we know
	}
	r := answer.Result
	for _, why := range r.Why {
		if why.User == user {
			if why.Code == "143106" {
				return nil // the same words today: an earlier attempt has arrived
			}
			return classify(string(why.Code))
		}
	}
	switch {
	case slices.Contains(r.Invalid, user):
		return classify("invalidUser")
	case slices.Contains(r.Forbidden, user):
		return classify("forbiddenUser")
	case slices.Contains(r.Failed, user):
		return classify("failedUser")
	}
	return nil
}

func (p *Platform) recallWork(ctx context.Context, task string) error {
	id, err := strconv.ParseInt(task, 10, 64)
	if err != nil {
		return classify("recall")
	}
	err = p.api.post(ctx, "/topapi/message/corpconversation/recall", map[string]int64{"agent_id": p.set.AgentID, "msg_task_id": id}, nil)
	if e := (*bot.SendError)(nil); errors.As(err, &e) && e.Class == bot.SendNever {
		return classify("recall") // 24 hours are over
	}
	return err
}
