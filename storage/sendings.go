package storage

import (
	"context"
	"slices"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

type sendingRow struct {
	School, Notice, Platform string
	At                       int64
	Sent                     bool
	ReadAt                   int64
	Reason                   []byte
}

func (sendingRow) TableName() string { return "sendings" }

// recordTry notes on which account a message to a guardian left, or could not.
func recordTry(tx *gorm.DB, o school.Outgoing, out school.Outcome) error {
	account := out.Refused
	if out.Sent {
		account = out.Receipt.Platform
	}
	if account == "" || o.Notice.Kind != school.NoticeParent || o.Notice.Act != school.NoticeSend {
		return nil
	}
	row := sendingRow{o.Notice.School, fit(o.Notice.Key), fit(account), ms(out.At), out.Sent, 0, []byte(out.Reason)}
	return put(tx, []sendingRow{row}, "school notice platform", "at", "sent", "reason")
}

// applyOpened notes that messages to guardians were opened, the first time.
func (db *DB) applyOpened(tx *gorm.DB, c school.Change) error {
	for _, key := range c.Opened {
		err := tx.Exec("UPDATE sendings SET read_at = ? WHERE school = ? AND notice = ? AND sent = 1 AND read_at = 0", ms(c.At), c.School, fit(key)).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Sendings lists what became of the messages to some guardians that were due
// at since or later, oldest first.
func (db *DB) Sendings(ctx context.Context, schoolID string, guardians []string, since time.Time) ([]school.Sending, error) {
	var rows []outboxRow
	var tries []sendingRow
	err := db.snapshot(ctx, func(tx *gorm.DB) error {
		for some := range slices.Chunk(guardians, batch) {
			var found []outboxRow
			err := tx.Raw(`SELECT id, name, state, due_at, platform, receipt, reason, body FROM outbox
				WHERE school = ? AND recipient IN ? AND act = ? AND order_at >= ?`, schoolID, some, school.NoticeSend, ms(since)).Scan(&found).Error
			if err != nil {
				return err
			}
			rows = append(rows, found...)
		}
		names := make([]string, len(rows))
		for i, r := range rows {
			names[i] = r.Name
		}
		for some := range slices.Chunk(names, batch) {
			var found []sendingRow
			if err := tx.Raw("SELECT * FROM sendings WHERE school = ? AND notice IN ? ORDER BY at, platform", schoolID, some).Scan(&found).Error; err != nil {
				return err
			}
			tries = append(tries, found...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b outboxRow) int { return int(a.ID - b.ID) })
	var all []school.Sending
	for _, r := range rows {
		s, err := db.sending(r)
		if err != nil {
			return nil, err
		}
		if s.Notice.Kind != school.NoticeParent {
			continue
		}
		for _, t := range tries {
			switch {
			case t.Notice != r.Name:
			case t.Sent:
				s.ReadAt = moment(t.ReadAt)
			default:
				s.Refused = append(s.Refused, t.Platform)
			}
		}
		all = append(all, s)
	}
	return all, nil
}

func (db *DB) sending(r outboxRow) (s school.Sending, err error) {
	s = school.Sending{Platform: r.Platform, At: moment(r.DueAt), Reason: r.Reason}
	if s.Notice, err = unpack[school.Notice](db, "outbox", r.Body); err != nil {
		return s, err
	}
	switch {
	case r.State == done && len(r.Receipt) == 0:
		s.State, s.Platform = school.SendingDropped, ""
	case r.State == done:
		s.State = school.SendingLeft
	case r.State == parked, r.State == givenUp:
		s.State = school.SendingFailed
	default:
		s.State = school.SendingWaits
	}
	return s, nil
}

type optOutRow struct {
	School, Address string
	At              int64
}

func (optOutRow) TableName() string { return "optouts" }

func (db *DB) addressName(schoolID string, a school.Address) string {
	return db.seal.name(schoolID + "/" + a.Platform + ":" + a.User)
}

func (db *DB) applyOptOuts(tx *gorm.DB, c school.Change) error {
	for _, o := range c.OptOuts {
		name := db.addressName(c.School, o.Address)
		err := tx.Exec("DELETE FROM optouts WHERE school = ? AND address = ?", c.School, name).Error
		if err == nil && !o.Back {
			err = put(tx, []optOutRow{{c.School, name, ms(c.At)}}, "school address")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// OptedOut says whether somebody does not want to be written to at an address.
func (db *DB) OptedOut(ctx context.Context, schoolID string, a school.Address) (bool, error) {
	var n int64
	err := db.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM optouts WHERE school = ? AND address = ?", schoolID, db.addressName(schoolID, a)).Scan(&n).Error
	return n > 0, err
}

// applyMerged ends notices that were held back and are said by another now.
func applyMerged(tx *gorm.DB, c school.Change) error {
	names := make([]string, len(c.Merged))
	for i, key := range c.Merged {
		names[i] = fit(key)
	}
	for some := range slices.Chunk(names, batch) {
		if err := tx.Exec("UPDATE outbox SET state = 2, due_at = ? WHERE school = ? AND name IN ? AND state = 5", ms(c.At), c.School, some).Error; err != nil {
			return err
		}
	}
	return nil
}

// HeldNotices lists what is kept to be said together with others, oldest first.
func (db *DB) HeldNotices(ctx context.Context, schoolID string) ([]school.Notice, error) {
	return bodies[school.Notice](ctx, db, "outbox", "SELECT body FROM outbox WHERE state = 5 AND school = ? ORDER BY id", schoolID)
}
