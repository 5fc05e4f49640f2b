package handlers

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"guixiao/handlers/xlsx"
	"guixiao/rules"
	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Books is what ledgers are made of.
type Books interface {
	// MarksBetween are the marks of a school from one day to another, inclusive.
	MarksBetween(ctx context.Context, schoolID string, from, to school.Day) ([]school.Mark, error)
	// CasesOf are the cases of a student, newest first; of the whole school when
	// student is "". ApplicationsOf are the applications, in the same way.
	CasesOf(ctx context.Context, schoolID, student string) ([]school.Case, error)
	ApplicationsOf(ctx context.Context, schoolID, student string) ([]school.Application, error)
}

// Report makes the ledgers of one kind; sees says of whom the reader may know.
func Report(ctx context.Context, b Books, s *school.School, kind string, p rules.Period, sees func(student string) bool) ([]rules.Ledger, error) {
	switch kind {
	case rules.LedgerAttendance:
		marks, err := b.MarksBetween(ctx, s.ID, p.From, p.To)
		return rules.Attendance(s, marks, sees), err
	case rules.LedgerCases, rules.LedgerLost:
		cases, err := b.CasesOf(ctx, s.ID, "")
		if kind == rules.LedgerLost {
			return []rules.Ledger{rules.Lost(s, cases, p, sees)}, err
		}
		return []rules.Ledger{rules.Cases(s, cases, p, sees)}, err
	case rules.LedgerApplications:
		all, err := b.ApplicationsOf(ctx, s.ID, "")
		return []rules.Ledger{rules.ApplicationsBook(s, all, p, sees)}, err
	}
	var known []string
	for _, o := range rules.Ledgers() {
		known = append(known, o.ID+" "+o.Text)
	}
	return nil, school.Invalid("%s", phrase.LedgerUnknown.With("kind", kind, "known", strings.Join(known, "、")))
}

// reports is the page from which ledgers are taken away.
func (s *server) reports(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err == nil && (me.Kind != school.KindStaff || len(v.classes()) == 0) {
		err = school.Forbidden(phrase.NotYours.String())
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "reports", gin.H{"Title": phrase.TitleReports, "Kinds": rules.Ledgers(), "Month": v.now.Format("2006-01")})
}

// reportFile hands over one ledger, with the children the reader may see.
func (s *server) reportFile(c *gin.Context, me viewer) {
	v, err := s.sight(c, me)
	if err == nil && (me.Kind != school.KindStaff || len(v.classes()) == 0) {
		err = school.Forbidden(phrase.NotYours.String())
	}
	var p rules.Period
	if err == nil {
		p, err = rules.ParsePeriod(c.Query("period"))
	}
	var ledgers []rules.Ledger
	if err == nil {
		ledgers, err = Report(c.Request.Context(), s.Reader, me.School, c.Param("kind"), p, func(student string) bool { return v.file(student) == nil })
	}
	if err == nil {
		err = s.hasRead(c, v, "person:"+me.ID, c.Param("kind")+" "+c.Query("period"), phrase.LineReadPaper)
	}
	var b bytes.Buffer
	if err == nil {
		err = xlsx.Write(&b, ledgers...)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	name := phrase.LedgerSheetOf.With("title", ledgers[0].Title, "from", p.From, "to", p.To) + ".xlsx"
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Data(http.StatusOK, xlsx.Type, b.Bytes())
}
