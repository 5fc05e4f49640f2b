package storage

import (
	"guixiao/rules/school"

	"gorm.io/gorm"
)

// The parts of a change that are facts: each replaces what had its key.

func (db *DB) applyMarks(tx *gorm.DB, c school.Change) error {
	for _, v := range c.Void {
		err := tx.Exec("DELETE FROM marks WHERE school = ? AND student = ? AND day = ? AND session = ?",
			c.School, v.Student, string(v.Slot.Day), v.Slot.Session).Error
		if err != nil {
			return err
		}
	}
	rows := make([]markRow, 0, len(c.Marks))
	for _, m := range c.Marks {
		body, err := db.pack("marks", m)
		if err != nil {
			return err
		}
		rows = append(rows, markRow{c.School, m.Student, string(m.Slot.Day), m.Slot.Session, m.Counted, body})
	}
	rows = lastOf(rows, func(r markRow) string { return r.Student + " " + r.Day + " " + r.Session })
	return put(tx, rows, "school student day session", "counted", "body")
}

func (db *DB) applyLeaves(tx *gorm.DB, c school.Change) error {
	rows := make([]leaveRow, 0, len(c.Leaves))
	for _, l := range c.Leaves {
		body, err := db.pack("leaves", l)
		if err != nil {
			return err
		}
		rows = append(rows, leaveRow{c.School, l.ID, l.Student, ms(l.EndedAt), body})
	}
	rows = lastOf(rows, func(r leaveRow) string { return r.ID })
	return put(tx, rows, "school id", "student", "ended_at", "body")
}

func (db *DB) applyRolls(tx *gorm.DB, c school.Change) error {
	rows := make([]rollRow, 0, len(c.Rolls))
	for _, r := range c.Rolls {
		body, err := db.pack("rolls", r)
		if err != nil {
			return err
		}
		rows = append(rows, rollRow{c.School, string(r.Slot.Day), r.Slot.Session, r.Class, body})
	}
	rows = lastOf(rows, func(r rollRow) string { return r.Day + " " + r.Session + " " + r.Class })
	return put(tx, rows, "school day session class", "body")
}

func (db *DB) applyCases(tx *gorm.DB, c school.Change) error {
	rows := make([]caseRow, 0, len(c.Cases))
	for _, k := range c.Cases {
		body, err := db.pack("cases", k)
		if err != nil {
			return err
		}
		rows = append(rows, caseRow{c.School, k.ID, k.Sheet(), string(k.State), ms(k.OpenedAt), body})
	}
	rows = lastOf(rows, func(r caseRow) string { return r.ID })
	return put(tx, rows, "school id", "student", "state", "opened_at", "body")
}

func (db *DB) applyApplications(tx *gorm.DB, c school.Change) error {
	rows := make([]applicationRow, 0, len(c.Applications))
	for _, a := range c.Applications {
		body, err := db.pack("applications", a)
		if err != nil {
			return err
		}
		rows = append(rows, applicationRow{c.School, a.ID, a.Student, string(a.State), ms(a.AskedAt), ms(a.Over), body})
	}
	rows = lastOf(rows, func(r applicationRow) string { return r.ID })
	return put(tx, rows, "school id", "student", "state", "asked_at", "over_at", "body")
}

func (db *DB) applyCards(tx *gorm.DB, c school.Change) error {
	if len(c.Cards) == 0 {
		return nil
	}
	cards := lastOf(append([]school.Card(nil), c.Cards...), func(k school.Card) string { return k.ID })
	var rows []cardRow
	var ids []string
	var holders []holderRow
	for _, k := range cards {
		body, err := db.pack("cards", k)
		if err != nil {
			return err
		}
		rows = append(rows, cardRow{c.School, k.ID, k.Sheet(), k.Case, k.State, ms(k.At), body})
		ids = append(ids, k.ID)
		if k.State != school.CardOpen {
			continue
		}
		for _, p := range k.People {
			holders = append(holders, holderRow{c.School, p, k.ID})
		}
	}
	if err := put(tx, rows, "school id", "student", "case_id", "state", "at", "body"); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM card_holders WHERE school = ? AND card IN ?", c.School, ids).Error; err != nil {
		return err
	}
	return put(tx, holders, "school person card")
}

func (db *DB) applyFiles(tx *gorm.DB, c school.Change) error {
	for _, f := range c.Files { // one by one: they may be large
		content := db.seal.seal(at("content", c.School, f.ID), f.Content)
		if content == nil {
			content = []byte{}
		}
		f.Content = nil
		body, err := db.pack(at("files", c.School, f.ID), f)
		if err != nil {
			return err
		}
		if err := put(tx, []fileRow{{c.School, f.ID, body, content}}, "school id", "body", "content"); err != nil {
			return err
		}
		if f.Student == "" {
			continue
		}
		if err := put(tx, []studentFileRow{{c.School, f.Student, f.ID, ms(f.At)}}, "school student file", "at"); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) applyDelegations(tx *gorm.DB, c school.Change) error {
	rows := make([]delegationRow, 0, len(c.Delegations))
	for _, d := range c.Delegations {
		body, err := db.pack("delegations", d)
		if err != nil {
			return err
		}
		rows = append(rows, delegationRow{c.School, d.From, ms(d.Since), ms(d.Until), body})
	}
	rows = lastOf(rows, func(r delegationRow) string { return r.Delegator })
	return put(tx, rows, "school delegator", "since", "until", "body")
}

func applyCodes(tx *gorm.DB, c school.Change) error {
	rows := make([]codeRow, 0, len(c.Codes))
	for _, k := range c.Codes {
		rows = append(rows, codeRow{c.School, fit(k.Code), k.Card, k.Person, "", ms(k.At), []byte(k.Code)})
	}
	rows = lastOf(rows, func(r codeRow) string { return r.Name })
	return put(tx, rows, "school name")
}
