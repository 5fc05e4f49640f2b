package storage

import (
	"context"
	"maps"
	"slices"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// lane is the row name of a notice's order of sending.
func (db *DB) lane(schoolID string, n school.Notice) string {
	return db.seal.name(schoolID + "/" + n.Lane())
}

// applyNotices writes the notices whose keys are new. Their lanes are touched
// first, always: whoever ends a lane's turn at the same moment touches it too,
// and one of the two sees what the other has done.
func (db *DB) applyNotices(tx *gorm.DB, c school.Change) error {
	if len(c.Notices) == 0 {
		return nil
	}
	rows := make([]outboxRow, 0, len(c.Notices))
	earliest := map[string]int64{}
	for _, n := range c.Notices {
		n.School = c.School
		row, err := db.outgoing(n, ms(c.At))
		if err != nil {
			return err
		}
		if due, ok := earliest[row.Lane]; !ok || row.DueAt < due {
			earliest[row.Lane] = row.DueAt
		}
		rows = append(rows, row)
	}
	if err := wake(tx, earliest); err != nil {
		return err
	}
	return put(tx, rows, "school name")
}

func (db *DB) outgoing(n school.Notice, decided int64) (outboxRow, error) {
	body, err := db.pack("outbox", n)
	if err != nil {
		return outboxRow{}, err
	}
	row := outboxRow{
		School: n.School, Name: fit(n.Key), Lane: db.lane(n.School, n), Act: n.Act, Recipient: n.To, CaseID: n.Case,
		Live: 1, DueAt: ms(n.DueAt), Address: []byte{}, Rendered: []byte{}, Receipt: []byte{}, Body: body,
	}
	if n.ToClass != "" {
		row.Recipient = "class:" + n.ToClass
	}
	if n.Card != nil {
		row.Card = n.Card.ID
	}
	if row.DueAt == 0 {
		row.DueAt = decided
	}
	row.OrderAt = row.DueAt
	return row, nil
}

// wake makes lanes due at the moments given unless they are due earlier. A
// leased lane looks for more by itself when its turn ends.
func wake(tx *gorm.DB, due map[string]int64) error {
	var rows []laneRow
	together := map[int64][]string{}
	for _, name := range slices.Sorted(maps.Keys(due)) {
		rows = append(rows, laneRow{Name: name, State: idle})
		together[due[name]] = append(together[due[name]], name)
	}
	if err := put(tx, rows, "name"); err != nil {
		return err
	}
	for _, at := range slices.Sorted(maps.Keys(together)) {
		// MySQL assigns from left to right: due_at still sees the old state.
		err := tx.Exec(`UPDATE lanes SET serial = serial + 1,
			due_at = CASE WHEN state = 2 OR (state = 0 AND due_at > ?) THEN ? ELSE due_at END,
			state = CASE WHEN state = 2 THEN 0 ELSE state END WHERE name IN ?`, at, at, together[at]).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// ClaimNotices takes up to limit notices due at now: of lanes whose worker
// died first, then of the lanes that have waited longest. A lane is leased by
// one worker at a time, who gets its due notices in order; none passes an
// older one that waits to be sent again.
func (db *DB) ClaimNotices(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]school.Outgoing, error) {
	for {
		lanes, err := look(db, ctx, limit, func(tx *gorm.DB, state, n int) (names []string, err error) {
			err = tx.Raw("SELECT name FROM lanes WHERE state = ? AND due_at <= ? ORDER BY due_at, name LIMIT ?",
				state, now.UnixMilli(), n).Scan(&names).Error
			return names, err
		})
		if err != nil || len(lanes) == 0 {
			return nil, err
		}
		rows, more, err := db.claimLanes(ctx, now, now.Add(lease), lanes, limit)
		if err != nil || len(rows) > 0 || !more {
			return db.claimed(rows, err)
		}
	}
}

func (db *DB) claimed(rows []outboxRow, err error) ([]school.Outgoing, error) {
	if err != nil {
		return nil, err
	}
	all := make([]school.Outgoing, 0, len(rows))
	for _, r := range rows {
		o := school.Outgoing{ID: r.ID, Lane: r.Lane, Claim: r.Claim, Attempt: r.Attempt, Lost: r.Lost, Platform: r.Platform}
		if o.Notice, err = unpack[school.Notice](db, "outbox", r.Body); err != nil {
			return nil, err
		}
		if len(r.Address) > 0 {
			if o.Address, err = unpack[school.Address](db, "address", r.Address); err != nil {
				return nil, err
			}
		}
		if len(r.Rendered) > 0 {
			if o.Body, err = db.seal.open("rendered", r.Rendered); err != nil {
				return nil, err
			}
		}
		all = append(all, o)
	}
	return all, nil
}

// claimLanes leases those of the lanes that are still due and claims their due
// notices. more says that a look at other lanes may find something.
func (db *DB) claimLanes(ctx context.Context, now, until time.Time, lanes []string, limit int) (rows []outboxRow, more bool, err error) {
	t := turn{token: db.token(), now: now.UnixMilli(), until: ms(until), deaths: db.opts.MaxAttempts}
	err = db.atomically(ctx, func(tx *gorm.DB) error {
		rows, more, t.ids = nil, false, nil
		r := tx.Exec("UPDATE lanes SET state = 1, claim = ?, due_at = ?, serial = serial + 1 WHERE name IN ? AND +state IN (0, 1) AND due_at <= ?",
			t.token, t.until, lanes, t.now)
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		var won []string
		if err := tx.Raw("SELECT name FROM lanes WHERE name IN ? AND claim = ?", lanes, t.token).Scan(&won).Error; err != nil {
			return err
		}
		for _, name := range lanes { // in the order found: abandoned, then oldest
			if !slices.Contains(won, name) {
				continue
			}
			if err := t.begin(tx, name, max(1, limit/len(won))); err != nil {
				return err
			}
		}
		if more = len(t.ids) == 0; more {
			return nil
		}
		r = tx.Exec(`UPDATE outbox SET lost = lost + state, state = 1, claim = ?, due_at = ?, attempt = attempt + 1
			WHERE id IN ? AND live = 1 AND due_at <= ?`, t.token, t.until, t.ids, t.now)
		if r.Error != nil {
			return r.Error
		}
		return tx.Raw("SELECT id, lane, claim, attempt, lost, platform, address, rendered, body FROM outbox WHERE id IN ? AND claim = ?", t.ids, t.token).Scan(&rows).Error
	})
	slices.SortFunc(rows, func(a, b outboxRow) int { return slices.Index(t.ids, a.ID) - slices.Index(t.ids, b.ID) })
	return rows, more, err
}

// turn is one claim of lanes under way.
type turn struct {
	token      string
	now, until int64
	deaths     int
	ids        []int64 // what is claimed, in order
}

// begin chooses up to n notices of a lane just leased, oldest first, up to the
// first that is not due. One whose worker died too often is parked and frees
// the lane; a lane without anything due goes back.
func (t *turn) begin(tx *gorm.DB, name string, n int) error {
	before := len(t.ids)
	var rows []outboxRow
	err := tx.Raw("SELECT id, state, due_at, lost FROM outbox WHERE lane = ? AND live = 1 ORDER BY order_at, id LIMIT ?", name, n).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.DueAt > t.now {
			break
		}
		if r.Lost+r.State < t.deaths {
			t.ids = append(t.ids, r.ID)
			continue
		}
		err := tx.Exec("UPDATE outbox SET live = 0, state = 3, due_at = ?, claim = '', reason = ? WHERE id = ?",
			t.now, "worker died while sending, too often", r.ID).Error
		if err != nil {
			return err
		}
	}
	if len(t.ids) > before {
		return nil
	}
	return endTurn(tx, name, t.token)
}

// endTurn gives a lane back: due when its oldest notice is, idle when there is
// none. It stays leased while that notice is held by the same claim.
func endTurn(tx *gorm.DB, name, claim string) error {
	var head []outboxRow
	err := tx.Raw("SELECT state, due_at, claim FROM outbox WHERE lane = ? AND live = 1 ORDER BY order_at, id LIMIT 1", name).Scan(&head).Error
	if err != nil {
		return err
	}
	state, due := idle, int64(0)
	if len(head) > 0 {
		if head[0].State == working && head[0].Claim == claim {
			return nil
		}
		state, due = waiting, head[0].DueAt
	}
	return tx.Exec("UPDATE lanes SET state = ?, due_at = ?, claim = '', serial = serial + 1 WHERE name = ? AND claim = ?",
		state, due, name, claim).Error
}
