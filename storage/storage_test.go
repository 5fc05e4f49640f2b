package storage_test

import (
	"path/filepath"
	"testing"

	"guixiao/storage/storagetest"
)

func TestSQLite(t *testing.T) {
	storagetest.Suite(t, func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "guixiao.db") })
}

func TestMySQL(t *testing.T) {
	storagetest.Suite(t, storagetest.MySQL)
}
