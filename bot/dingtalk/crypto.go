package dingtalk

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// Sizes of the event cipher: AES-256-CBC whose padding counts in blocks of 32.
const (
	padBlock   = 32
	randomSize = 16
	headSize   = randomSize + 4
)

var (
	errSealed = errors.New("ciphertext does not open")
	errOwner  = errors.New("meant for another app")
)

// eventCrypt checks, opens and seals what the event subscription posts
// (dingtalk sheet 2.1).
type eventCrypt struct {
	token  string
	key    []byte
	block  cipher.Block
	owners []string // Client ID for a subscription of the console, CorpId for one of the API
}

func newEventCrypt(token, encodedKey string, owners ...string) (*eventCrypt, error) {
	// Most keys have spare bits that are not zero: the lenient decoder is the right one.
	key, err := base64.StdEncoding.DecodeString(encodedKey + "=")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return &eventCrypt{token: token, key: key, block: block, owners: owners}, nil
}

func (c *eventCrypt) signature(timestamp, nonce, encrypted string) string {
	parts := []string{c.token, timestamp, nonce, encrypted}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// genuine compares the signature in constant time.
func (c *eventCrypt) genuine(signature, timestamp, nonce, encrypted string) bool {
	return same(c.signature(timestamp, nonce, encrypted), signature)
}

// open decrypts and returns the message; its owner must be one of ours.
func (c *eventCrypt) open(encrypted string) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(sealed) < padBlock || len(sealed)%aes.BlockSize != 0 {
		return nil, errSealed
	}
	plain := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(c.block, c.key[:aes.BlockSize]).CryptBlocks(plain, sealed)
	if plain, err = unpad(plain); err != nil || len(plain) < headSize {
		return nil, errSealed
	}
	size := uint64(binary.BigEndian.Uint32(plain[randomSize:headSize]))
	if headSize+size > uint64(len(plain)) {
		return nil, errSealed
	}
	message, owner := plain[headSize:headSize+size], string(plain[headSize+size:])
	if owner == "" || !slices.ContainsFunc(c.owners, func(ours string) bool { return same(ours, owner) }) {
		return nil, errOwner
	}
	return message, nil
}

// seal encrypts a message for the first owner. random must be 16 bytes.
func (c *eventCrypt) seal(random, message string) string {
	var b bytes.Buffer
	b.WriteString(random)
	_ = binary.Write(&b, binary.BigEndian, uint32(len(message))) // a buffer takes everything
	b.WriteString(message)
	b.WriteString(c.owners[0])
	n := padBlock - b.Len()%padBlock
	b.Write(bytes.Repeat([]byte{byte(n)}, n))
	sealed := make([]byte, b.Len())
	cipher.NewCBCEncrypter(c.block, c.key[:aes.BlockSize]).CryptBlocks(sealed, b.Bytes())
	return base64.StdEncoding.EncodeToString(sealed)
}

// unpad takes padding of 1 to 32 bytes away and checks every byte of it.
func unpad(b []byte) ([]byte, error) {
	n := int(b[len(b)-1])
	if n < 1 || n > padBlock || n > len(b) {
		return nil, errSealed
	}
	for _, x := range b[len(b)-n:] {
		if int(x) != n {
			return nil, errSealed
		}
	}
	return b[:len(b)-n], nil
}

// robotSign is the signature of a robot callback (sheet 1.1).
func robotSign(secret, timestamp string) string {
	return keyed(secret, timestamp+"\n"+secret)
}

// cardSign is the signature of a card callback (sheet 5.4).
func cardSign(secret, timestamp string) string { return keyed(secret, timestamp) }

func keyed(key, data string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(data))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
