package bot

import (
	"strings"

	"guixiao/rules/phrase"
	"guixiao/rules/school"
)

// onRecord adds the line of the audit trail that says what became of a notice:
// written in the transaction of the outcome, so that neither is without the
// other.
func onRecord(h *House, o school.Outgoing, out school.Outcome, change *school.Change) *school.Change {
	n := o.Notice
	if change == nil {
		change = &school.Change{School: n.School, Key: "outcome:" + n.Key, At: out.At}
	}
	first, _, _ := strings.Cut(n.Text, "\n")
	line := school.Line{Book: bookOf(n), At: out.At, What: "sent", Policy: n.Policy, Why: n.Why,
		Detail: phrase.AuditSent.With("who", h.recipient(n), "text", first, "account", out.Receipt.Platform)}
	if !out.Sent {
		line.What = "failed"
		line.Detail = phrase.AuditFailed.With("who", h.recipient(n), "text", first, "reason", out.Reason)
	}
	if line.Policy == "" && h.Policy != nil {
		line.Policy = h.Policy.Version
	}
	change.Audit = append(change.Audit, line)
	return change
}

// protection is the stage of what only the head of the school may know of: the
// file of the case is read by more people.
const protection = "protection"

// bookOf is where the trail of a notice is kept: with its case, else with the
// person or class that gets it.
func bookOf(n school.Notice) string {
	switch {
	case n.Stage == protection:
		return "person:" + n.Student
	case n.Case != "":
		return "case:" + n.Case
	case n.ToClass != "":
		return "class:" + n.ToClass
	case n.Reply != "":
		return n.Reply
	case n.Addr != nil:
		return "person:" + n.Addr.Platform + ":" + n.Addr.User
	}
	return "person:" + n.To
}

// recipient is who gets a notice, as the trail names them.
func (h *House) recipient(n school.Notice) string {
	switch {
	case n.ToClass != "":
		return h.className(n.ToClass)
	case n.Reply != "":
		return phrase.GroupSomewhere.String()
	case n.Addr != nil:
		return n.Addr.User
	}
	if p, ok := h.School.Roster.Person(n.To); ok {
		return p.Name
	}
	return n.To
}
