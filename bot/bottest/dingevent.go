package bottest

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// DingSign is the signature of the event callback.
func DingSign(parts ...string) string {
	sorted := slices.Sorted(slices.Values(parts))
	sum := sha1.Sum([]byte(strings.Join(sorted, "")))
	return hex.EncodeToString(sum[:])
}

// DingSeal encrypts a message for the owner with 16 random bytes, padded to 32.
func DingSeal(aesKey, random, message, owner string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	b.WriteString(random)
	_ = binary.Write(&b, binary.BigEndian, uint32(len(message)))
	b.WriteString(message + owner)
	pad := 32 - b.Len()%32
	b.Write(bytes.Repeat([]byte{byte(pad)}, pad))
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(b.Bytes(), b.Bytes())
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// DingOpen is the way back: the message and whom it was for.
func DingOpen(aesKey, encrypted string) (message, owner string, err error) {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil {
		return "", "", err
	}
	raw, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(raw) == 0 || len(raw)%aes.BlockSize != 0 {
		return "", "", errors.New("no whole blocks of Base64")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", "", err
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(raw, raw)
	pad := int(raw[len(raw)-1])
	if pad < 1 || pad > 32 || len(raw) < 20+pad {
		return "", "", errors.New("bad padding")
	}
	raw = raw[:len(raw)-pad]
	n := int(binary.BigEndian.Uint32(raw[16:20]))
	if n > len(raw)-20 {
		return "", "", errors.New("bad length")
	}
	return string(raw[20 : 20+n]), string(raw[20+n:]), nil
}

// EventRequest is one encrypted event push to target.
func (f *DingTalk) EventRequest(target, plain string) *http.Request {
	f.mu.Lock()
	nonce, stamp := f.next("n0nce"), fmt.Sprint(f.now().UnixMilli())
	f.mu.Unlock()
	encrypted, err := DingSeal(f.AESKey, (nonce + strings.Repeat("r", 16))[:16], plain, f.ClientID)
	if err != nil {
		panic(err) // the fake's own key
	}
	q := url.Values{"msg_signature": {DingSign(f.Token, stamp, nonce, encrypted)}, "timestamp": {stamp}, "nonce": {nonce}}
	q.Set("signature", q.Get("msg_signature"))
	body, _ := json.Marshal(map[string]string{"encrypt": encrypted})
	return newPush(target+"?"+q.Encode(), body)
}

// CheckEventAnswer verifies what an event push was answered with: an encrypted
// "success", signed.
func (f *DingTalk) CheckEventAnswer(raw []byte) error {
	var m struct {
		Signature string `json:"msg_signature"`
		Stamp     string `json:"timeStamp"`
		Nonce     string `json:"nonce"`
		Encrypt   string `json:"encrypt"`
	}
	if !strict(raw, &m) || !bytes.Contains(raw, []byte(`"timeStamp"`)) {
		return fmt.Errorf("an event was answered with %q", raw)
	}
	if m.Signature != DingSign(f.Token, m.Stamp, m.Nonce, m.Encrypt) || m.Nonce == "" || m.Stamp == "" {
		return errors.New("the answer to an event is not signed")
	}
	plain, owner, err := DingOpen(f.AESKey, m.Encrypt)
	if err != nil || plain != "success" || owner != f.ClientID && owner != f.CorpID {
		return fmt.Errorf("the answer to an event holds %q for %q (%v)", plain, owner, err)
	}
	return nil
}

// SavesURL is the administrator pressing 保存 on the page of the event subscription.
func (f *DingTalk) SavesURL() error { return f.postEvent(`{"EventType":"check_url"}`) }

func (f *DingTalk) postEvent(plain string) error {
	raw, err := f.ask(f.EventRequest(f.Door+f.Hook+"/event", plain), eventPatience)
	if err != nil {
		return err
	}
	return f.CheckEventAnswer(raw)
}

// Event pushes an event, up to three times until it is taken.
// The id is the eventId: the same one twice is a redelivery.
// Contact events of the staff are free, others are charged like messages.
func (f *DingTalk) Event(kind, id string, data map[string]any) error {
	var last error
	for range 3 {
		if last = f.event(kind, id, data); last == nil {
			return nil
		}
	}
	return fmt.Errorf("DingTalk gave up after three attempts: %w", last)
}

func (f *DingTalk) event(kind, id string, data map[string]any) error {
	if !strings.HasPrefix(kind, "user_") && !strings.HasPrefix(kind, "org_") && !f.counted() {
		data = map[string]any{"errCode": 20001, "errMsg": "Webhook&Stream quota exhausted"}
	}
	if f.Door != "" {
		flat := map[string]any{"EventType": kind, "EventTime": f.now().UnixMilli(), "CorpId": f.CorpID, "eventId": id}
		for k, v := range data {
			flat[k] = v
		}
		plain, err := json.Marshal(flat)
		if err != nil {
			return err
		}
		return f.postEvent(string(plain))
	}
	inner, err := json.Marshal(data)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), eventPatience)
	defer cancel()
	ack, err := f.frame(ctx, "EVENT", "*", map[string]any{"eventId": id, "eventType": kind, "eventCorpId": f.CorpID,
		"eventBornTime": fmt.Sprint(f.now().UnixMilli()), "eventUnifiedAppId": "u1"}, string(inner))
	if err != nil {
		return err
	}
	var answered struct{ Status, Message string }
	if json.Unmarshal([]byte(*ack.Data), &answered) != nil || answered.Status != "SUCCESS" {
		return fmt.Errorf("acknowledged with %s", *ack.Data)
	}
	return nil
}
