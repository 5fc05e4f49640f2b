package dingtalk

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"guixiao/rules/school"
)

// shipped is what the template that schools import says of itself.
type shipped struct {
	vars    map[string]bool   // name → private
	actions map[string]string // component title → variable sent as "action"
}

func theTemplate(t *testing.T) shipped {
	t.Helper()
	raw, err := os.ReadFile("../../configs/dingtalk-card.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ EditorData, Type, Mode string }
	if err := json.Unmarshal(raw, &file); err != nil || file.Type != "im" || file.Mode != "card" {
		t.Fatalf("not an exported template: %v", err)
	}
	type node struct {
		Title string
		Props struct {
			Params []struct{ Name, Type, Variable string }
		}
		Children []node
	}
	var editor struct {
		Schema struct {
			ComponentsTree []node
		}
		VariableList []struct {
			Name    string
			Private bool
		}
	}
	if err := json.Unmarshal([]byte(file.EditorData), &editor); err != nil {
		t.Fatal(err)
	}
	s := shipped{map[string]bool{}, map[string]string{}}
	for _, v := range editor.VariableList {
		s.vars[v.Name] = v.Private
	}
	for _, n := range editor.Schema.ComponentsTree[0].Children {
		for _, p := range n.Props.Params {
			if p.Name == paramAction && p.Type == "variable" {
				s.actions[n.Title] = p.Variable
			}
		}
	}
	return s
}

func newPlatform(t *testing.T, change ...func(*Settings)) *Platform {
	t.Helper()
	s := Settings{Account: "main", ClientID: "ding1", ClientSecret: "secret", CorpID: "dingcorp", AgentID: 7, CardTemplateID: "t.schema", BaseURL: "https://bot.school.example"}
	for _, f := range change {
		f(&s)
	}
	p, err := New(s, Deps{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func stageCard() school.Card {
	return school.Card{ID: "card1", Title: "张三 未到校", State: school.CardOpen, Kind: school.CardStage, Fields: []school.Field{{K: "班级", V: "七(3)班"}, {K: "时间", V: "上午"}},
		Inputs: []school.Input{{Key: "kind", Label: "原因", Type: "choice", Required: true, Value: "personal", Options: []school.Option{{ID: "sick", Text: "病假"}, {ID: "personal", Text: "事假"}}},
			{Key: "reason", Label: "说明", Type: "text", Required: true}},
		Buttons: []school.Button{{Key: "submit", Text: "提交", Style: "primary", Act: school.ActSubmit}, {Key: "no-contact", Text: "没联系上", Act: school.ActSubmit}}}
}

func cardNotice(c school.Card) school.Notice {
	return school.Notice{School: "demo", Key: "n1", Act: school.NoticeSend, Kind: school.NoticeCard, To: "T001", Text: c.Title, Card: &c, Why: "您是班主任"}
}

// A school imports one file once: what we paint must be what it has.
func TestThePaintFitsTheShippedTemplate(t *testing.T) {
	p, tpl := newPlatform(t), theTemplate(t)
	closed := stageCard()
	closed.State, closed.Result = school.CardDone, "李敏 已提交：病假"
	for name, c := range map[string]school.Card{"open": stageCard(), "closed": closed} {
		vars := p.paint(cardNotice(c))
		for v := range vars {
			if private, known := tpl.vars[v]; !known || private {
				t.Errorf("%s: the template has no public variable %q", name, v)
			}
		}
		if len(vars) != len(tpl.vars)-1 {
			t.Errorf("%s: %d variables painted, the template has %d and the private one", name, len(vars), len(tpl.vars)-1)
		}
	}
	if !tpl.vars[varNote] {
		t.Error("the answer to the presser is not private in the template")
	}
	if tpl.actions["表单"] != varAction || tpl.actions["按钮1"] != slot(0, "key") || tpl.actions["按钮6"] != slot(slots-1, "key") {
		t.Errorf("what the buttons send: %v", tpl.actions)
	}
}

func TestAFormHoldsWhatItCanAndThePageTheRest(t *testing.T) {
	p := newPlatform(t)
	open := p.paint(cardNotice(stageCard()))
	var form struct{ Fields []field }
	if err := json.Unmarshal([]byte(open[varForm]), &form); err != nil || len(form.Fields) != 2 || form.Fields[0].Type != "SELECT" || form.Fields[1].Type != "TEXT" {
		t.Fatalf("form %s, %v", open[varForm], err)
	}
	if got := form.Fields[0].Default; got.(map[string]any)["value"] != "personal" {
		t.Errorf("the proposal is not chosen: %v", got)
	}
	if open[varSubmit] != "提交" || open[varAction] != "submit" || open["b1_key"] != "no-contact" || open["b2_text"] != "" || open[varPage] != "" {
		t.Errorf("painted %v", open)
	}

	photo := stageCard()
	photo.Inputs = append(photo.Inputs, school.Input{Key: "proof", Label: "病历", Type: "file", Required: true})
	got := p.paint(cardNotice(photo))
	if got[varForm] != noForm || got[varSubmit] != "" || got["b1_key"] != "no-contact" || got[varPage] != "https://bot.school.example/c/card1" {
		t.Errorf("a card that needs a photo: %v", got)
	}
	bare := newPlatform(t, func(s *Settings) { s.BaseURL = "" })
	if got := bare.paint(cardNotice(photo)); got[varPage] != "" || got[varOpen] != "" || !strings.Contains(got[varWords], "回复文字") {
		t.Errorf("without pages: %v", got)
	}

	approve := stageCard()
	approve.Inputs = []school.Input{{Key: "reason", Label: "不同意的原因", Type: "text"}}
	approve.Buttons = []school.Button{{Key: "approve", Text: "同意", Style: "primary", Act: school.ActApprove}, {Key: "reject", Text: "不同意", Style: "danger", Act: school.ActReject}}
	if got := p.paint(cardNotice(approve)); got["b1_key"] != "approve" || got["b1_color"] != "blue" || got[varAction] != "reject" {
		t.Errorf("an approval: %v", got)
	}

	confirm := stageCard()
	confirm.Inputs = []school.Input{{Key: "mark", Label: "改成", Type: "choice", Options: []school.Option{{ID: "late", Text: "迟到"}}}}
	confirm.Buttons = []school.Button{{Key: "confirm", Text: "正确", Act: school.ActConfirm}, {Key: "change", Text: "改", Act: school.ActSubmit}, {Key: "cancel", Text: "撤回", Style: "danger", Act: school.ActCancel}}
	if got := p.paint(cardNotice(confirm)); got["b1_key"] != "confirm" || got["b2_key"] != "cancel" || got[varAction] != "change" {
		t.Errorf("what was understood: %v", got)
	}

	link := stageCard()
	link.Inputs, link.Buttons = nil, []school.Button{{Key: "/lists/today", Text: "看今天", Act: school.ActLink}}
	if got := p.paint(cardNotice(link)); got[varPage] != "https://bot.school.example/lists/today" || got[varOpen] != "看今天" {
		t.Errorf("a link: %v", got)
	}
}

func TestAClosedCardShowsItsResultAndNoButton(t *testing.T) {
	p := newPlatform(t)
	c := stageCard()
	c.State, c.Result = school.CardDone, "李敏 已提交：病假"
	got := p.paint(cardNotice(c))
	if got[varState] != stateDone || got[varResult] != c.Result || got[varForm] != noForm || got["b1_text"] != "" || strings.Contains(got[varWords], c.Result) {
		t.Errorf("painted %v", got)
	}
	c.State, c.Result = school.CardSuperseded, ""
	if got := p.paint(cardNotice(c)); got[varResult] != "已失效" {
		t.Errorf("superseded: %q", got[varResult])
	}
}

// One value of a card holds a kilobyte; what is longer must not be refused.
func TestNoVariableIsTooLong(t *testing.T) {
	p := newPlatform(t)
	c := stageCard()
	long := strings.Repeat("很长的说明", 200)
	c.Fields = append(c.Fields, school.Field{K: "经过", V: long})
	for range 12 {
		c.Inputs[0].Options = append(c.Inputs[0].Options, school.Option{ID: "x" + long[:30], Text: long[:90]})
	}
	n := cardNotice(c)
	n.Text, n.Why = long, long
	for name, v := range p.paint(n) {
		if len(v) > 1024 {
			t.Errorf("%s has %d bytes", name, len(v))
		}
	}
	if got := p.paint(n); got[varForm] != noForm || got[varPage] == "" {
		t.Error("a form that is too long is not left to the page")
	}
}

func TestATrackNamesOneCopyOfACard(t *testing.T) {
	n := cardNotice(stageCard())
	mine, err := trackOf(n, school.Address{Platform: Kind, User: "limin"})
	if err != nil {
		t.Fatal(err)
	}
	if other, _ := trackOf(n, school.Address{Platform: Kind, User: "wang"}); other == mine {
		t.Error("two holders share a track")
	}
	if card, ok := cardOfTrack(mine); !ok || card != "card1" {
		t.Errorf("read back %q", card)
	}
	for _, id := range []string{"", "a.b", strings.Repeat("x", 90)} {
		n.Card.ID = id
		if _, err := trackOf(n, school.Address{User: "limin"}); err == nil {
			t.Errorf("card %q has a track", id)
		}
	}
	if _, ok := cardOfTrack("no-dot"); ok {
		t.Error("a foreign card was taken for ours")
	}
}
