package rules

import "guixiao/rules/phrase"

type knownAnswer struct {
	name    string
	label   phrase.Phrase
	form    string
	options []phrase.Phrase
	known   string
}

// knownAnswers are the require names every policy may use; a policy adds its
// own under `answers:`.
var knownAnswers = []knownAnswer{
	{name: "student", label: phrase.AnswerStudent, form: "text", known: KnownStudent},
	{name: "type", label: phrase.AnswerKind, form: "text"},
	{name: "ground", label: phrase.AnswerGround, form: "text"},
	{name: "planned-leave-date", label: phrase.AnswerPlannedLeave, form: "date"},
	{name: "from-date", label: phrase.AnswerFromDate, form: "date"},
	{name: "expected-return-date", label: phrase.AnswerExpectedReturn, form: "date"},
	{name: "proof", label: phrase.AnswerProof, form: "file"},
	{name: "aid-kind", label: phrase.AnswerAidKind, form: "choice", options: []phrase.Phrase{phrase.AidReduce, phrase.AidWaive, phrase.AidDefer, phrase.AidGrant, phrase.AidDonation}},
	{name: "aid-amount", label: phrase.AnswerAmount, form: "text"},
	{name: "aid-fund", label: phrase.AnswerFund, form: "text"},
	{name: "aid-minutes", label: phrase.AnswerMinutes, form: "text"},
	{name: "no-kinship", label: phrase.AnswerKinship, form: "choice", options: []phrase.Phrase{phrase.KinshipNone, phrase.KinshipSome}},
	{name: "aid-posted-at", label: phrase.AnswerPostedAt, form: "date"},
	{name: "aid-objections", label: phrase.AnswerObjections, form: "text"},
	{name: "parents-informed", label: phrase.AnswerParentsInformed, form: "text"},
	{name: "approved-by", label: phrase.AnswerApprovedBy, form: "text"},
	{name: "session", label: phrase.AnswerSession, form: "text", known: KnownSession},
	{name: "names", label: phrase.AnswerNames, form: "text", known: KnownStudent},
	{name: "grade", label: phrase.AnswerGrade, form: "text", known: KnownGrade},
	{name: "sex", label: phrase.AnswerSex, form: "text", known: KnownSex},
	{name: "severity", label: phrase.AnswerSeverity, form: "text", known: KnownSeverity},
	{name: "participation-count", label: phrase.AnswerVisits, form: "number", known: KnownVisits},
	{name: "teachers-without-visit", label: phrase.AnswerNoVisit, form: "text", known: KnownNoVisit},
	{name: "mobilisation-history", label: phrase.AnswerHistory, form: "text", known: KnownHistory},
	{name: "missing-names", label: phrase.AnswerMissingNames, form: "students"},
	{name: ackName, label: phrase.AnswerAck, form: "text", known: KnownAck},
	{name: "reason", label: phrase.AnswerReason, form: "text"},
	{name: "source-of-information", label: phrase.AnswerSourceOfInformation, form: "text"},
	{name: "contact-log", label: phrase.AnswerContactLog, form: "text"},
	{name: "contact-result", label: phrase.AnswerContactResult, form: "text"},
	{name: "attempts", label: phrase.AnswerAttempts, form: "number"},
	{name: "attempts-summary", label: phrase.AnswerAttemptsSummary, form: "text"},
	{name: "steps-taken", label: phrase.AnswerStepsTaken, form: "text"},
	{name: "visit-record", label: phrase.AnswerVisitRecord, form: "text"},
	{name: "leader-present", label: phrase.AnswerLeaderPresent, form: "people"},
	{name: "dropout-intent", label: phrase.AnswerDropoutIntent, form: "choice", options: yesNo},
	{name: "promised-return", label: phrase.AnswerPromisedReturn, form: "date"},
	{name: "return-date", label: phrase.AnswerReturnDate, form: "date"},
	{name: "signs", label: phrase.AnswerSigns, form: "choice",
		options: []phrase.Phrase{phrase.SignThirdParty, phrase.SignDropout}},
	{name: "measure", label: phrase.AnswerMeasure, form: "text"},
	{name: "measures", label: phrase.AnswerMeasure, form: "text"},
	{name: "result", label: phrase.AnswerResult, form: "text"},
	{name: "document", label: phrase.AnswerDocument, form: "file"},
	{name: "书面材料", label: phrase.AnswerDocument, form: "file"},
	{name: "decision", label: phrase.AnswerDecision, form: "text"},
	{name: "participants", label: phrase.AnswerParticipants, form: "people"},
	{name: "date", label: phrase.AnswerDate, form: "date"},
	{name: "finding", label: phrase.AnswerFinding, form: "text"},
	{name: "fact-check", label: phrase.AnswerFactCheck, form: "text"},
	{name: "plan", label: phrase.AnswerPlan, form: "text"},
	{name: "proposal", label: phrase.AnswerProposal, form: "text"},
	{name: "sent-to", label: phrase.AnswerSentTo, form: "text"},
	{name: "sent-at", label: phrase.AnswerSentAt, form: "date"},
	{name: "destination", label: phrase.AnswerDestination, form: "text"},
	{name: "whereabouts", label: phrase.AnswerDestination, form: "text"},
	{name: "school-now-attended", label: phrase.AnswerSchoolNow, form: "text"},
	{name: "study-situation", label: phrase.AnswerStudySituation, form: "text"},
	{name: "next-check-date", label: phrase.AnswerNextCheck, form: "date"},
	{name: "human-approval", label: phrase.AnswerHumanApproval, form: "text"},
}

var yesNo = []phrase.Phrase{phrase.AnswerYes, phrase.AnswerNo}

// KnownRequires lists the built-in require names with label and type.
func KnownRequires() []Require {
	out := make([]Require, len(knownAnswers))
	for i, k := range knownAnswers {
		out[i] = Require{Name: k.name, Label: k.label.String(), Type: k.form, Known: k.known}
		for _, o := range k.options {
			out[i].Options = append(out[i].Options, o.String())
		}
	}
	return out
}
