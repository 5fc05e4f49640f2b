package wecom

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// vector is one known-good exchange; "receiveid" may be empty, as for AI bots.
type vector struct {
	Name, Kind, Token, Receiveid, Timestamp, Nonce, Encrypt, Random, Plaintext string
	AESKey                                                                     string `json:"encoding_aes_key"`
	Signature                                                                  string `json:"msg_signature"`
	RandomHex                                                                  string `json:"random_hex"`
}

func vectors(t testing.TB) []vector {
	t.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(raw, &all); err != nil || len(all) != 7 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	return all
}

func (v vector) crypt(t testing.TB) *callbackCrypt {
	t.Helper()
	c, err := newCallbackCrypt(v.Token, v.AESKey, v.Receiveid)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryVectorIsGenuineAndOpens(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			c := v.crypt(t)
			if !c.genuine(v.Signature, v.Timestamp, v.Nonce, v.Encrypt) {
				t.Error("signature refused")
			}
			if c.genuine(v.Signature, v.Timestamp, v.Nonce+"1", v.Encrypt) || c.genuine("", v.Timestamp, v.Nonce, v.Encrypt) {
				t.Error("a wrong signature was accepted")
			}
			plain, err := c.open(v.Encrypt)
			if err != nil || string(plain) != v.Plaintext {
				t.Errorf("opened to %q, %v", plain, err)
			}
		})
	}
}

// The SDK's EncryptMsg, which the fake uses, gives the same bytes as WeCom.
func TestTheSDKEncryptsByteForByteLikeWeCom(t *testing.T) {
	for _, v := range vectors(t) {
		random := []byte(v.Random)
		if v.RandomHex != "" {
			random, _ = hex.DecodeString(v.RandomHex)
		}
		sealed, err := util.EncryptMsg(random, []byte(v.Plaintext), v.Receiveid, v.AESKey)
		if err != nil || string(sealed) != v.Encrypt {
			t.Errorf("%s: encrypted differently, %v", v.Name, err)
		}
	}
}

func TestAMessageForAnotherReceiverDoesNotOpen(t *testing.T) {
	for _, v := range vectors(t) {
		v.Receiveid += "x"
		if _, err := v.crypt(t).open(v.Encrypt); !errors.Is(err, errReceiver) {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
}

func TestEveryLengthOfPaddingOpens(t *testing.T) {
	v := vectors(t)[6]
	for n := range 65 {
		message := bytes.Repeat([]byte("a"), n)
		sealed, err := util.EncryptMsg([]byte(v.Random), message, v.Receiveid, v.AESKey)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := v.crypt(t).open(string(sealed)); err != nil || !bytes.Equal(plain, message) {
			t.Errorf("%d bytes: %q, %v", n, plain, err)
		}
	}
}

func TestUnpadLooksAtEveryByte(t *testing.T) {
	full := bytes.Repeat([]byte{32}, 32)
	if rest, err := unpad(full); err != nil || len(rest) != 0 {
		t.Errorf("a block of 32: %v, %v", rest, err)
	}
	for name, bad := range map[string][]byte{
		"empty":             {},
		"zero":              {1, 0},
		"more than 32":      append(bytes.Repeat([]byte{33}, 33), 33),
		"longer than it is": {5, 5},
		"one byte differs":  append(bytes.Repeat([]byte{7}, 20), 4, 3, 4, 4),
	} {
		if _, err := unpad(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestWhatDoesNotOpenIsRefused(t *testing.T) {
	v := vectors(t)[0]
	whole, _ := base64.StdEncoding.DecodeString(v.Encrypt)
	for name, sealed := range map[string]string{
		"nothing":          "",
		"no Base64":        "%%%",
		"half a block":     base64.StdEncoding.EncodeToString(whole[:16]),
		"not whole blocks": base64.StdEncoding.EncodeToString(whole[:48]),
		"blocks swapped":   base64.StdEncoding.EncodeToString(append(append([]byte{}, whole[32:]...), whole[:32]...)),
	} {
		if _, err := v.crypt(t).open(sealed); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Encrypt)
	}
	c := vectors(f)[1].crypt(f)
	f.Fuzz(func(t *testing.T, sealed string) {
		plain, err := c.open(sealed)
		if err == nil && len(plain) > len(sealed) {
			t.Errorf("%d bytes out of %d", len(plain), len(sealed))
		}
	})
}

// Whatever stands in the decrypted bytes, padding and length must not lead
// outside of them.
func FuzzUnpad(f *testing.F) {
	f.Add([]byte("message\x01"))
	f.Add(bytes.Repeat([]byte{32}, 32))
	f.Fuzz(func(t *testing.T, b []byte) {
		rest, err := unpad(b)
		if err == nil && (len(rest) >= len(b) || len(b)-len(rest) > padBlock || !bytes.HasPrefix(b, rest)) {
			t.Errorf("%d bytes became %d", len(b), len(rest))
		}
	})
}

var fuzzTime = time.Date(2026, 10, 13, 8, 5, 0, 0, time.UTC)

func FuzzInbound(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.Plaintext))
	}
	f.Add([]byte(`<xml><MsgType>event</MsgType><Event>template_card_event</Event><EventKey>submit</EventKey><TaskId>c@1</TaskId><SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId></OptionIds></SelectedItem></SelectedItems></xml>`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		in, err := parseInbound(plain)
		if err != nil {
			return
		}
		for _, d := range in.deliveries("wecom/main", plain, fuzzTime) {
			if d.Key == "" || d.Kind == "" {
				t.Errorf("a delivery without key or kind: %+v", d)
			}
			if d.Kind == "press" && (d.Card == "" || d.Button == "") {
				t.Errorf("a press of nothing: %+v", d)
			}
		}
	})
}
