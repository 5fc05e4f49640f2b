package storage

import (
	"context"
	"errors"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// Holds says whether the claim is still ours: to be asked just before sending,
// so that a process that was frozen drops what it no longer owns.
func (db *DB) Holds(ctx context.Context, o school.Outgoing, now time.Time) (bool, error) {
	var n int64
	err := db.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM outbox WHERE id = ? AND claim = ? AND +state = 1 AND due_at > ?",
		o.ID, o.Claim, now.UnixMilli()).Scan(&n).Error
	return n == 1, err
}

// KeepBody stores the account, the address and the rendered bytes before the
// first attempt, so that a repeat is the same. ErrClaimLost when it is not ours.
func (db *DB) KeepBody(ctx context.Context, o school.Outgoing) error {
	address, err := db.pack("address", o.Address)
	if err != nil {
		return err
	}
	body := db.seal.seal("rendered", o.Body)
	if body == nil {
		body = []byte{}
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return owned(tx.Exec("UPDATE outbox SET platform = ?, address = ?, rendered = ? WHERE id = ? AND claim = ? AND +state = 1",
			o.Platform, address, body, o.ID, o.Claim))
	})
}

// owned turns "no such row any more" into ErrClaimLost.
func owned(r *gorm.DB) error {
	if r.Error == nil && r.RowsAffected == 0 {
		return school.ErrClaimLost
	}
	return r.Error
}

// Finish records the outcome of an attempt and ends the lane's turn, together
// with what the outcome causes. ErrClaimLost when somebody else owns the row by
// now; any other ErrConflict concerns the change, and nothing was written.
func (db *DB) Finish(ctx context.Context, o school.Outgoing, out school.Outcome, change *school.Change) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE lanes SET serial = serial + 1 WHERE name = ?", o.Lane).Error; err != nil {
			return err
		}
		if err := db.record(tx, o, out); err != nil {
			return err
		}
		if err := recordTry(tx, o, out); err != nil {
			return err
		}
		if !out.Sent && !out.Retry.IsZero() {
			// What stands behind it must not overtake: it goes back unsent.
			err := tx.Exec("UPDATE outbox SET state = 0, claim = '', due_at = order_at, attempt = attempt - 1 WHERE lane = ? AND live = 1 AND claim = ?",
				o.Lane, o.Claim).Error
			if err != nil {
				return err
			}
		}
		if err := endTurn(tx, o.Lane, o.Claim); err != nil || change == nil {
			return err
		}
		if err := db.applyIn(tx, *change); err != nil && !errors.Is(err, school.ErrDuplicate) {
			return err
		}
		return nil
	})
}

// record writes the outcome into the row, if the claim still holds. A receipt
// that an earlier attempt left behind stays where this one brings none.
func (db *DB) record(tx *gorm.DB, o school.Outgoing, out school.Outcome) error {
	set, args := "", []any{}
	code := out.Receipt.Code
	if out.Receipt.Platform != "" {
		out.Receipt.Code = "" // kept apart: it can be used once
		receipt, err := db.pack("receipt", out.Receipt)
		if err != nil {
			return err
		}
		set, args = ", receipt = ?", append(args, receipt)
	}
	end := func(state string, values ...any) error {
		values = append(append(values, args...), o.ID, o.Claim)
		return owned(tx.Exec("UPDATE outbox SET "+state+", claim = ''"+set+" WHERE id = ? AND claim = ? AND +state = 1", values...))
	}
	switch {
	case out.Sent:
		err := end("live = 0, state = 2, due_at = ?, reason = ''", ms(out.At))
		if err != nil || code == "" || o.Notice.Card == nil {
			return err
		}
		return put(tx, []codeRow{{o.Notice.School, fit(code), o.Notice.Card.ID, o.Notice.To, fit(o.Notice.Key), ms(out.At), []byte(code)}}, "school name")
	case out.Retry.IsZero():
		state := parked
		switch {
		case out.Handed:
			state = givenUp
		case out.Held:
			state = held
		}
		return end("live = 0, state = ?, due_at = ?, reason = ?", state, ms(out.At), out.Reason)
	default:
		return end("state = 0, due_at = ?, lost = 0, reason = ?", ms(out.Retry), out.Reason)
	}
}

// Receipts lists what is known to reach the sent notice with this key: codes of
// later presses on its card by the same person, newest first, then the receipt
// of the send itself. A code is listed until UseCode.
func (db *DB) Receipts(ctx context.Context, schoolID, noticeKey string) ([]school.Receipt, error) {
	var sent []outboxRow
	var codes []codeRow
	err := db.snapshot(ctx, func(tx *gorm.DB) error {
		err := tx.Raw("SELECT recipient, card, name, receipt FROM outbox WHERE school = ? AND name = ?", schoolID, fit(noticeKey)).Scan(&sent).Error
		if err != nil || len(sent) == 0 || sent[0].Card == "" {
			return err
		}
		return tx.Raw("SELECT name, notice, body FROM codes WHERE school = ? AND card = ? AND person = ? ORDER BY at DESC, name",
			schoolID, sent[0].Card, sent[0].Recipient).Scan(&codes).Error
	})
	if err != nil || len(sent) == 0 || len(sent[0].Receipt) == 0 {
		return nil, err
	}
	first, err := unpack[school.Receipt](db, "receipt", sent[0].Receipt)
	if err != nil {
		return nil, err
	}
	var all []school.Receipt
	last := first
	for _, c := range codes {
		switch {
		case c.Notice == sent[0].Name:
			last.Code = string(c.Body)
		case c.Notice == "":
			later := first
			later.Code = string(c.Body)
			all = append(all, later)
		}
	}
	return append(all, last), nil
}

// UseCode strikes a single-use code from the list.
func (db *DB) UseCode(ctx context.Context, schoolID, code string) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM codes WHERE school = ? AND name = ?", schoolID, fit(code)).Error
	})
}
