package wecom

import (
	"strings"
	"testing"
	"time"

	"guixiao/bot"
)

// The table of WeCom's documentation: what the client must do, number by number.
func TestEveryDocumentedNumberHasItsClass(t *testing.T) {
	for class, codes := range map[bot.SendClass][]int64{
		bot.SendRetry:  {-1, 6000, 45009, 45033, 45035, 45036, 2000111, 40014, 42001, 41001, 123456789},
		bot.SendConfig: {40001, 40013, 41004, 40056, 301002, 48001, 48002, 48004, 48006, 48010, 50003, 60031, 60020, 43012, 45031, 301007, 65014, 65022, 50001, 80001, 85002},
		bot.SendNever: {40008, 40033, 40035, 40058, 40063, 41006, 41016, 44004, 45002, 45008, 45032, 45034, 82004, 40201, 40204, 40007, 40145, 42014,
			42027, 42035, 42051, 90201, 90208, 40032, 82001, 82002, 82003, 40029, 42003, 42022, 84014, 84015, 84025},
		bot.SendRecipient: {40003, 40031, 60111, 60011, 60021, 65010, 65023, 81013, 46004},
		bot.SendStale:     {60140, 42015, 42016, 42017, 42018, 42019, 82101, 82102, 42052},
	} {
		for _, code := range codes {
			e := classify("message/send", code, "free text with token=abc")
			if e.Class != class {
				t.Errorf("%d: class %s, want %s", code, e.Class, class)
			}
			if e.Text == "" || strings.Contains(e.Error(), "free text") || strings.Contains(e.Text, "{") && code != 60020 {
				t.Errorf("%d: says %q", code, e.Text)
			}
		}
	}
}

func TestARefusedSecretIsASettingAndNotAStaleToken(t *testing.T) {
	if e := classify("gettoken", 40001, ""); e.Class != bot.SendConfig || !strings.Contains(e.Text, "secret") {
		t.Errorf("%v", e)
	}
}

func TestOnlyTheAddressIsReadOutOfAMessage(t *testing.T) {
	for message, want := range map[string]string{
		"not allow to access from your ip, hint: [1_2_3], from ip: 203.0.113.9, more info at https://x": "203.0.113.9",
		"from ip: 2001:db8::1,": "2001:db8::1",
		"no address":            "?",
		"from ip: <script>":     "?",
	} {
		if got := addressIn(message); got != want {
			t.Errorf("%q: %q", message, got)
		}
	}
}

func TestTheLimitForgetsWhoWasNotWrittenToForAnHour(t *testing.T) {
	l, now := newMemberLimit(nil, "wecom/main"), time.Date(2026, 10, 13, 8, 0, 0, 0, time.UTC)
	for i := range 10001 {
		l.take(strings.Repeat("x", i%97)+string(rune('a'+i%26))+number(int64(i)), now)
	}
	l.take("LiMin", now.Add(2*time.Hour))
	if len(l.sent) != 1 {
		t.Errorf("%d people are remembered", len(l.sent))
	}
	for range perMinute - 1 {
		l.take("limin", now.Add(2*time.Hour))
	}
	if wait := l.take("LIMIN", now.Add(2*time.Hour+20*time.Second)); wait != 40*time.Second {
		t.Errorf("one person by three spellings waits %s", wait)
	}
}
