package configs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// table is one sheet of the school folder: rows of cells, found by heading.
type table struct {
	file     string // staff.csv, or school.xlsx/staff
	columns  map[string]int
	rows     []row
	problems []Problem
	broken   bool // nothing of the sheet can be used

	following int // rows left out because of mistakes told elsewhere
}

type row struct {
	t     *table
	line  int
	cells []string
	bad   bool // one of its cells is wrong: the row is not used
}

// sheet says which headings a sheet has; all of need must be there.
type sheet struct {
	name   string   // of the CSV file, and of the sheet in a workbook
	also   []string // other names of the sheet in a workbook
	need   []string
	option []string
}

// readCSV reads UTF-8, with or without BOM, or GBK.
func readCSV(file string, src []byte, s sheet) *table {
	t := &table{file: file}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(src) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(src)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			t.unusable(0, "", phrase.SheetEncoding.String())
			return t
		}
		src = decoded
	}
	r := csv.NewReader(bytes.NewReader(src))
	r.FieldsPerRecord = -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if e := (*csv.ParseError)(nil); errors.As(err, &e) {
			t.add(e.Line, "", phrase.SheetQuotes.String())
			continue
		}
		line, _ := r.FieldPos(0)
		t.take(line, cells, s)
	}
	return t.closed(s)
}

// readXLSX reads one sheet of a workbook; nil when there is none of that name.
func readXLSX(book *excelize.File, file string, s sheet) *table {
	for _, name := range book.GetSheetList() {
		if !strings.EqualFold(name, s.name) && !slices.Contains(s.also, strings.TrimSpace(name)) {
			continue
		}
		t := &table{file: file + "/" + name}
		rows, err := book.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.unusable(0, "", phrase.SheetWorkbook.String())
			return t
		}
		for i, cells := range rows {
			t.take(i+1, cells, s)
		}
		return t.closed(s)
	}
	return nil
}

// take adds a line; the first one that is not empty holds the headings.
func (t *table) take(line int, cells []string, s sheet) {
	empty := true
	for i := range cells {
		cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], "\u00a0", " "))
		empty = empty && cells[i] == ""
	}
	if empty {
		return
	}
	if t.columns != nil {
		t.rows = append(t.rows, row{t: t, line: line, cells: cells})
		return
	}
	t.columns = map[string]int{}
	for i, h := range cells {
		_, twice := t.columns[h]
		switch {
		case h == "":
			continue
		case twice:
			t.unusable(line, h, phrase.SheetSameColumn.String())
		case !slices.Contains(s.need, h) && !slices.Contains(s.option, h):
			t.warn(line, h, phrase.SheetUnknownColumn.With("columns", strings.Join(slices.Concat(s.need, s.option), "、")))
		}
		t.columns[h] = i
	}
	for _, h := range s.need {
		if _, ok := t.columns[h]; !ok {
			t.unusable(line, h, phrase.SheetNoColumn.With("columns", strings.Join(s.need, "、")))
		}
	}
}

func (t *table) closed(s sheet) *table {
	if t.columns == nil {
		t.unusable(0, "", phrase.SheetEmpty.With("columns", strings.Join(slices.Concat(s.need, s.option), "、")))
	}
	return t
}

// tellFollowing says once how many rows other mistakes take with them.
func (t *table) tellFollowing() {
	if t.following > 0 {
		t.warn(0, "", phrase.SheetFollowing.With("n", t.following))
	}
}

// unusable reports what makes the whole sheet unreadable.
func (t *table) unusable(line int, field, text string) {
	t.broken = true
	t.add(line, field, text)
}

func (t *table) add(line int, field, text string) {
	t.problems = append(t.problems, Problem{File: t.file, Line: line, Field: field, Text: text})
}

func (t *table) warn(line int, field, text string) {
	t.problems = append(t.problems, Problem{File: t.file, Line: line, Field: field, Text: text, Warning: true})
}

// has says whether the sheet has one of these columns.
func (t *table) has(headings ...string) bool {
	return slices.ContainsFunc(headings, func(h string) bool {
		_, ok := t.columns[h]
		return ok
	})
}

// cell is the text under a heading; "" when the sheet has no such column.
func (r *row) cell(heading string) string {
	if i, ok := r.t.columns[heading]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// wrong reports the row; it will not be used.
func (r *row) wrong(heading, text string) {
	r.bad = true
	r.t.add(r.line, heading, text)
}

// need is a cell that must not be empty.
func (r *row) need(heading string) string {
	v := r.cell(heading)
	if v == "" {
		r.wrong(heading, phrase.SheetEmptyCell.String())
	}
	return v
}

// id is a cell that names something: it becomes part of keys and addresses.
func (r *row) id(heading string) string {
	v := r.need(heading)
	if strings.ContainsAny(v, " \t/:：、,，#?%\"'<>&\\") || len(v) > 64 {
		r.wrong(heading, phrase.SheetBadID.String())
	}
	return v
}

// oneOf is a cell with one of a few words.
func (r *row) oneOf(heading string, words ...string) string {
	v := r.cell(heading)
	if v != "" && !slices.Contains(words, v) {
		r.wrong(heading, phrase.SheetOneOf.With("words", strings.Join(words, "、")))
	}
	return v
}

// words are the parts of a cell that holds several.
func (r *row) words(heading string) []string {
	var list []string
	for _, w := range strings.FieldsFunc(r.cell(heading), func(c rune) bool { return strings.ContainsRune("、,，;；\n", c) }) {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// lessons are the weekly hours of a course.
func (r *row) lessons(heading string) []school.Lesson {
	var list []school.Lesson
	for _, w := range r.words(heading) {
		l, err := school.ParseLesson(w)
		if err != nil {
			r.wrong(heading, phrase.SheetLesson.With("value", w))
			continue
		}
		list = append(list, l)
	}
	return list
}

// number is a whole number from 0; an empty cell is 0.
func (r *row) number(heading string) int {
	v := r.cell(heading)
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSuffix(v, ".0"))
	if err != nil || n < 0 || n > 1_000_000 {
		r.wrong(heading, phrase.SheetWantNumber.String())
		return 0
	}
	return n
}

// mobile is a phone number without the dress of spaces, dashes and +86.
func (r *row) mobile(heading string) string {
	v := strings.NewReplacer(" ", "", "-", "", "－", "").Replace(r.cell(heading))
	v = strings.TrimPrefix(strings.TrimPrefix(v, "+"), "0086")
	if len(v) == 13 {
		v = strings.TrimPrefix(v, "86")
	}
	if v != "" && (len(v) < 5 || len(v) > 15 || strings.Trim(v, "0123456789") != "") {
		r.wrong(heading, phrase.SheetMobile.String())
	}
	return v
}

// day is a date as people and spreadsheets write it.
func (r *row) day(heading string) school.Day {
	v := r.cell(heading)
	if v == "" {
		return ""
	}
	for _, layout := range []string{time.DateOnly, "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "2006-1-2"} {
		if t, err := time.Parse(layout, v); err == nil {
			return school.DayOf(t)
		}
	}
	if serial, err := strconv.ParseFloat(v, 64); err == nil && serial > 10_000 && serial < 80_000 {
		if t, err := excelize.ExcelDateToTime(serial, false); err == nil {
			return school.DayOf(t)
		}
	}
	r.wrong(heading, phrase.SheetDay.String())
	return ""
}

// cents is an amount of money in 分.
func (r *row) cents(heading string) int64 {
	v := strings.NewReplacer(",", "", "，", "", "¥", "", "￥", "", "元", "").Replace(r.cell(heading))
	whole, part, _ := strings.Cut(v, ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if v == "" || err != nil || n < 0 || len(part) > 2 && strings.Trim(part[2:], "0") != "" {
		r.wrong(heading, phrase.SheetMoney.String())
		return 0
	}
	return n
}

// at names a row in the problem of another one.
func (r *row) at() string { return fmt.Sprintf("%s:%d", r.t.file, r.line) }
