package storage

import (
	"context"
	"database/sql"
	"errors"

	"gorm.io/gorm"
)

// writer is the one connection that writes to an SQLite database. It keeps its
// statements prepared from one transaction to the next, which database/sql and
// gorm cannot do: parsing was a fifth of what a change costs.
type writer struct {
	pool *sql.DB
	conn *sql.Conn
	turn chan struct{} // holds one token: whoever has it may use the connection
	kept map[string]*sql.Stmt
}

// A statement is kept when it is short: those with many rows differ each time.
const (
	keptLength = 1500
	keptMost   = 200
)

func newWriter(pool *sql.DB) (*writer, error) {
	conn, err := pool.Conn(context.Background())
	if err != nil {
		return nil, err
	}
	return &writer{conn: conn, pool: pool, turn: make(chan struct{}, 1), kept: map[string]*sql.Stmt{}}, nil
}

func (w *writer) take(ctx context.Context) error {
	select {
	case w.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) leave() { <-w.turn }

// statement finds or prepares a statement that is worth keeping, else nil.
func (w *writer) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := w.kept[query]; ok || len(query) > keptLength {
		return s, nil
	}
	s, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(w.kept) >= keptMost {
		w.forget()
	}
	w.kept[query] = s
	return s, nil
}

func (w *writer) forget() {
	for _, s := range w.kept {
		_ = s.Close() // nothing can be done about a statement that will not close
	}
	clear(w.kept)
}

// BeginTx begins an immediate transaction: what has to wait waits here.
func (w *writer) BeginTx(ctx context.Context, _ *sql.TxOptions) (gorm.ConnPool, error) {
	if err := w.take(ctx); err != nil {
		return nil, err
	}
	tx := &writing{w}
	if _, err := tx.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		w.leave()
		return nil, err
	}
	return tx, nil
}

// GetDBConn is how gorm finds the pool behind it.
func (w *writer) GetDBConn() (*sql.DB, error) { return w.pool, nil }

// errOutside is what a statement outside a transaction gets.
var errOutside = errors.New("storage: the writer works in transactions only")

// PrepareContext belongs to gorm.ConnPool.
func (w *writer) PrepareContext(context.Context, string) (*sql.Stmt, error) { return nil, errOutside }

// ExecContext belongs to gorm.ConnPool.
func (w *writer) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errOutside
}

// QueryContext belongs to gorm.ConnPool.
func (w *writer) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, errOutside
}

// QueryRowContext belongs to gorm.ConnPool, which asks for whole results only.
func (w *writer) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return w.conn.QueryRowContext(ctx, query, args...)
}

// Close closes the connection after whoever is using it.
func (w *writer) Close() error {
	_ = w.take(context.Background()) // the background never ends
	w.forget()
	_ = w.conn.Close() // it goes back to the pool, which is closed next
	return w.pool.Close()
}

// writing is a transaction of the writer.
type writing struct{ w *writer }

// PrepareContext belongs to gorm.ConnPool.
func (t *writing) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return t.w.conn.PrepareContext(ctx, query)
}

// ExecContext runs a statement of the transaction.
func (t *writing) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := t.w.statement(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s != nil:
		return s.ExecContext(ctx, args...)
	}
	return t.w.conn.ExecContext(ctx, query, args...)
}

// QueryContext reads inside the transaction.
func (t *writing) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.w.statement(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s != nil:
		return s.QueryContext(ctx, args...)
	}
	return t.w.conn.QueryContext(ctx, query, args...)
}

// QueryRowContext belongs to gorm.ConnPool.
func (t *writing) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.w.conn.QueryRowContext(ctx, query, args...)
}

// Commit ends the transaction durably and the turn.
func (t *writing) Commit() error {
	_, err := t.ExecContext(context.Background(), "COMMIT")
	if err != nil {
		return err // gorm rolls back, which ends the turn
	}
	t.w.leave()
	return nil
}

// Rollback undoes the transaction and ends the turn.
func (t *writing) Rollback() error {
	defer t.w.leave()
	_, err := t.ExecContext(context.Background(), "ROLLBACK")
	return err
}
