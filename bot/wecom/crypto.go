package wecom

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"

	"github.com/silenceper/wechat/v2/util"
)

// Sizes of the callback cipher: AES-256-CBC whose padding counts in blocks of
// 32, not 16.
const (
	padBlock   = 32
	randomSize = 16
	headSize   = randomSize + 4
)

var (
	errSealed   = errors.New("ciphertext does not open")
	errReceiver = errors.New("meant for another receiver")
)

// callbackCrypt checks and opens what WeCom posts (wecom sheet 1.4).
type callbackCrypt struct {
	token    string
	key      []byte
	block    cipher.Block
	receiver string // corpid for an app of the corp itself
}

func newCallbackCrypt(token, encodedKey, receiver string) (*callbackCrypt, error) {
	key, err := aesKey(encodedKey)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return &callbackCrypt{token: token, key: key, block: block, receiver: receiver}, nil
}

// genuine compares the signature over exactly the four parts, in constant time.
func (c *callbackCrypt) genuine(signature, timestamp, nonce, encrypted string) bool {
	want := util.Signature(c.token, timestamp, nonce, encrypted)
	return subtle.ConstantTimeCompare([]byte(want), []byte(signature)) == 1
}

// open decrypts and returns the message; its receiver must be us.
func (c *callbackCrypt) open(encrypted string) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(sealed) < padBlock || len(sealed)%padBlock != 0 {
		return nil, errSealed
	}
	plain := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(c.block, c.key[:aes.BlockSize]).CryptBlocks(plain, sealed)
	plain, err = unpad(plain)
	if err != nil || len(plain) < headSize {
		return nil, errSealed
	}
	size := uint64(binary.BigEndian.Uint32(plain[randomSize:headSize]))
	if headSize+size > uint64(len(plain)) {
		return nil, errSealed
	}
	message, receiver := plain[headSize:headSize+size], plain[headSize+size:]
	if subtle.ConstantTimeCompare(receiver, []byte(c.receiver)) != 1 {
		return nil, errReceiver
	}
	return message, nil
}

// unpad takes PKCS#7 padding of 1 to 32 bytes away and checks every byte of it.
func unpad(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, errSealed
	}
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
