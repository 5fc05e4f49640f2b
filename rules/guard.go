package rules

import (
	"slices"
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Requests a school may not grant in the compulsory years, and what they are
// called on forms and in policies. withdraw is 休学 (leave of absence with the
// place kept); withdrawal is 退学.
var requestWords = map[string]phrase.Phrase{
	"leave": phrase.MarkLeave, "suspend": phrase.RequestSuspend, "withdraw": phrase.RequestWithdraw, "resume": phrase.RequestResume,
	"transfer_out": phrase.RequestTransferOut, "transfer_in": phrase.RequestTransferIn, "defer": phrase.RequestDefer, "refund": phrase.RequestRefund,
	"withdrawal": phrase.RequestWithdrawal, "expulsion": phrase.RequestExpulsion, "refuse-student": phrase.RequestRefuse,
	"regime": phrase.RequestRegime, "exempt": phrase.RequestExempt, "abroad": phrase.RequestAbroad, "aid": phrase.RequestAid,
}

var requestAliases = map[string]string{"expel": "expulsion", "制度": "regime", "除名": "expulsion", "开除学籍": "expulsion", "勒令退学": "expulsion", "自愿退学": "withdrawal", "辍学": "withdrawal", "停学": "suspend", "转出": "transfer_out", "停课": "suspend", "延缓入学": "defer", "复学": "resume", "转入": "transfer_in", "退费": "refund",
	"退学": "withdrawal", "开除": "expulsion", "劝退": "expulsion", "拒收": "refuse-student", "拒绝入班": "refuse-student", "休学": "withdraw", "转学": "transfer_out", "免学": "exempt", "出国": "abroad", "出国留学": "abroad", "缓学": "defer", "复课": "resume", "请假": "leave", "困难资助": "aid", "资助": "aid", "助学金": "aid"}

// statusKinds are the changes of status that can stop the clock.
var statusKinds = []string{"withdraw", "transfer_out", "defer", "suspend", "withdrawal", "expulsion", "exempt", "abroad"}

// applicationKinds are what a family can apply for besides leave.
var applicationKinds = []string{"withdraw", "resume", "transfer_out", "transfer_in", "defer", "suspend", "refund", "withdrawal", "exempt", "abroad", "leave", "aid"}

func requestWord(kind string) string {
	if w, ok := requestWords[requestKind(kind)]; ok {
		return w.String()
	}
	return kind
}

// RequestName is what people call a kind of application.
func RequestName(kind string) string { return requestWord(kind) }

// Applications lists what can be applied for at a school, for its forms.
func Applications(s *school.School) []school.Option {
	kinds := []string{school.ApplyLeave, school.ApplyWithdraw, school.ApplyResume, school.ApplyTransferOut, school.ApplyTransferIn, school.ApplyDefer,
		school.ApplyExempt, school.ApplyAbroad, school.ApplyAid}
	if s.Training() {
		kinds = []string{school.ApplyLeave, school.ApplySuspend, school.ApplyResume, school.ApplyRefund, school.ApplyQuit}
	}
	var out []school.Option
	for _, k := range kinds {
		out = append(out, school.Option{ID: k, Text: requestWord(k)})
	}
	return out
}

// NamesRequest says whether words name a kind of application: 转学 as well as 转出.
func NamesRequest(text, kind string) bool {
	if strings.Contains(text, requestWord(kind)) {
		return true
	}
	for word, k := range requestAliases {
		if k == kind && strings.Contains(text, word) {
			return true
		}
	}
	return false
}

func requestKind(kind string) string {
	if k, ok := requestAliases[kind]; ok {
		return k
	}
	return kind
}

// Tried is the refusal of what a guard forbids, with the posts that hear that
// somebody tried.
type Tried struct {
	Refusal *school.Error
	What    string
	Tell    []string
}

func (e *Tried) Error() string { return e.Refusal.Error() }
func (e *Tried) Unwrap() error { return e.Refusal }

// Blocked says no to what the regime or the law forbids, with the article; nil
// means the request may go on.
func Blocked(p *Policy, class school.Class, request string, fields map[string]string) error {
	kind := requestKind(request)
	p = p.orNone()
	for _, g := range p.Guards {
		if g.Block == kind && !g.allows(fields) {
			return &Tried{Refusal: school.Refused(g.Say), What: requestWord(kind), Tell: g.Notify}
		}
	}
	guarded := slices.ContainsFunc(p.Guards, func(g Guard) bool { return g.Block == kind })
	if class.Compulsory() && (kind == "expulsion" || kind == "refuse-student" || kind == "withdrawal" && !guarded) {
		return school.Refused(phrase.LawForbids.With("what", requestWord(kind)))
	}
	return nil
}

// allows says whether the request meets the one exception of the guard.
func (g Guard) allows(fields map[string]string) bool {
	if len(g.Unless) == 0 {
		return false
	}
	for k, want := range g.Unless {
		have := fields[k]
		if have == phrase.LossOfAbility.String() {
			have = "loss-of-ability-to-study"
		}
		if have != want && !(want == "attached" && have != "" && have != "none" && have != "无") {
			return false
		}
	}
	return true
}
