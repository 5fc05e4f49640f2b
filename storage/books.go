package storage

import (
	"context"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

type addressBookRow struct {
	School, Account string
	Body            []byte
}

func (addressBookRow) TableName() string { return "address_books" }

// SaveAddressBook keeps what a look into an address book found, in the place of
// what the look before found.
func (db *DB) SaveAddressBook(ctx context.Context, schoolID string, b school.AddressBook) error {
	body, err := db.pack(at("address_books", schoolID, b.Account), b)
	if err != nil {
		return err
	}
	return db.atomically(ctx, func(tx *gorm.DB) error {
		return put(tx, []addressBookRow{{schoolID, fit(b.Account), body}}, "school account", "body")
	})
}

// AddressBooks lists what was found in each account's address book.
func (db *DB) AddressBooks(ctx context.Context, schoolID string) ([]school.AddressBook, error) {
	var rows []addressBookRow
	err := db.read.WithContext(ctx).Raw("SELECT account, body FROM address_books WHERE school = ? ORDER BY account", schoolID).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	return unpackAll[school.AddressBook](db, rows, func(r addressBookRow) (string, []byte) { return at("address_books", schoolID, r.Account), r.Body })
}
