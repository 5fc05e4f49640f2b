package bottest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/silenceper/wechat/v2/util"
)

// number is a fresh MsgId.
func (f *WeCom) number() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	return 1_000_000 + f.serial
}

// xml wraps the fields of a message in what all of them carry.
func (f *WeCom) xml(from, fields string) string {
	return fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>%s<AgentID>%d</AgentID></xml>",
		f.CorpID, from, f.now().Unix(), fields, f.AgentID)
}

// TextXML is the decrypted callback of a text message.
func (f *WeCom) TextXML(from string, id int, text string) string {
	// "]]>" would end the section: WeCom splits it, and so do we.
	text = strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>")
	return f.xml(from, fmt.Sprintf("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId>", text, id))
}

// EventXML is the decrypted callback of an event; more are its own fields.
func (f *WeCom) EventXML(from, event, more string) string {
	return f.xml(from, fmt.Sprintf("<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[%s]]></Event>%s", event, more))
}

func (f *WeCom) schoolXML(change, id string) string {
	return fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>%d</CreateTime><MsgType><![CDATA[event]]></MsgType>"+
		"<Event><![CDATA[change_school_contact]]></Event><ChangeType><![CDATA[%s]]></ChangeType><Id><![CDATA[%s]]></Id></xml>", f.CorpID, f.now().Unix(), change, id)
}

// seal encrypts and signs. The random prefix and the nonce differ each time,
// as they may between two attempts of the real one.
func (f *WeCom) seal(inner string) (encrypted string, q url.Values) {
	nonce := fmt.Sprint(f.number())
	random := []byte(("rnd" + nonce + "................")[:16])
	sealed, err := util.EncryptMsg(random, []byte(inner), f.CorpID, f.AESKey)
	if err != nil {
		panic(err) // the fake's own key is wrong: a fault of the test
	}
	stamp := fmt.Sprint(f.now().Unix())
	encrypted = string(sealed)
	return encrypted, url.Values{"msg_signature": {util.Signature(f.Token, stamp, nonce, encrypted)}, "timestamp": {stamp}, "nonce": {nonce}}
}

// Request is one callback as it would arrive at target.
func (f *WeCom) Request(target, inner string) *http.Request {
	encrypted, q := f.seal(inner)
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><AgentID><![CDATA[%d]]></AgentID><Encrypt><![CDATA[%s]]></Encrypt></xml>", f.CorpID, f.AgentID, encrypted)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, target+"?"+q.Encode(), strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "text/xml")
	return r
}

// CheckRequest is the URL check of the console: the answer must be echo.
func (f *WeCom) CheckRequest(target, echo string) *http.Request {
	encrypted, q := f.seal(echo)
	q.Set("echostr", encrypted)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, target+"?"+q.Encode(), nil)
	if err != nil {
		panic(err)
	}
	return r
}

// Knock posts a callback, up to three times until it is answered with 200 and
// an empty body or "success".
func (f *WeCom) Knock(inner string) error {
	var last error
	for range 3 {
		if last = f.post(f.Request(f.Callback, inner)); last == nil {
			return nil
		}
	}
	return fmt.Errorf("WeCom gave up after three attempts: %w", last)
}

func (f *WeCom) post(r *http.Request) error {
	answered, err := f.ask(r)
	if err == nil && answered != "" && answered != "success" {
		return fmt.Errorf("unexpected answer %q", answered)
	}
	return err
}

func (f *WeCom) ask(r *http.Request) (string, error) {
	if f.Callback == "" {
		return "", errors.New("nobody is there: set Callback")
	}
	res, err := f.knocker.Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d: %s", res.StatusCode, body)
	}
	return string(body), nil
}

// SavesURL is the administrator pressing 保存 on the callback page.
func (f *WeCom) SavesURL() error {
	const echo = "94966531020182955848408"
	answered, err := f.ask(f.CheckRequest(f.Callback, echo))
	if err != nil {
		return err
	}
	if answered != echo {
		return fmt.Errorf("openapi callback URL check failed: answered %q", answered)
	}
	return nil
}
