package rules

import (
	"slices"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// Keep puts files that came in the chat, a note or a photo, with the child they
// are about: among the papers of its case where there is one, else with the
// child alone. It decides nothing else.
func Keep(f Facts, files []school.File) school.Change {
	d := begin(f)
	for _, file := range files {
		file.Student, file.Name = d.Student.ID, fileName(file.Name)
		d.out.Files = append(d.out.Files, file)
		known := func(doc school.Document) bool { return doc.ID == file.ID }
		if d.cs != nil && !slices.ContainsFunc(d.cs.Documents, known) {
			d.cs.Documents = append(d.cs.Documents, Attached(file))
		}
		d.entryBy("file", phrase.FileKept.With("who", d.nameOf(file.By), "name", file.Name), file.By, "")
	}
	return d.finish()
}

// Attached is a file that came in the chat as a paper of a case.
func Attached(f school.File) school.Document {
	name := fileName(f.Name)
	return school.Document{ID: f.ID, Kind: phrase.FieldFile.String(), Title: name, State: docFinal, Name: name, Type: f.Type, At: f.At, By: f.By}
}
