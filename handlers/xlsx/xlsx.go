// Package xlsx writes ledgers as workbooks that Excel and WPS open.
package xlsx

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"guixiao/rules"
)

// Type is the media type of a workbook.
const Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Write puts each ledger on a sheet of its own. Everything is written as text:
// a 学号 keeps its zeros, and a note that begins with = is no formula.
func Write(w io.Writer, ledgers ...rules.Ledger) error {
	f := excelize.NewFile()
	defer f.Close()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, l := range ledgers {
		name := sheetName(l.Title)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := sheet(f, name, l, bold); err != nil {
			return err
		}
	}
	return f.Write(w)
}

func sheet(f *excelize.File, name string, l rules.Ledger, bold int) error {
	for r, row := range append([][]string{l.Head}, l.Rows...) {
		for c, value := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return err
			}
			if err := f.SetCellStr(name, cell, value); err != nil {
				return err
			}
		}
	}
	if len(l.Head) == 0 {
		return nil
	}
	last, err := excelize.ColumnNumberToName(len(l.Head))
	if err != nil {
		return err
	}
	if err := f.SetCellStyle(name, "A1", last+"1", bold); err != nil {
		return err
	}
	for c := range l.Head {
		column, err := excelize.ColumnNumberToName(c + 1)
		if err != nil {
			return err
		}
		if err := f.SetColWidth(name, column, column, width(l, c)); err != nil {
			return err
		}
	}
	return f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// width shows the longest value of a column, within reason.
func width(l rules.Ledger, column int) float64 {
	const least, most = 8, 40
	n := least
	for _, row := range append([][]string{l.Head}, l.Rows...) {
		if column < len(row) {
			n = max(n, 2*utf8.RuneCountInString(row[column]))
		}
	}
	return float64(min(n, most))
}

// sheetName is a title as Excel takes it: at most 31 characters, none of :\/?*[].
func sheetName(title string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return '-'
		}
		return r
	}, title)
	if r := []rune(name); len(r) > 31 {
		name = string(r[:31])
	}
	return name
}
