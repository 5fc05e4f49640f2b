package bot

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// How often a file is asked for that the platform does not hand out. Words that
// came with it wait for it no longer than one repeat.
const (
	fetchAttempts = 5
	fetchWithText = 2
)

// maxFile is the largest file that is kept, in bytes: a photo of a note needs
// less, and every database takes it in one piece.
const maxFile = 10 << 20

// fetch brings in the files of a delivery that are still at the platform, all
// at once, before anything is decided: platforms forget them, some within
// minutes. A file that cannot be had says why; only trouble that may pass is an
// error, and that only as long as waiting makes sense.
func (b *Bot) fetch(ctx context.Context, d *school.Delivery) error {
	d.Attachments = slices.Clone(d.Attachments)
	var wg sync.WaitGroup
	trouble := make([]error, len(d.Attachments))
	ctx, cancel := context.WithTimeout(ctx, b.Lease/2) // the delivery must still be ours afterwards
	defer cancel()
	for i := range d.Attachments {
		a := &d.Attachments[i]
		if a.Media != "" && len(a.Content) == 0 {
			wg.Go(func() { trouble[i] = b.fetchOne(ctx, d.Platform, a) })
		}
	}
	wg.Wait()
	err := errors.Join(trouble...)
	most := fetchAttempts
	if strings.TrimSpace(d.Text) != "" || d.Kind != school.DeliveryMessage {
		most = fetchWithText
	}
	if err == nil || d.Attempt < most {
		return err
	}
	for i, failed := range trouble {
		if failed != nil {
			d.Attachments[i].Lost = phrase.FileNotHad.With()
		}
	}
	return nil
}

func (b *Bot) fetchOne(ctx context.Context, account string, a *school.Attachment) (err error) {
	i := slices.IndexFunc(b.Platforms, func(p Platform) bool { return p.Name() == account })
	if i < 0 {
		a.Lost = phrase.FileNotHad.With()
		return nil
	}
	defer broken(b.Platforms[i], &err)
	fetcher, ok := b.Platforms[i].(Fetcher)
	if !ok {
		a.Lost = phrase.FileNotHad.With()
		return nil
	}
	f, err := fetcher.Fetch(ctx, a.Media)
	var refused *SendError
	switch {
	case errors.Is(err, school.ErrNotFound), errors.Is(err, school.ErrInvalid):
		a.Lost, _ = school.Said(err)
		return nil
	case errors.As(err, &refused) && refused.Class == SendNever:
		a.Lost = phrase.FileNotHad.With()
		return nil
	case err != nil:
		return err
	}
	a.Content, a.Type = f.Content, f.Type
	if f.Name != "" {
		a.Name = f.Name
	}
	return nil
}

// refuseFile says why a file is not kept; "" when it is.
func refuseFile(a school.Attachment) string {
	switch {
	case a.Lost != "":
		return a.Lost
	case len(a.Content) > maxFile:
		return phrase.FileTooLarge.With("n", maxFile>>20)
	case !slices.ContainsFunc(keptKinds, func(kind string) bool { return strings.HasPrefix(kindOf(a), kind) }):
		return phrase.FileWrongKind.With()
	}
	return ""
}

// keptKinds are the kinds of content that are kept: what shows or says
// something, never what a computer would carry out.
var keptKinds = []string{"image/", "audio/", "video/", "application/pdf", "text/plain", "application/msword", "application/vnd."}

// kindOf is the kind of a file by its content, and by its name where the
// content alone does not tell.
func kindOf(a school.Attachment) string {
	kind, _, _ := strings.Cut(http.DetectContentType(a.Content), ";")
	switch kind {
	case "application/octet-stream", "application/zip", "text/plain":
	default:
		return kind
	}
	ext := strings.ToLower(path.Ext(a.Name))
	if named, ok := officeKinds[ext]; ok {
		return named
	}
	if kind == "application/octet-stream" {
		said, _, _ := mime.ParseMediaType(a.Type)
		if strings.HasPrefix(said, "audio/") || strings.HasPrefix(said, "video/") || strings.HasPrefix(said, "image/") {
			return said // AMR, HEIC: not known to the library
		}
	}
	return kind
}

var officeKinds = map[string]string{
	".doc": "application/msword", ".wps": "application/msword", ".xls": "application/vnd.ms-excel", ".et": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
	".docx": "application/vnd.openxmlformats", ".xlsx": "application/vnd.openxmlformats", ".pptx": "application/vnd.openxmlformats",
	".amr": "audio/amr", ".heic": "image/heic",
	".bat": "application/x-script", ".cmd": "application/x-script", ".sh": "application/x-script", ".js": "application/x-script", ".vbs": "application/x-script",
	".ps1": "application/x-script", ".htm": "text/html", ".html": "text/html", ".svg": "text/html",
}
