package storage

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"guixiao/rules/school"

	"gorm.io/gorm"
)

// sealer seals what rows hold about people: AES-256-GCM with a random nonce,
// under a key derived from secret_key, each value bound to its place (decision
// 0007). A nil sealer leaves everything readable.
type sealer struct {
	aead  cipher.AEAD
	names []byte // key under which addresses in the names of lanes are hidden
}

// sealedMark begins a sealed value; JSON never begins with it.
const sealedMark = 0x01

func newSealer(secret []byte) (*sealer, error) {
	if len(secret) == 0 {
		return nil, nil
	}
	const keySize = 32
	key, err := hkdf.Key(sha256.New, secret, nil, "guixiao storage 1: bodies", keySize)
	if err != nil {
		return nil, err
	}
	names, err := hkdf.Key(sha256.New, secret, nil, "guixiao storage 1: names", keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &sealer{aead, names}, err
}

// seal closes a value; nothing stays nothing.
func (s *sealer) seal(place string, plain []byte) []byte {
	if s == nil || len(plain) == 0 {
		return plain
	}
	out := make([]byte, 1, 1+len(plain)+s.aead.Overhead())
	out[0] = sealedMark
	return s.aead.Seal(out, nil, plain, []byte(place))
}

var (
	errNoKey    = errors.New("storage: a value is sealed and there is no key")
	errWrongKey = errors.New("storage: a sealed value does not open in its place")
)

// open reads a value that seal closed, or one that was written without a key.
func (s *sealer) open(place string, stored []byte) ([]byte, error) {
	switch {
	case !isSealed(stored):
		return stored, nil
	case s == nil:
		return nil, errNoKey
	}
	plain, err := s.aead.Open(nil, nil, stored[1:], []byte(place))
	if err != nil {
		return nil, errWrongKey
	}
	return plain, nil
}

func isSealed(stored []byte) bool { return len(stored) > 0 && stored[0] == sealedMark }

// name hides what a lane is called: there is an address of a person in it. The
// same name gives the same result.
func (s *sealer) name(text string) string {
	if s == nil {
		return fit(text)
	}
	mac := hmac.New(sha256.New, s.names)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// at names the place of a value: its table, or its row where every reader
// knows the row's key.
func at(parts ...string) string { return strings.Join(parts, "/") }

// pack makes the stored form of a noun.
func (db *DB) pack(place string, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", v, err)
	}
	return db.seal.seal(place, b), nil
}

// unpack reads the stored form of a noun.
func unpack[T any](db *DB, place string, body []byte) (T, error) {
	var v T
	plain, err := db.seal.open(place, body)
	if err == nil {
		err = json.Unmarshal(plain, &v)
	}
	if err != nil {
		return v, fmt.Errorf("read %T: %w", v, err)
	}
	return v, nil
}

// proof is what is sealed at the first start, so that a later start knows
// whether its key is the right one.
const proof = "guixiao"

type sealRow struct {
	Name string
	Body []byte
}

func (sealRow) TableName() string { return "seals" }

// checkSeal refuses a database that is sealed under another key or opened
// without one; one that is not sealed yet is sealed from now on.
func (db *DB) checkSeal(ctx context.Context) error {
	return db.atomically(ctx, func(tx *gorm.DB) error {
		if db.seal != nil {
			if err := put(tx, []sealRow{{proof, db.seal.seal(at("seals", proof), []byte(proof))}}, "name"); err != nil {
				return err
			}
		}
		var rows []sealRow
		if err := tx.Raw("SELECT body FROM seals WHERE name = ?", proof).Scan(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		switch _, err := db.seal.open(at("seals", proof), rows[0].Body); {
		case errors.Is(err, errNoKey):
			return school.Invalid("数据库里的个人信息是加密的，这里却没有密钥。请在配置里填写建库时用的 secret_key")
		case err != nil:
			return school.Invalid("secret_key 与建库时用的不同，个人信息解不开。请找回原来的 secret_key 填到配置里；没有它，这个数据库（和它的备份）无法读取")
		}
		return nil
	})
}
