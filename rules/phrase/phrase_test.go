package phrase_test

import (
	"testing"

	"guixiao/rules/phrase"
)

func TestWithFillsNamedPlaces(t *testing.T) {
	const noted phrase.Phrase = "已登记：{name} {slot}未到校，共 {n} 次。"
	got := noted.With("name", "张三", "slot", "3月9日（周一）上午", "n", 2)
	if want := "已登记：张三 3月9日（周一）上午未到校，共 2 次。"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestAValueIsNeverReadAsAPattern(t *testing.T) {
	const p phrase.Phrase = "{a}和{b}"
	if got := p.With("a", "{b}", "b", "乙"); got != "{b}和乙" {
		t.Fatalf("got %q", got)
	}
}

func TestAPlaceNobodyFillsStaysVisible(t *testing.T) {
	const p phrase.Phrase = "你好，{name}。"
	if got := p.With(); got != "你好，{name}。" {
		t.Fatalf("got %q", got)
	}
}
