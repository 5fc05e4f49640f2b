package storage

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// intake gathers deliveries that arrive while a transaction is under way and
// commits them together in the next one: a burst costs few disk flushes, and
// nobody waits for company when nothing else is going on.
type intake struct {
	mu      sync.Mutex
	pending []*arrival
	running bool
}

// arrival is one call of Receive.
type arrival struct {
	now, until time.Time
	ds         []school.Delivery
	bodies     [][]byte
	done       chan struct{}

	got []school.Delivery // new and claimed for the caller
	err error
}

// groupLimit is how many deliveries share a transaction at most.
const groupLimit = 400

// groupTime is how long a transaction of the intake may take.
const groupTime = 30 * time.Second

// Receive writes deliveries to the inbox and returns when they are durable. A
// delivery whose key is known is dropped. Of the new ones those that may be
// worked on at once are returned, claimed for the caller until now+lease; one
// that must wait for an older delivery of its sender comes through ClaimInbox.
func (db *DB) Receive(ctx context.Context, now time.Time, lease time.Duration, ds []school.Delivery) ([]school.Delivery, error) {
	if len(ds) == 0 {
		return nil, nil
	}
	a := &arrival{now: now, until: now.Add(lease), ds: ds, done: make(chan struct{})}
	for _, d := range ds {
		if d.Key == "" {
			return nil, errors.New("storage: a delivery needs a key")
		}
		body, err := db.pack(at("inbox", fit(d.Key)), d)
		if err != nil {
			return nil, err
		}
		a.bodies = append(a.bodies, body)
	}
	db.intake.mu.Lock()
	db.intake.pending = append(db.intake.pending, a)
	if !db.intake.running {
		db.intake.running = true
		go db.takeIn()
	}
	db.intake.mu.Unlock()
	select {
	case <-a.done:
		return a.got, a.err
	case <-ctx.Done():
		return nil, ctx.Err() // it may be written all the same: a repeat is dropped
	}
}

// takeIn commits group after group until nobody waits.
func (db *DB) takeIn() {
	for {
		group := db.intake.next()
		if group == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), groupTime)
		if err := db.commitGroup(ctx, group); err != nil && len(group) > 1 {
			for _, a := range group { // one that cannot be written must not fail the others
				a.err = db.commitGroup(ctx, []*arrival{a})
			}
		} else {
			for _, a := range group {
				a.err = err
			}
		}
		cancel()
		for _, a := range group {
			if a.err != nil {
				a.got = nil
			}
			close(a.done)
		}
	}
}

// next takes the calls that share the next transaction; none ends the work.
func (in *intake) next() []*arrival {
	in.mu.Lock()
	defer in.mu.Unlock()
	n, size := 0, 0
	for n < len(in.pending) && (n == 0 || size+len(in.pending[n].ds) <= groupLimit) {
		size += len(in.pending[n].ds)
		n++
	}
	if n == 0 {
		in.running = false
		in.pending = nil
		return nil
	}
	group := in.pending[:n:n]
	in.pending = in.pending[n:]
	return group
}

// commitGroup writes the new deliveries of a group in one transaction.
func (db *DB) commitGroup(ctx context.Context, group []*arrival) error {
	token := db.token()
	err := db.atomically(ctx, func(tx *gorm.DB) error {
		known, held, err := db.present(tx, group)
		if err != nil {
			return err
		}
		var rows []inboxRow
		for _, a := range group {
			a.got = nil
			for i, d := range a.ds {
				key := fit(d.Key)
				if known[key] {
					continue
				}
				known[key] = true
				row := inboxRow{Delivery: key, Lane: db.seal.name(d.Lane()), State: waiting, DueAt: ms(a.now), Reply: []byte{}, Body: a.bodies[i]}
				if !held[row.Lane] {
					row.State, row.DueAt, row.Claim, row.Attempt = working, ms(a.until), token, 1
					d.Attempt, d.Claim = 1, token
					a.got = append(a.got, d)
				}
				rows = append(rows, row)
			}
		}
		if err := add(tx, rows); duplicate(err) {
			return errRace // another replica got the same delivery: look again
		} else if err != nil {
			return err
		}
		return nil
	})
	return err
}

// present looks which deliveries of a group are known already, and in which
// lanes an older one waits or is worked on elsewhere.
func (db *DB) present(tx *gorm.DB, group []*arrival) (known, held map[string]bool, err error) {
	known, held = map[string]bool{}, map[string]bool{}
	var keys, lanes []string
	for _, a := range group {
		for _, d := range a.ds {
			keys, lanes = append(keys, fit(d.Key)), append(lanes, db.seal.name(d.Lane()))
		}
	}
	now := ms(group[0].now)
	slices.Sort(lanes)
	lanes = slices.Compact(lanes)
	for some := range slices.Chunk(keys, batch) {
		var found []string
		if err := tx.Raw("SELECT delivery FROM inbox WHERE delivery IN ?", some).Scan(&found).Error; err != nil {
			return nil, nil, err
		}
		for _, key := range found {
			known[key] = true
		}
	}
	for some := range slices.Chunk(lanes, batch) {
		var found []inboxRow
		if err := tx.Raw("SELECT lane, state, due_at, claim FROM inbox WHERE lane IN ? AND state IN (0, 1)", some).Scan(&found).Error; err != nil {
			return nil, nil, err
		}
		for _, r := range found {
			if r.State == waiting || r.DueAt <= now || !db.ours(r.Claim) {
				held[r.Lane] = true
			}
		}
	}
	return known, held, nil
}
