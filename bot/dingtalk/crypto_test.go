package dingtalk

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

// sealed are published examples of the event cipher with everything they were
// made of (dingtalk sheet 2.2).
var sealed = []struct {
	name, token, key, owner, timestamp, nonce, signature, random, message, encrypt string
}{
	{"a URL check", "mryue", "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7", "ding6ccabc44d2c8d38b", "1608001896814", "WL4PK6yA",
		"03044561471240d4a14bb09372dfcfd4fd0e40cb", "l7Y3EcX2CU5w8av3", `{"EventType":"check_url"}`,
		"0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNukR+t8SB/qk4ROMu3"},
	{"an answer", "123456", "1234567890123456789012345678901234567890123", "dingsnotzck6pm5veliw", "1614767836", "A7Co0cJLMzIDtMMI",
		"9a95a004dd16f5c307e849b994173f76aa26e5eb", "dICkEDLj0eb6yAbc", "success",
		"YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA=="},
	{"a longer check", "123456", "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij", "suite4xxxxxxxxxxxxxxx", "1445827045067", "nEXhMP4r",
		"5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0", "hU3bEfGZZewzhG5a",
		`{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}`,
		"1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ=="},
	{"a key with spare bits", "tokenxxxx", "o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus", "dingxxxxxx", "1605695694141", "WelUQl6bCqcBa2fM",
		"f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc", "WelUQl6bCqcBa2fM", "success",
		"X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ=="},
}

func TestEventsAreSealedAsDingTalkSealsThem(t *testing.T) {
	for _, v := range sealed {
		t.Run(v.name, func(t *testing.T) {
			c, err := newEventCrypt(v.token, v.key, v.owner, "ding-of-the-corp")
			if err != nil {
				t.Fatal(err)
			}
			if !c.genuine(v.signature, v.timestamp, v.nonce, v.encrypt) || c.genuine(v.signature, v.timestamp, v.nonce+"x", v.encrypt) {
				t.Error("the signature is not judged right")
			}
			if plain, err := c.open(v.encrypt); err != nil || string(plain) != v.message {
				t.Errorf("opened %q, %v", plain, err)
			}
			if got := c.seal(v.random, v.message); got != v.encrypt {
				t.Errorf("sealed %s", got)
			}
		})
	}
}

func TestAnEventMayNameTheCorpInsteadOfTheApp(t *testing.T) {
	v := sealed[0]
	byAPI, _ := newEventCrypt(v.token, v.key, "ding-the-app", v.owner)
	if _, err := byAPI.open(v.encrypt); err != nil {
		t.Error(err)
	}
	other, _ := newEventCrypt(v.token, v.key, "ding-the-app", "")
	if _, err := other.open(v.encrypt); !errors.Is(err, errOwner) {
		t.Errorf("an event of another app: %v", err)
	}
}

func TestWhatDoesNotOpenIsRefusedAndBreaksNothing(t *testing.T) {
	v := sealed[0]
	c, _ := newEventCrypt(v.token, v.key, v.owner)
	raw, _ := base64.StdEncoding.DecodeString(v.encrypt)
	for _, bad := range [][]byte{nil, raw[:16], raw[:33], bytes.Repeat([]byte{0}, 64), append(raw[:len(raw)-1:len(raw)-1], raw[len(raw)-1]^1)} {
		if plain, err := c.open(base64.StdEncoding.EncodeToString(bad)); err == nil {
			t.Errorf("%d bytes opened to %q", len(bad), plain)
		}
	}
	if _, err := c.open("not base64!"); err == nil {
		t.Error("nonsense opened")
	}
}

// Some senders pad to 16 bytes only.
func TestShortPaddingOpensToo(t *testing.T) {
	c, _ := newEventCrypt("token", strings.Repeat("a", 43), "app")
	plain := "0123456789abcdef\x00\x00\x00\x07successapp"
	n := 16 - len(plain)%16
	padded := []byte(plain + strings.Repeat(string(rune(n)), n))
	cipher.NewCBCEncrypter(c.block, c.key[:aes.BlockSize]).CryptBlocks(padded, padded)
	if got, err := c.open(base64.StdEncoding.EncodeToString(padded)); err != nil || string(got) != "success" {
		t.Errorf("opened %q, %v", got, err)
	}
}

func TestSignaturesOfRobotAndCard(t *testing.T) {
	if got := robotSign("this is secret", "1577262236757"); got != "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=" {
		t.Errorf("robot: %s", got)
	}
	if got := cardSign("example-secret", "1700000000000"); got != "I85VWQbGCqbDkjEb7rsCEkTKI9QSL3wzLms54MiwXlg=" {
		t.Errorf("card: %s", got)
	}
}

func FuzzOpen(f *testing.F) {
	for _, v := range sealed {
		f.Add(v.encrypt)
	}
	c, _ := newEventCrypt(sealed[0].token, sealed[0].key, sealed[0].owner)
	f.Fuzz(func(t *testing.T, encrypted string) {
		if plain, err := c.open(encrypted); err == nil && encrypted != sealed[0].encrypt && plain == nil {
			t.Error("opened to nothing")
		}
	})
}
