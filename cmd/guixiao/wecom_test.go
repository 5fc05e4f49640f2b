package main_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The account that the programs under test serve.
const (
	corpID   = "ww0123456789abcdef"
	agentID  = "1000002"
	hookWord = "hooktoken"
	hookKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG" // an EncodingAESKey
)

// wecomCloud is WeCom as a program under test sees it: it takes messages,
// notes when each arrived, and answers as the real one does.
type wecomCloud struct {
	*httptest.Server
	mu     sync.Mutex
	sent   []sentMessage
	clock  func() time.Time
	arrive chan struct{} // a hint after each message
}

// sentMessage is one accepted call of message/send.
type sentMessage struct {
	at   time.Time
	to   string
	task string // of a card
	text string // of a text, or the card's title
	body string
}

func newWecomCloud(t testing.TB) *wecomCloud {
	c := &wecomCloud{clock: time.Now, arrive: make(chan struct{}, 1)}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *wecomCloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	switch r.URL.Path {
	case "/cgi-bin/gettoken":
		fmt.Fprint(w, `{"errcode":0,"errmsg":"ok","access_token":"token","expires_in":7200}`)
	case "/cgi-bin/message/send":
		n := c.take(body)
		fmt.Fprintf(w, `{"errcode":0,"errmsg":"ok","msgid":"m%d","response_code":"r%d"}`, n, n)
	default:
		fmt.Fprint(w, `{"errcode":0,"errmsg":"ok"}`)
	}
}

func (c *wecomCloud) take(body []byte) int {
	var m struct {
		To   string `json:"touser"`
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
		Card struct {
			Task  string `json:"task_id"`
			Title struct {
				Title string `json:"title"`
			} `json:"main_title"`
		} `json:"template_card"`
	}
	_ = json.Unmarshal(body, &m)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, sentMessage{at: c.clock(), to: m.To, task: m.Card.Task, text: m.Text.Content + m.Card.Title.Title, body: string(body)})
	select {
	case c.arrive <- struct{}{}:
	default:
	}
	return len(c.sent)
}

// messages is what has arrived so far.
func (c *wecomCloud) messages() []sentMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sent)
}

// textCallback is the POST by which WeCom tells what somebody wrote.
func textCallback(hook, from, id, text string, at time.Time) (address string, body []byte) {
	plain := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%s</MsgId><AgentID>%s</AgentID></xml>",
		corpID, from, at.Unix(), text, id, agentID)
	sealed := seal(plain)
	stamp := fmt.Sprint(at.Unix())
	q := url.Values{"timestamp": {stamp}, "nonce": {id}, "msg_signature": {sign(hookWord, stamp, id, sealed)}}
	return hook + "?" + q.Encode(), fmt.Appendf(nil,
		"<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt><AgentID>%s</AgentID></xml>", corpID, sealed, agentID)
}

// seal encrypts as WeCom does: 16 bytes, length, message, receiver, padded to
// blocks of 32.
func seal(message string) string {
	key, err := base64.StdEncoding.DecodeString(hookKey + "=")
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	b.WriteString("0123456789abcdef")
	_ = binary.Write(&b, binary.BigEndian, uint32(len(message)))
	b.WriteString(message + corpID)
	pad := 32 - b.Len()%32
	b.Write(bytes.Repeat([]byte{byte(pad)}, pad))
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(b.Bytes(), b.Bytes())
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}
