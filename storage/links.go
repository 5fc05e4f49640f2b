package storage

import (
	"context"
	"time"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// KeepLink makes a link's token good; one that is there stays as it is.
func (db *DB) KeepLink(ctx context.Context, l school.Link) error {
	body, err := db.pack(at("links", l.Token), l)
	if err != nil {
		return err
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return put(tx, []linkRow{{l.Token, ms(l.Until), body}}, "token")
	})
}

// Link finds what a token leads to, also when its time is over; ErrNotFound.
func (db *DB) Link(ctx context.Context, token string) (school.Link, error) {
	l, err := one[school.Link](ctx, db, at("links", token), "SELECT body FROM links WHERE token = ?", fit(token))
	l.Token = token
	return l, err
}

// TrimLinks forgets links whose time was over before that moment.
func (db *DB) TrimLinks(ctx context.Context, before time.Time) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM links WHERE until < ?", ms(before)).Error
	})
}

type linkRow struct {
	Token string
	Until int64
	Body  []byte
}

func (linkRow) TableName() string { return "links" }
