package rules

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var update = flag.Bool("update", false, "write configs/policy.schema.json anew")

const schemaFile = "../configs/policy.schema.json"

// keyDocs are the explanations an editor shows; every key has one.
var keyDocs = map[string]string{
	"policy": "制度编号，如 S23", "title": "名称", "source": "出处：制度条款或文件来源", "levels": "适用学段",
	"params": "参数：原文的数、空白、或本产品的假定；学校在 policy_settings 里改", "clock": "缺勤怎样计算", "rollcall": "点名", "answers": "本制度自己的答案",
	"stages": "阶段", "recurring": "定期工作", "guards": "不允许的申请", "intake": "谁报告什么给谁", "leave": "谁准假", "closing": "返校后何时可以结案", "gaps": "原文没有写明的地方，启用前给学校看",
	"n": "数量；null 表示空白", "unit": "时间单位", "until": "时刻 18:00，或 end-of-same-half-day、last-school-day-of-term 等", "consecutive": "半天跨日相连也算一天",
	"value": "值；null 表示空白", "type": "类型", "alternatives": "其他读法", "origin": "来历：seed 原文、blank 原文空白、ambiguous 含混、assumed 本产品假定 …",
	"must_be_set": "启用前必须由学校填写", "note": "说明", "label": "中文名称", "options": "选项", "if": "别的答案是这样时才要填", "name": "答案编号", "optional": "可以不填",
	"require": "没有这些答案不能办结", "is": "答案等于它时", "event": "产生的事件", "counts": "absence 缺勤；unexcused-absence 未请假缺勤",
	"day": "几个半天算一天：参数名", "first_day_counts": "第一天算第一天", "stop_on": "什么情况停止计算", "by": "由谁办（制度里的职务，或参数名）",
	"list_to": "未报班级名单交给谁", "list_after": "点名截止后多久列出", "id": "编号", "from": "从哪个事件算起", "when": "附加条件", "after": "过多久打开",
	"due": "打开后多久到期", "deadline": "从 from 算起的最后期限", "do": "要做什么", "reuse": "以前答过的也算数", "fills": "这个答案同时回答哪一项：要填的项: 本阶段的答案",
	"raises": "答案引出事件", "notify": "告知谁", "notify_on": "open 打开时；answer-or-deadline 答复时，最迟到期", "outside": "校外单位（起草，由人报送并登记）",
	"document": "形成的文书", "drafted": "打开时就起草", "per": "每个学生一份等", "urgent": "立即送达", "every": "多久一次", "to": "交给谁", "nil_return": "没有也要报",
	"before": "从哪个日期往前数（申请人填的日期），如 planned-leave-date", "flows": "申请怎样逐步办理", "types": "哪些申请：休学、转学、停课 …", "steps": "步骤，依次进行",
	"within": "打开后多久办完", "decides": "这一步作决定（同意、拒绝、退回）", "mode": "any 或签：一人即可；all 会签：都要同意", "beside": "与上一步同时进行",
	"fresh": "办过前面步骤的人不能再作决定",
	"week":  "第几教学周", "reading": "strict 在那天以前；lenient 到那天为止", "not_after": "最迟不晚于（从学期算），与 due 取先到者", "of": "其中须有担任这些职务的人",
	"again": "办完后仍未返校就再要求一次（没有时限）", "in_order": "答案可以分次填，但要按次序", "ack_within": "多久内要按收到、确认", "needs_all": "有关学生都办完这个阶段才能办结",
	"open": "提前多久打开", "list": "程序汇总哪些表", "enabled": "是否启用", "alerts": "预警：人数或比例超过规定", "on": "看哪些事件", "rule": "规则参数：百分比，或 {leavers, within, of}",
	"block": "不允许什么", "unless": "例外", "say": "拒绝时说的话，写明条款", "trigger": "什么情况", "kinds": "假别", "granted_by": "由谁准假",
	"lead": "到期前多久打开", "asks": "先问家长，没有答复再由 by 打电话", "tells": "把 by 填写的内容告诉家长，请家长确认",
}

type object = map[string]any

// schemaOf writes a shape as JSON Schema.
func schemaOf(t *testing.T, s shape) object {
	properties, required := object{}, []string{}
	for _, k := range s {
		if keyDocs[k.name] == "" {
			t.Errorf("key %q has no explanation", k.name)
		}
		p := formSchema(t, k)
		if !k.need {
			p = object{"anyOf": []any{p, object{"type": "null"}}}
		} else {
			required = append(required, k.name)
		}
		p["description"] = keyDocs[k.name]
		properties[k.name] = p
	}
	return object{"type": "object", "additionalProperties": false, "properties": properties, "required": required}
}

func formSchema(t *testing.T, k key) object {
	text, id := object{"type": "string", "pattern": `\S`}, object{"type": "string", "pattern": idForm.String()}
	word := object{"type": "string", "enum": k.words}
	some := func(one object) object {
		return object{"anyOf": []any{one, object{"type": "array", "items": one}}}
	}
	switch k.form {
	case formText:
		return text
	case formID:
		return id
	case formWord:
		return word
	case formTexts:
		return some(text)
	case formWords:
		return some(word)
	case formFlag:
		return object{"type": "boolean"}
	case formNumber:
		return object{"type": "integer"}
	case formSpan:
		return object{"anyOf": []any{text, schemaOf(t, lengthShape), schemaOf(t, untilShape), schemaOf(t, weekShape)}}
	case formAnswer:
		return some(object{"anyOf": []any{id, schemaOf(t, requireShape)}})
	case formMap:
		return object{"type": "object", "propertyNames": id, "additionalProperties": text}
	case formObject:
		return schemaOf(t, k.of)
	case formList:
		return object{"type": "array", "items": schemaOf(t, k.of)}
	case formNamed:
		return object{"type": "object", "propertyNames": id, "additionalProperties": schemaOf(t, k.of)}
	}
	return object{}
}

func TestEditorsGetTheSchemaTheParserChecks(t *testing.T) {
	schema := schemaOf(t, policyShape)
	schema["$schema"], schema["title"] = "https://json-schema.org/draft/2020-12/schema", "归校 制度文件"
	want, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil || string(got) != string(want) {
		t.Fatalf("configs/policy.schema.json is stale; run: go test ./rules -run Schema -update (%v)", err)
	}
}

// fits checks a value against the part of JSON Schema that schemaOf writes.
func fits(s object, v any) bool {
	if any, ok := s["anyOf"].([]any); ok {
		return slices.ContainsFunc(any, func(o interface{}) bool { return fits(o.(object), v) })
	}
	switch s["type"] {
	case nil:
		return true
	case "null":
		return v == nil
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "integer":
		_, ok := readNumber(v)
		_, text := v.(string)
		return ok && !text
	case "string":
		text, ok := v.(string)
		if words, listed := s["enum"].([]any); listed {
			return ok && slices.Contains(words, any(text))
		}
		return ok && (s["pattern"] != idForm.String() || idForm.MatchString(text)) && strings.TrimSpace(text) != ""
	case "array":
		list, ok := v.([]any)
		return ok && !slices.ContainsFunc(list, func(item any) bool { return !fits(s["items"].(object), item) })
	}
	return fitsObject(s, v)
}

func fitsObject(s object, v any) bool {
	m, ok := v.(object)
	if !ok {
		return false
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := m[name.(string)]; !ok {
			return false
		}
	}
	properties, _ := s["properties"].(object)
	for name, item := range m {
		of, known := properties[name].(object)
		if rest, open := s["additionalProperties"].(object); open {
			of, known = rest, idForm.MatchString(name)
		}
		if !known || !fits(of, item) {
			return false
		}
	}
	return true
}

func TestTheGuideForAuthorsNamesEveryKey(t *testing.T) {
	guide, err := os.ReadFile("../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range keyDocs {
		if !regexp.MustCompile(`\b` + name + `\b`).Match(guide) {
			t.Errorf("docs/policies.md does not explain %s", name)
		}
	}
}

func TestTheExampleInTheGuideIsAPolicy(t *testing.T) {
	guide, err := os.ReadFile("../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(guide), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	if _, err := ParsePolicy("BX1.yaml", []byte(example)); err != nil {
		t.Error(err)
	}
}

func TestTheSchemaAndTheParserJudgeAlike(t *testing.T) {
	raw, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var schema object
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	const head = "policy: T1\ntitle: 试行\n"
	const stage = head + "stages:\n  - {id: a, from: status-lost, by: 班主任, do: 办, source: T-1"
	corpus := map[string]bool{
		stage + "}":                                                            true,
		stage + ", notify: [校长]}":                                              true,
		stage + ", due: 3 school-day}":                                         true,
		stage + ", due: {n: 3, unit: hour}}":                                   true,
		stage + ", due: {until: \"18:00\"}}":                                   true,
		stage + ", due: null}":                                                 true,
		stage + ", require: reason}":                                           true,
		stage + ", require: [reason, {name: signs, optional: true}]}":          true,
		stage + ", fills: {reason: visit-record}, require: visit-record}":      true,
		stage + "}\nparams:\n  x: {n: null, unit: hour, origin: blank}":        true,
		stage + "}\nparams:\n  x: {value: [甲], origin: seed, note: 说明}":        true,
		stage + "}\nanswers:\n  y: {label: 是否, type: choice, options: [是, 否]}": true,
		stage + "}\nlevels: [primary, junior]":                                 true,
		stage + "}\nclock: {counts: absence}":                                  true,

		head + "stages: {}":                                              false,
		head + "stages: [办]":                                             false,
		"title: 无编号\nstages: []":                                         false,
		"policy: T 1\ntitle: 试行":                                         false,
		stage + ", requre: [reason]}":                                    false,
		stage + ", notify_on: later}":                                    false,
		stage + ", notify: 3}":                                           false,
		stage + ", optional: 是}":                                         false,
		stage + ", due: 3}":                                              false,
		stage + ", due: {n: x, unit: hour}}":                             false,
		stage + ", due: {n: 3}}":                                         false,
		stage + ", require: [{optional: true}]}":                         false,
		stage + ", require: [\"a b\"]}":                                  false,
		stage + ", fills: [reason]}":                                     false,
		stage + ", do: \"\"}":                                            false,
		stage + "}\nparams:\n  x: {n: 3, unit: fortnight, origin: seed}": false,
		stage + "}\nparams:\n  x: {value: 3}":                            false,
		stage + "}\nparams: [x]":                                         false,
		stage + "}\nlevels: [kindergarten]":                              false,
		stage + "}\nclock: {counts: everything}":                         false,
		stage + "}\nguards: [{block: sleep, say: 不行, source: T-2}]":      false,
		stage + "}\nanswers:\n  \"y y\": {label: 是, type: text}":         false,
	}
	for doc, good := range corpus {
		var v object
		if err := yaml.Unmarshal([]byte(doc), &v); err != nil && good {
			t.Errorf("%s\nis no YAML: %v", doc, err)
		}
		_, err := ParsePolicy("T1.yaml", []byte(doc))
		if (err == nil) != good {
			t.Errorf("parser: good=%v\n%s\n%v", err == nil, doc, err)
		}
		if ok := v != nil && fits(schema, v); ok != good {
			t.Errorf("schema: good=%v\n%s", ok, doc)
		}
	}
}
