package rules

import (
	"errors"
	"slices"

	"guixiao/rules/school"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// caseView is what a `when:` condition may look at.
type caseView struct {
	Away       bool                     `expr:"away"`       // an absence run is on
	Back       bool                     `expr:"back"`       // not away
	HalfDays   int                      `expr:"half_days"`  // counted half-days of the run
	Reason     string                   `expr:"reason"`     // as last told; "" = not known
	Boarding   bool                     `expr:"boarding"`   // 住校
	Compulsory bool                     `expr:"compulsory"` // 小学, 初中
	Answer     func(name string) string `expr:"answer"`
	Happened   func(event string) bool  `expr:"happened"`
	Done       func(stage string) bool  `expr:"done"`
	Overdue    func(stage string) bool  `expr:"overdue"`
}

var whenNames = []string{"away", "back", "half_days", "reason", "boarding", "compulsory", "answer()", "happened()", "done()", "overdue()"}

// compileWhen compiles a condition; at is the column of the fault, from 0.
func compileWhen(condition string) (program *vm.Program, at int, err error) {
	program, err = expr.Compile(condition, expr.Env(caseView{}), expr.AsBool())
	return program, faultColumn(err), faultText(err)
}

// faultColumn and faultText take a compiler's error apart.
func faultColumn(err error) int {
	var fault *file.Error
	if errors.As(err, &fault) {
		return fault.Column
	}
	return 0
}

func faultText(err error) error {
	var fault *file.Error
	if errors.As(err, &fault) {
		return errors.New(fault.Message)
	}
	return err
}

// Holds says whether the stage's `when:` condition is true of the case; a
// stage without one always holds.
func (s Stage) Holds(c *school.Case, student school.Student, class school.Class) (bool, error) {
	if s.when == nil {
		return true, nil
	}
	out, err := expr.Run(s.when, caseView{
		Away: c.Away, Back: !c.Away, HalfDays: len(c.Missed), Reason: c.Reason,
		Boarding: student.Boarding, Compulsory: class.Compulsory(),
		Answer:   func(name string) string { return c.Answers[name].Value },
		Happened: func(event string) bool { _, ok := c.Happened(event); return ok },
		Done: func(id string) bool {
			st := c.StageNamed(id)
			return st != nil && !st.Open() && !st.Skipped
		},
		Overdue: func(id string) bool {
			return slices.ContainsFunc(c.Stages, func(st school.Stage) bool { return st.ID == id && st.Overdue })
		},
	})
	if err != nil {
		return false, err
	}
	holds, _ := out.(bool)
	return holds, nil
}
