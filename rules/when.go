package rules

import (
	"errors"
	"math"
	"slices"
	"strings"

	"guixiao/rules/school"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// caseView is what a `when:` condition may look at.
type caseView struct {
	Away       bool                       `expr:"away"`       // an absence run is on
	Back       bool                       `expr:"back"`       // not away
	HalfDays   int                        `expr:"half_days"`  // counted half-days of the run
	Days       int                        `expr:"days"`       // whole days of the run
	Month      int                        `expr:"month"`      // counted half-days of the last 30 days
	Reason     string                     `expr:"reason"`     // as last told; "" = not known
	Boarding   bool                       `expr:"boarding"`   // 住校
	Compulsory bool                       `expr:"compulsory"` // 小学, 初中
	Answer     func(name string) string   `expr:"answer"`
	Happened   func(event string) bool    `expr:"happened"`
	Done       func(stage string) bool    `expr:"done"`
	Overdue    func(stage string) bool    `expr:"overdue"`
	Times      func(stage string) int     `expr:"times"`  // how often the stage was answered in this case
	Number     func(param string) float64 `expr:"number"` // a number of the policy: number('much_work.visits')
}

var whenNames = []string{"away", "back", "half_days", "days", "month", "reason", "boarding", "compulsory", "answer()", "happened()", "done()", "overdue()", "times()", "number()"}

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
	return s.holds(viewOf(c, student, class))
}

func (s Stage) holds(v caseView) (bool, error) {
	if s.when == nil {
		return true, nil
	}
	out, err := expr.Run(s.when, v)
	if err != nil {
		return false, err
	}
	holds, _ := out.(bool)
	return holds, nil
}

func viewOf(c *school.Case, student school.Student, class school.Class) caseView {
	return caseView{
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
		Times: func(id string) int {
			n := 0
			for _, st := range c.Stages {
				if st.ID == id && !st.Open() && !st.Skipped {
					n++
				}
			}
			return n
		},
		Number: func(string) float64 { return 0 },
	}
}

// view is what conditions see of the case in this decision.
func (d *draft) view() caseView {
	v := viewOf(d.cs, d.Student, d.class)
	v.Number = d.Policy.number
	v.Month = d.lately(monthDays)
	if d.cs.Away {
		for _, ok := d.nthDay(d.cs.Missed, 1); ok && v.Days < len(d.cs.Missed); _, ok = d.nthDay(d.cs.Missed, v.Days+1) {
			v.Days++
		}
	}
	return v
}

// monthDays is how far back `month` looks.
const monthDays = 30

// lately counts the missed half-days of so many days back.
func (d *draft) lately(days int) int {
	n, since := 0, d.cal.DayOf(d.Now).Add(-days)
	for s, m := range d.slots {
		if m.Counted && s.Day > since {
			n++
		}
	}
	return n
}

// number finds a number of the policy; much_work.visits is the entry visits of
// the mapping much_work. What is not there is out of reach.
func (p *Policy) number(name string) float64 {
	name, entry, _ := strings.Cut(name, ".")
	for _, q := range p.Params {
		if q.Name != name {
			continue
		}
		value := q.Value
		if m, ok := value.(map[string]any); ok {
			value = m[entry]
		}
		if s, ok := value.(Span); ok {
			return float64(s.Length.N)
		}
		switch n, _ := readNumber(value); n := n.(type) {
		case int:
			return float64(n)
		case float64:
			return n
		}
	}
	return math.Inf(1)
}
