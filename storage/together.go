package storage

import (
	"context"
	"fmt"
	"sync"

	"gorm.io/gorm"
)

// together lets the writers of an SQLite database share their disk flush: those
// that wait while a transaction is committed run one after another in the next
// one, each undone by itself when it fails. None is told of its success before
// the flush. On a disk that flushes a hundred times a second this is what lets
// a school write more than a hundred times a second.
type together struct {
	mu      sync.Mutex
	pending []*part
	running bool
}

// part is one writer's share of a transaction.
type part struct {
	ctx  context.Context
	f    func(tx *gorm.DB) error
	err  error
	done chan struct{}
}

// togetherLimit is how many writers share a transaction at most.
const togetherLimit = 64

// writeTogether runs f in a transaction and returns when it is committed.
func (db *DB) writeTogether(ctx context.Context, f func(tx *gorm.DB) error) error {
	p := &part{ctx: ctx, f: f, done: make(chan struct{})}
	g := &db.together
	g.mu.Lock()
	g.pending = append(g.pending, p)
	if !g.running {
		g.running = true
		go db.commitParts()
	}
	g.mu.Unlock()
	<-p.done // also when ctx ends: f may be running and writes to its caller's variables
	return p.err
}

// commitParts commits transaction after transaction until nobody waits.
func (db *DB) commitParts() {
	g := &db.together
	for {
		g.mu.Lock()
		n := min(len(g.pending), togetherLimit)
		parts := g.pending[:n:n]
		g.pending = g.pending[n:]
		g.running = n > 0
		g.mu.Unlock()
		if n == 0 {
			return
		}
		db.commitOnce(parts)
		for _, p := range parts {
			close(p.done)
		}
	}
}

// commitOnce runs the parts in one transaction.
func (db *DB) commitOnce(parts []*part) {
	err := db.write.Transaction(func(tx *gorm.DB) error {
		for _, p := range parts {
			if p.err = p.ctx.Err(); p.err != nil {
				continue
			}
			if len(parts) == 1 {
				p.err = p.run(tx)
				return p.err
			}
			if err := p.runApart(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		db.grants.Add(1)
		return
	}
	for _, p := range parts {
		if p.err == nil {
			p.err = err
		}
	}
}

// run runs the part. It is not interrupted half-way: SQLite would undo the
// whole transaction, the other parts' work with it.
func (p *part) run(tx *gorm.DB) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("storage: panic in a transaction: %v", r)
		}
	}()
	return p.f(tx.WithContext(context.WithoutCancel(p.ctx)))
}

// runApart runs the part so that it can be undone without the others; an error
// means that the transaction as a whole is lost.
func (p *part) runApart(tx *gorm.DB) error {
	if err := tx.Exec("SAVEPOINT part").Error; err != nil {
		return err
	}
	if p.err = p.run(tx); p.err != nil {
		if err := tx.Exec("ROLLBACK TO part").Error; err != nil {
			return err
		}
	}
	return tx.Exec("RELEASE part").Error
}
