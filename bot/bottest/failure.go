package bottest

// Failure is something that goes wrong with one call.
type Failure struct {
	code    int
	status  int
	name    string
	body    string
	garbage bool
	hang    bool
	lost    bool
}

// Code answers HTTP 200 with an errcode.
func Code(n int) Failure { return Failure{code: n} }

// Status answers with another HTTP status.
func Status(n int) Failure { return Failure{status: n} }

// Named answers with an HTTP status and the name of an error, as DingTalk's
// new API does.
func Named(status int, name string) Failure { return Failure{status: status, name: name} }

// Body answers HTTP 200 with these bytes, whatever was asked.
func Body(text string) Failure { return Failure{body: text} }

// Garbage answers with something that is no JSON.
func Garbage() Failure { return Failure{garbage: true} }

// Hang never answers; the caller must give up by itself.
func Hang() Failure { return Failure{hang: true} }

// Lost does what was asked, but the answer never arrives.
func Lost() Failure { return Failure{lost: true} }
