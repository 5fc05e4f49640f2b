// Package school is the dictionary of the house: the nouns of attendance and
// of bringing children back, in the words schools use. It imports only the
// standard library, decides nothing and knows no database, platform or page.
package school

import "time"

// Levels of a school (design 3.7).
const (
	LevelPrimary    = "primary"
	LevelJunior     = "junior"
	LevelNineYear   = "nine-year"
	LevelSenior     = "senior"
	LevelUniversity = "university"
	LevelTraining   = "training"
)

// Session is one roll call of the school day.
type Session struct {
	ID       string // am, pm
	Name     string // 上午, 下午
	Start    Clock
	ReportBy Clock // when the roll call closes
	End      Clock
}

// NoticeRules say when guardians and staff are told.
type NoticeRules struct {
	Grace         time.Duration // a guardian hears at the earliest this long after the mark; default 10 minutes
	AfterRollCall bool          // … and not before that session's roll call has closed; default true
	QuietFrom     Clock         // quiet hours for guardians; both 0: none
	QuietTo       Clock
	Digest        Clock // when the daily digest leaves; default 17:30
}

// School is everything about a school that does not move within a day: who is
// there, when there is school and which regime it follows. It is built once
// and replaced as a whole; nobody changes it.
type School struct {
	ID        string
	Name      string
	Level     string
	Policy    string            // id of the base policy, S23
	Settings  map[string]any    // policy_settings
	Posts     map[string]string // words of the regime → posts of this school
	Notices   NoticeRules
	Platforms []string // accounts it speaks through, first choice first: wecom/main, sandbox
	Calendar  *Calendar
	Roster    *Roster
}

// Training says whether this is a training institution: other words, other
// rights, and nothing is reported to the government.
func (s *School) Training() bool { return s.Level == LevelTraining }
