package storage

import (
	"context"
	"slices"
	"strings"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

type spendingRow struct {
	Account, Month, Kind string
	N                    int
}

func (spendingRow) TableName() string { return "spending" }

// AddSpending adds to what accounts have used in a month (2006-01) and gives
// what all processes have counted by now.
func (db *DB) AddSpending(ctx context.Context, month string, more map[school.Spent]int) (map[school.Spent]int, error) {
	var rows []spendingRow
	err := db.atomically(ctx, func(tx *gorm.DB) error {
		add := make([]spendingRow, 0, len(more))
		for k, n := range more {
			add = append(add, spendingRow{fit(k.Account), month, k.Purpose, n})
		}
		slices.SortFunc(add, func(a, b spendingRow) int { return strings.Compare(a.Account+a.Kind, b.Account+b.Kind) })
		for _, r := range add {
			if err := put(tx, []spendingRow{{r.Account, r.Month, r.Kind, 0}}, "account month kind"); err != nil {
				return err
			}
			if err := tx.Exec("UPDATE spending SET n = n + ? WHERE account = ? AND month = ? AND kind = ?", r.N, r.Account, r.Month, r.Kind).Error; err != nil {
				return err
			}
		}
		return tx.Raw("SELECT * FROM spending WHERE month = ?", month).Scan(&rows).Error
	})
	all := map[school.Spent]int{}
	for _, r := range rows {
		all[school.Spent{Account: r.Account, Purpose: r.Kind}] = r.N
	}
	return all, err
}
