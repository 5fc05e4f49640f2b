package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// The rows of the tables. What is looked for has a column, everything else of
// a noun is JSON in body: a noun that gains a field needs no migration.

// States of inbox, timers and outbox rows.
const (
	waiting = 0
	working = 1
	done    = 2 // inbox: decided; outbox: accepted by a platform
	parked  = 3
	givenUp = 4
	held    = 5 // outbox: waits to be said together with others
)

// idle is the state of a lane without anything to send.
const idle = 2

type eventRow struct {
	School, Event string
	At            int64
}

func (eventRow) TableName() string { return "events" }

// inboxRow has no id of its own when written: the database gives it.
type inboxRow struct {
	ID             int64 `gorm:"primaryKey;autoIncrement:false;<-:false"`
	Delivery, Lane string
	State          int
	DueAt          int64
	Claim          string
	Attempt        int
	Reason         string
	Reply, Body    []byte
}

func (inboxRow) TableName() string { return "inbox" }

type timerRow struct {
	ID                            int64 `gorm:"primaryKey;autoIncrement:false;<-:false"`
	School, Name, Student, CaseID string
	DueAt                         int64
	State                         int
	WakeAt                        int64
	Claim                         string
	Lost                          int
	Body                          []byte
}

func (timerRow) TableName() string { return "timers" }

type outboxRow struct {
	ID                         int64 `gorm:"primaryKey;autoIncrement:false;<-:false"`
	School, Name, Lane         string
	Act, Recipient, Card       string
	CaseID                     string
	Live, State                int
	OrderAt, DueAt             int64
	Claim                      string
	Attempt, Lost              int
	Platform                   string
	Address, Rendered, Receipt []byte
	Reason                     string
	Body                       []byte
}

func (outboxRow) TableName() string { return "outbox" }

type laneRow struct {
	Name   string
	State  int
	DueAt  int64
	Claim  string
	Serial int64
}

func (laneRow) TableName() string { return "lanes" }

type codeRow struct {
	School, Name, Card, Person, Notice string
	At                                 int64
	Body                               []byte
}

func (codeRow) TableName() string { return "codes" }

type sheetRow struct {
	School, Student string
	Version         int64
}

func (sheetRow) TableName() string { return "sheets" }

type markRow struct {
	School, Student, Day, Session string
	Counted                       bool
	Body                          []byte
}

func (markRow) TableName() string { return "marks" }

type leaveRow struct {
	School, ID, Student string
	EndedAt             int64
	Body                []byte
}

func (leaveRow) TableName() string { return "leaves" }

type rollRow struct {
	School, Day, Session, Class string
	Body                        []byte
}

func (rollRow) TableName() string { return "rolls" }

type caseRow struct {
	School, ID, Student, State string
	OpenedAt                   int64
	Body                       []byte
}

func (caseRow) TableName() string { return "cases" }

type applicationRow struct {
	School, ID, Student, State string
	AskedAt, OverAt            int64
	Body                       []byte
}

func (applicationRow) TableName() string { return "applications" }

type cardRow struct {
	School, ID, Student, CaseID, State string
	At                                 int64
	Body                               []byte
}

func (cardRow) TableName() string { return "cards" }

type holderRow struct {
	School, Person, Card string
}

func (holderRow) TableName() string { return "card_holders" }

type fileRow struct {
	School, ID    string
	Body, Content []byte
}

func (fileRow) TableName() string { return "files" }

type studentFileRow struct {
	School, Student, File string
	At                    int64
}

func (studentFileRow) TableName() string { return "student_files" }

type delegationRow struct {
	School, Delegator string
	Since, Until      int64
	Body              []byte
}

func (delegationRow) TableName() string { return "delegations" }

type auditRow struct {
	School, Book string
	Seq          int64
	Hash         string
	Body         []byte
}

func (auditRow) TableName() string { return "audit" }

type bookRow struct {
	School, Book string
	Seq          int64
	Hash         string
}

func (bookRow) TableName() string { return "books" }

type policyRow struct {
	Version string
	Body    []byte
}

func (policyRow) TableName() string { return "policies" }

type personRow struct {
	School, Kind, ID string
	Place            int
	Body             []byte
}

func (personRow) TableName() string { return "people" }

// batch is how many rows go into one statement.
const batch = 200

// put inserts rows; a row whose key is there already is replaced in the columns
// named, or left untouched when none is named.
func put[R any](tx *gorm.DB, rows []R, key string, columns ...string) error {
	if len(rows) == 0 {
		return nil
	}
	conflict := clause.OnConflict{DoNothing: len(columns) == 0, DoUpdates: clause.AssignmentColumns(columns)}
	for _, k := range strings.Fields(key) {
		conflict.Columns = append(conflict.Columns, clause.Column{Name: k})
	}
	return tx.Clauses(conflict).CreateInBatches(rows, batch).Error
}

// add inserts rows that must be new.
func add[R any](tx *gorm.DB, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, batch).Error
}

// unpackAll reads the bodies of many rows.
func unpackAll[T, R any](db *DB, rows []R, body func(R) (place string, stored []byte)) ([]T, error) {
	all := make([]T, 0, len(rows))
	for _, r := range rows {
		place, stored := body(r)
		v, err := unpack[T](db, place, stored)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// keyLimit is the longest key a column holds.
const keyLimit = 255

// fit shortens a key that is too long for its column, and stays unique.
func fit(key string) string {
	if len(key) <= keyLimit {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return key[:keyLimit-65] + "#" + hex.EncodeToString(sum[:])
}
