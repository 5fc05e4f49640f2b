package handlers_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// taken is the workbook that somebody takes away.
func taken(t *testing.T, h *house, as, path string) (*excelize.File, *httptest.ResponseRecorder) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(h.session(t, as))
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	book, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if w.Code == http.StatusOK && err != nil {
		t.Fatal(err)
	}
	return book, w
}

func TestALedgerHoldsTheChildrenItsReaderMaySee(t *testing.T) {
	h := newHouse(t, nil)
	book, w := taken(t, h, "T005", "/reports/attendance?period=2026-10")
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	rows, err := book.GetRows("出勤登记")
	if err != nil || len(rows) != 3 || rows[1][4] != "张三" || rows[1][5] != "未到校" || rows[2][6] != "发烧" {
		t.Errorf("the head sees both: %v, %v", rows, err)
	}
	sums, err := book.GetRows("各班合计")
	if err != nil || len(sums) != 3 || sums[1][0] != "七(3)班" || sums[1][1] != "1" {
		t.Errorf("%v, %v", sums, err)
	}
	book, _ = taken(t, h, "T001", "/reports/attendance?period=2026-10-13")
	if rows, _ := book.GetRows("出勤登记"); len(rows) != 2 {
		t.Errorf("a class teacher only her own: %v", rows)
	}
	book, _ = taken(t, h, "T001", "/reports/cases?period=2026-10-01..2026-10-31")
	if rows, _ := book.GetRows("缺勤个案台账"); len(rows) != 2 || rows[1][3] != "办理中" || rows[1][9] != "镇政府" {
		t.Errorf("%v", rows)
	}
	book, _ = taken(t, h, "T001", "/reports/applications?period=2026")
	if rows, _ := book.GetRows("申请台账"); len(rows) != 2 || rows[1][3] != "转出" || rows[1][8] != "全家搬到省城" {
		t.Errorf("%v", rows)
	}
}

func TestLedgersAreForThoseWhoAnswerForAClass(t *testing.T) {
	h := newHouse(t, nil)
	for _, sc := range []scenario{
		{name: "the page", as: "T005", path: "/reports", status: 200, says: []string{"出勤登记", "流失学生台账", "每次下载都有记录"}},
		{name: "not for a family", as: "G1", path: "/reports", status: 403},
		{name: "nor the file", as: "G1", path: "/reports/attendance?period=2026-10", status: 403, hides: []string{"张三"}},
		{name: "a period that is none", as: "T005", path: "/reports/attendance?period=october", status: 400, says: []string{"2026-03-01..2026-03-31"}},
		{name: "a ledger that is none", as: "T005", path: "/reports/ranking?period=2026-10", status: 400, says: []string{"applications"}},
	} {
		t.Run(sc.name, func(t *testing.T) { sc.run(t, h) })
	}
}
