package storage

import (
	"context"

	"gorm.io/gorm"
)

// erasable are the tables of what happened; people and policies stay.
var erasable = []string{"events", "timers", "outbox", "codes", "sheets", "marks", "leaves", "rolls", "cases", "applications", "cards",
	"card_holders", "files", "student_files", "delegations", "audit", "books", "sendings", "optouts"}

// Erase removes everything that ever happened at a school, and every delivery
// and lane of the database: the demo's way back to its beginning. Nothing else
// calls it.
func (db *DB) Erase(ctx context.Context, schoolID string) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		for _, table := range erasable {
			if err := tx.Exec("DELETE FROM "+table+" WHERE school = ?", schoolID).Error; err != nil {
				return err
			}
		}
		for _, table := range []string{"inbox", "lanes"} {
			if err := tx.Exec("DELETE FROM " + table).Error; err != nil {
				return err
			}
		}
		return nil
	})
}
