package storage

import (
	"context"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// bodies runs a query for the bodies of a table and reads them.
func bodies[T any](ctx context.Context, db *DB, table, query string, args ...any) ([]T, error) {
	var rows []struct{ Body []byte }
	if err := db.read.WithContext(ctx).Raw(query, args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return unpackAll[T](db, rows, func(r struct{ Body []byte }) (string, []byte) { return table, r.Body })
}

// one expects a single body; ErrNotFound.
func one[T any](ctx context.Context, db *DB, table, query string, args ...any) (T, error) {
	all, err := bodies[T](ctx, db, table, query, args...)
	if err == nil && len(all) == 0 {
		err = school.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// Rolls reads the roll calls of a slot, by class.
func (db *DB) Rolls(ctx context.Context, schoolID string, slot school.Slot) (map[string]school.Roll, error) {
	all, err := bodies[school.Roll](ctx, db, "rolls", "SELECT body FROM rolls WHERE school = ? AND day = ? AND session = ?",
		schoolID, string(slot.Day), slot.Session)
	return byClass(all), err
}

// RollsOf reads the roll calls of some classes in a slot, by class: what a
// message needs, however large the school is.
func (db *DB) RollsOf(ctx context.Context, schoolID string, slot school.Slot, classes ...string) (map[string]school.Roll, error) {
	if len(classes) == 0 {
		return nil, nil
	}
	all, err := bodies[school.Roll](ctx, db, "rolls", "SELECT body FROM rolls WHERE school = ? AND day = ? AND session = ? AND class IN ?",
		schoolID, string(slot.Day), slot.Session, classes)
	return byClass(all), err
}

func byClass(all []school.Roll) map[string]school.Roll {
	rolls := make(map[string]school.Roll, len(all))
	for _, r := range all {
		rolls[r.Class] = r
	}
	return rolls
}

// MarksAt lists the marks in force in a slot, of the whole school.
func (db *DB) MarksAt(ctx context.Context, schoolID string, slot school.Slot) ([]school.Mark, error) {
	return bodies[school.Mark](ctx, db, "marks", "SELECT body FROM marks WHERE school = ? AND day = ? AND session = ? ORDER BY student",
		schoolID, string(slot.Day), slot.Session)
}

// MarksBetween lists the marks of a school from one day to another, inclusive,
// by day, session and student: what statistics are made of.
func (db *DB) MarksBetween(ctx context.Context, schoolID string, from, to school.Day) ([]school.Mark, error) {
	return bodies[school.Mark](ctx, db, "marks", "SELECT body FROM marks WHERE school = ? AND day >= ? AND day <= ? ORDER BY day, session, student",
		schoolID, string(from), string(to))
}

// OpenCases lists open and watching cases of a school's children, oldest first.
// A matter of the school stands in the same table under its own id.
func (db *DB) OpenCases(ctx context.Context, schoolID string) ([]school.Case, error) {
	return bodies[school.Case](ctx, db, "cases", "SELECT body FROM cases WHERE school = ? AND state IN (?, ?) AND student <> id ORDER BY opened_at, id",
		schoolID, string(school.CaseIsOpen), string(school.CaseWatching))
}

// CasesSince lists the children's cases and the matters of a school that are
// open or were opened since a moment, oldest first: what reports are made of.
func (db *DB) CasesSince(ctx context.Context, schoolID string, since time.Time) ([]school.Case, error) {
	return bodies[school.Case](ctx, db, "cases", "SELECT body FROM cases WHERE school = ? AND (state <> ? OR opened_at >= ?) ORDER BY opened_at, id",
		schoolID, string(school.CaseIsClosed), ms(since))
}

// Matters lists the matters of a school, open and closed, newest first.
func (db *DB) Matters(ctx context.Context, schoolID string) ([]school.Case, error) {
	return bodies[school.Case](ctx, db, "cases", "SELECT body FROM cases WHERE school = ? AND student = id ORDER BY opened_at DESC, id", schoolID)
}

// CasesOf lists all cases of a student, closed ones too, newest first; of all
// children of the school when student is "".
func (db *DB) CasesOf(ctx context.Context, schoolID, student string) ([]school.Case, error) {
	if student == "" {
		return bodies[school.Case](ctx, db, "cases", "SELECT body FROM cases WHERE school = ? AND student <> id ORDER BY opened_at DESC, id", schoolID)
	}
	return bodies[school.Case](ctx, db, "cases", "SELECT body FROM cases WHERE school = ? AND student = ? ORDER BY opened_at DESC, id", schoolID, student)
}

// Case reads one case; ErrNotFound.
func (db *DB) Case(ctx context.Context, schoolID, id string) (school.Case, error) {
	return one[school.Case](ctx, db, "cases", "SELECT body FROM cases WHERE school = ? AND id = ?", schoolID, id)
}

// ApplicationsOf lists the applications about a student, newest first; of the
// whole school when student is "".
func (db *DB) ApplicationsOf(ctx context.Context, schoolID, student string) ([]school.Application, error) {
	if student == "" {
		return bodies[school.Application](ctx, db, "applications", "SELECT body FROM applications WHERE school = ? ORDER BY asked_at DESC, id", schoolID)
	}
	return bodies[school.Application](ctx, db, "applications", "SELECT body FROM applications WHERE school = ? AND student = ? ORDER BY asked_at DESC, id",
		schoolID, student)
}

// RunningApplications lists the applications of a school that are not over,
// oldest first.
func (db *DB) RunningApplications(ctx context.Context, schoolID string) ([]school.Application, error) {
	return bodies[school.Application](ctx, db, "applications", "SELECT body FROM applications WHERE school = ? AND over_at = 0 ORDER BY asked_at, id", schoolID)
}

// Application reads one application; ErrNotFound.
func (db *DB) Application(ctx context.Context, schoolID, id string) (school.Application, error) {
	return one[school.Application](ctx, db, "applications", "SELECT body FROM applications WHERE school = ? AND id = ?", schoolID, id)
}

// Card reads one card; ErrNotFound.
func (db *DB) Card(ctx context.Context, schoolID, id string) (school.Card, error) {
	return one[school.Card](ctx, db, "cards", "SELECT body FROM cards WHERE school = ? AND id = ?", schoolID, id)
}

// OpenCards lists the open cards a person holds, newest first.
func (db *DB) OpenCards(ctx context.Context, schoolID, person string) ([]school.Card, error) {
	return bodies[school.Card](ctx, db, "cards", `SELECT cards.body FROM card_holders
		JOIN cards ON cards.school = card_holders.school AND cards.id = card_holders.card
		WHERE card_holders.school = ? AND card_holders.person = ? ORDER BY cards.at DESC, cards.id`, schoolID, person)
}

// SentNotices lists the notices (Act send) that carry the card, left or still
// waiting: what an update or recall must reach.
func (db *DB) SentNotices(ctx context.Context, schoolID, card string) ([]school.Notice, error) {
	return bodies[school.Notice](ctx, db, "outbox", "SELECT body FROM outbox WHERE school = ? AND card = ? AND act = ? AND state IN (0, 1, 2) ORDER BY id",
		schoolID, card, school.NoticeSend)
}

// NoticesAbout lists the notices written about a case, oldest first.
func (db *DB) NoticesAbout(ctx context.Context, schoolID, caseID string) ([]school.Notice, error) {
	return bodies[school.Notice](ctx, db, "outbox", "SELECT body FROM outbox WHERE school = ? AND case_id = ? ORDER BY id", schoolID, caseID)
}

// NoticesTo lists up to limit notices to a person that came after one of the
// rows, oldest first; a class's group is the person "class:703".
func (db *DB) NoticesTo(ctx context.Context, schoolID, person string, after int64, limit int) ([]school.Outgoing, error) {
	var rows []outboxRow
	err := db.read.WithContext(ctx).Raw(`SELECT id, lane, claim, attempt, platform, address, rendered, body FROM outbox
		WHERE school = ? AND recipient = ? AND id > ? ORDER BY id LIMIT ?`, schoolID, person, after, limit).Scan(&rows).Error
	return db.claimed(rows, err)
}

// Delegations in force at now.
func (db *DB) Delegations(ctx context.Context, schoolID string, now time.Time) ([]school.Delegation, error) {
	at := now.UnixMilli()
	return bodies[school.Delegation](ctx, db, "delegations", "SELECT body FROM delegations WHERE school = ? AND since <= ? AND until > ? ORDER BY delegator",
		schoolID, at, at)
}

// PolicyText reads a policy version stored by SavePolicy; ErrNotFound.
func (db *DB) PolicyText(ctx context.Context, version string) (school.PolicyText, error) {
	return one[school.PolicyText](ctx, db, "policies", "SELECT body FROM policies WHERE version = ?", fit(version))
}

// SavePolicy keeps a policy version; one that is there stays as it is.
func (db *DB) SavePolicy(ctx context.Context, p school.PolicyText) error {
	if _, err := db.PolicyText(ctx, p.Version); err == nil {
		return nil
	}
	body, err := db.pack("policies", p)
	if err != nil {
		return err
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return put(tx, []policyRow{{fit(p.Version), body}}, "version")
	})
}

// FilesOf lists what was handed in or drawn up about a student, newest first,
// without the content.
func (db *DB) FilesOf(ctx context.Context, schoolID, student string) ([]school.File, error) {
	var rows []fileRow
	err := db.read.WithContext(ctx).Raw(`SELECT files.id, files.body FROM student_files
		JOIN files ON files.school = student_files.school AND files.id = student_files.file
		WHERE student_files.school = ? AND student_files.student = ? ORDER BY student_files.at DESC, files.id`, schoolID, student).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	return unpackAll[school.File](db, rows, func(r fileRow) (string, []byte) { return at("files", schoolID, r.ID), r.Body })
}

// File reads stored content; ErrNotFound.
func (db *DB) File(ctx context.Context, schoolID, id string) (school.File, error) {
	var rows []fileRow
	err := db.read.WithContext(ctx).Raw("SELECT body, content FROM files WHERE school = ? AND id = ?", schoolID, id).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = school.ErrNotFound
	}
	if err != nil {
		return school.File{}, err
	}
	f, err := unpack[school.File](db, at("files", schoolID, id), rows[0].Body)
	f.Content = rows[0].Content
	if err == nil && isSealed(rows[0].Body) && len(f.Content) > 0 { // content itself may begin with anything
		f.Content, err = db.seal.open(at("content", schoolID, id), f.Content)
	}
	return f, err
}
