package rules

import (
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// readStep checks the answers of a step and names what is missing.
func (d *draft) readStep(i, k int, s FlowStep, inputs map[string]string, files []school.Attachment) (map[string]string, error) {
	given := map[string]string{}
	var missing []string
	for _, r := range s.Require {
		v := strings.TrimSpace(inputs[r.Name])
		if v == "" {
			v = d.settled(d.apps[i], r.Name)
		}
		switch {
		case r.Known != "" || r.Name == "decision":
			continue
		case v == "" && d.apps[i].Steps[k].Answers[r.Name] == "" && !r.Optional:
			missing = append(missing, r.label())
			continue
		case v == "":
			continue
		case r.Type == "file":
			f, ok := attached(v, files)
			if !ok {
				return nil, school.Invalid("%s", phrase.AnswerNoFile.With("label", r.label(), "value", v))
			}
			given[r.Name] = d.keepFile(i, s.ID, r, f)
			continue
		}
		read, err := d.readOne(Stage{}, 0, r, inOptions(r, v), nil)
		if err != nil {
			return nil, err
		}
		given[r.Name] = read
	}
	if len(missing) > 0 {
		return nil, school.Invalid("%s", phrase.AnswerMissing.With("what", strings.Join(missing, "、")))
	}
	if given["no-kinship"] == phrase.KinshipSome.String() {
		return nil, school.Refused(phrase.KinshipStop.String())
	}
	if reason := strings.TrimSpace(inputs[reasonName]); reason != "" {
		given[reasonName] = reason
	}
	return given, nil
}

// keepFile puts a file that was handed in on the application.
func (d *draft) keepFile(i int, step string, r Require, f school.Attachment) string {
	a := copyApplication(d.apps[i])
	doc := school.Document{ID: d.id("file", a.ID, step, r.Name), Kind: r.label(), Title: r.label() + " " + fileName(f.Name), State: docFinal, Stage: step,
		Name: fileName(f.Name), Type: f.Type, At: d.Now, By: d.By.ID}
	a.Documents = append(a.Documents, doc)
	d.setApplication(i, a)
	d.out.Files = append(d.out.Files, school.File{ID: doc.ID, Name: doc.Name, Type: doc.Type, Student: d.Student.ID, At: d.Now, By: d.By.ID, Content: f.Content})
	return doc.ID
}
