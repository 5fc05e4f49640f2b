package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// entry is one line of the journal: an item and whose feeds hold it.
type entry struct {
	N    int             `json:"n"`
	Key  string          `json:"key"`
	Sum  string          `json:"sum"`
	To   []string        `json:"to"`
	Card string          `json:"card,omitempty"`
	Item json.RawMessage `json:"item"`
}

// journal is a file of JSON lines that only grows. A line is written with one
// call, so that a killed process leaves at most one broken line: the last,
// which was never acknowledged.
type journal struct {
	file *os.File
	size int64 // end of the last whole line
}

func openJournal(dir string) (*journal, []entry, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("sandbox: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "sandbox.jsonl"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("sandbox: %w", err)
	}
	j := &journal{file: file}
	entries, err := j.read()
	if err == nil {
		err = j.rewind()
	}
	if err != nil {
		_ = file.Close()
		return nil, nil, err
	}
	return j, entries, nil
}

func (j *journal) read() ([]entry, error) {
	var entries []entry
	r := bufio.NewReader(j.file)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return entries, nil // what stands without a line end was never acknowledged
		}
		if err != nil {
			return nil, fmt.Errorf("sandbox: %w", err)
		}
		var e entry
		if err := json.Unmarshal(bytes.TrimSpace(line), &e); err != nil || len(e.To) == 0 {
			return nil, fmt.Errorf("sandbox: %s line %d is not an entry: remove the file to begin anew", j.file.Name(), len(entries)+1)
		}
		entries = append(entries, e)
		j.size += int64(len(line))
	}
}

// rewind cuts off whatever stands after the last whole line.
func (j *journal) rewind() error {
	if err := j.file.Truncate(j.size); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return nil
}

func (j *journal) append(e entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	line = append(line, '\n')
	if _, err := j.file.WriteAt(line, j.size); err != nil {
		return errors.Join(fmt.Errorf("sandbox: %w", err), j.rewind())
	}
	j.size += int64(len(line))
	return nil
}

func (j *journal) truncate() error {
	j.size = 0
	return j.rewind()
}

func (j *journal) close() error { return j.file.Close() }
