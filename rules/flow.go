package rules

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// Flow is the way of an application through the posts that decide it (C13,
// C27): what the applicant must tell, and the steps in order.
type Flow struct {
	ID      string
	Title   string
	Types   []string  // kinds of application, as school.Application.Kind
	Require []Require // what the applicant must tell
	Steps   []FlowStep
	Source  []string

	Document string // the form itself, drawn up when it is complete; "" = none
}

// FlowStep is one station: a check, a decision, a report. Due runs from its
// opening; a Deadline may count backwards from a date the applicant gave.
type FlowStep struct {
	Stage
	Decides  bool // 同意 or 拒绝; the other steps hand in what they require
	Everyone bool // 会签: everybody must agree; otherwise the first answer counts (或签)
	Beside   bool // opens together with the step before it
	Fresh    bool // not decided by whoever acted in an earlier step

	// of a step that has its time after the decision
	From  string // moment it counts from: FromApproved …; "" = its turn in the order
	Every Span   // again and again from then on, until the learner is back
	Lead  Span   // how long before its deadline it opens
	Asks  bool   // the family is asked first; By calls them when they are silent
	Tells bool   // the family is told what By hands in and must acknowledge it
	AckBy Span   // how long they have
}

// Moments a step can count from.
const (
	FromApproved = "approved"             // everybody who decides has agreed
	FromStart    = "suspension-start"     // first day of the pause
	FromReturn   = "expected-return-date" // first day after it, as expected
	FromResumed  = "resumed"              // the first lesson attended
	FromBalance  = "balance-until"        // end of what is kept or frozen
	FromTrial    = "trial-to"             // end of the trial of a regime; before the decision, which waits for it
)

var fromWords = []string{FromApproved, FromStart, FromReturn, FromResumed, FromBalance, FromTrial}

// Applicant is the role of whoever brought the application.
const Applicant = "申请人"

// flowFor finds the way of an application of this kind: the regime's, else
// the plain one every school has.
func (p *Policy) flowFor(kind string) Flow {
	for _, f := range p.Flows {
		if slices.Contains(f.Types, kind) {
			return f
		}
	}
	return plainFlow(kind)
}

// flow finds the way an application has begun.
func (p *Policy) flow(a school.Application) Flow {
	for _, f := range p.Flows {
		if f.ID == a.Flow {
			return f
		}
	}
	return plainFlow(a.Kind)
}

// plainID is the id of the way of an application of which the regime says nothing.
const plainID = "plain"

// plainFlow is our assumption where the regime is silent: the class teacher
// looks at it, the school decides.
func plainFlow(kind string) Flow {
	if kind == school.ApplyAid {
		return aidFlow()
	}
	two := Span{Length: school.Length{N: 2, Unit: school.UnitSchoolDay}}
	about := []string{phrase.PlainSource.String()}
	return Flow{ID: plainID, Title: requestWord(kind), Types: []string{kind}, Source: about,
		Require: []Require{requireNamed(reasonName)},
		Steps: []FlowStep{
			{Stage: Stage{ID: "check", Title: phrase.PlainCheck.String(), By: []string{school.TitleHomeroom}, Due: two, Require: []Require{requireNamed("finding")}, Source: about}},
			{Stage: Stage{ID: "approve", Title: phrase.PlainApprove.String(), By: []string{theSchool}, Due: two, Source: about}, Decides: true},
		}}
}

// aidFlow is help for families in need: applied for, looked at by the class,
// verified, approved and posted; no step can be left out (C29, S11-7), and
// nobody decides about a relative (S11-6).
func aidFlow() Flow {
	five := Span{Length: school.Length{N: 5, Unit: school.UnitSchoolDay}}
	about := []string{phrase.PlainSource.String()}
	step := func(id string, title phrase.Phrase, by string, require ...string) FlowStep {
		s := FlowStep{Stage: Stage{ID: id, Title: title.String(), By: []string{by}, Due: five, Source: about}}
		for _, name := range require {
			s.Require = append(s.Require, requireNamed(name))
		}
		return s
	}
	approve := step("approve", phrase.AidApprove, theSchool, "no-kinship", "aid-kind", "aid-amount", "aid-fund")
	approve.Decides, approve.Fresh = true, true
	return Flow{ID: plainID, Title: phrase.RequestAid.String(), Types: []string{school.ApplyAid}, Source: about, Require: []Require{requireNamed(reasonName)},
		Steps: []FlowStep{step("review", phrase.AidReview, school.TitleHomeroom, "aid-minutes", "no-kinship"),
			step("verify", phrase.AidVerify, school.TitleHomeroom, "finding", "no-kinship"), approve,
			step("post", phrase.AidPost, theSchool, "aid-posted-at", "aid-objections")}}
}

func requireNamed(name string) Require {
	all := KnownRequires()
	return all[slices.IndexFunc(all, func(r Require) bool { return r.Name == name })]
}

// step finds a step by its id. One that a newer text of the regime no longer
// has is decided by whom it lies with.
func (f Flow) step(st school.Step) FlowStep {
	for _, s := range f.Steps {
		if s.ID == st.ID {
			return s
		}
	}
	return FlowStep{Stage: Stage{ID: st.ID, Title: st.Post, By: []string{st.Post}, Source: f.Source}, Decides: true, Everyone: st.Everyone}
}

// StepTitle is what people call a step of an application.
func (p *Policy) StepTitle(a school.Application, class school.Class, st school.Step) string {
	return lawful(p.orNone().flow(a), a.Kind, class).step(st).name()
}

// applicationView is what a `when:` condition of a step may look at.
type applicationView struct {
	Kind       string                   `expr:"kind"`       // leave, suspend …
	Days       int                      `expr:"days"`       // calendar days asked for; 0 = without end
	Compulsory bool                     `expr:"compulsory"` // 小学, 初中
	Boarding   bool                     `expr:"boarding"`   // 住校
	Told       func(name string) string `expr:"told"`       // what the applicant told
	Answer     func(name string) string `expr:"answer"`     // what an earlier step found
	Length     string                   `expr:"length"`     // short, long: of a pause
	Treatment  string                   `expr:"treatment"`  // refund, retain, freeze: of its money
	Side       string                   `expr:"side"`       // family, institution: who wants it
	Setting    func(name string) string `expr:"setting"`    // a text setting of the regime
}

var flowWhenNames = []string{"kind", "days", "compulsory", "boarding", "told()", "answer()", "length", "treatment", "side", "setting()"}

func compileFlowWhen(condition string) (*vm.Program, int, error) {
	program, err := expr.Compile(condition, expr.Env(applicationView{}), expr.AsBool())
	return program, faultColumn(err), faultText(err)
}

// needed says whether the application has to pass the step.
func (s FlowStep) needed(p *Policy, a school.Application, student school.Student, class school.Class) bool {
	if s.when == nil {
		return true
	}
	days := 0
	if a.From != "" && a.To != "" {
		days = a.From.Until(a.To) + 1
	}
	sheet := settlementOf(a)
	out, err := expr.Run(s.when, applicationView{Length: sheet.Class, Treatment: sheet.Treatment, Side: sideOf(a), Setting: p.text,
		Kind: a.Kind, Days: days, Compulsory: class.Compulsory(), Boarding: student.Boarding,
		Told: func(name string) string { return a.Answers[name] },
		Answer: func(name string) string {
			for i := len(a.Steps) - 1; i >= 0; i-- {
				if v := a.Steps[i].Answers[name]; v != "" {
					return v
				}
			}
			return ""
		}})
	holds, ok := out.(bool)
	return err != nil || !ok || holds // in doubt it is passed
}
