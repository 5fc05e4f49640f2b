package wecom

import (
	"strings"
	"sync"
	"time"

	"guixiao/bot"
)

// WeCom's limit for messages of one app to one member. What exceeds it is
// dropped silently with errcode 0, so we must not exceed it.
const (
	perMinute = 30
	perHour   = 1000
)

// memberLimit remembers when each person was written to in the last hour.
type memberLimit struct {
	mu    sync.Mutex
	sent  map[string][]time.Time
	swept time.Time
}

func newMemberLimit() *memberLimit { return &memberLimit{sent: map[string][]time.Time{}} }

// take notes one message to the person now, or says how long to wait.
func (l *memberLimit) take(person string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sent) > 10000 && now.Sub(l.swept) > time.Minute { // not for each message of a large town
		l.sweep(now)
		l.swept = now
	}
	person = fold(person)
	times := since(l.sent[person], now.Add(-time.Hour))
	l.sent[person] = times
	n := len(times)
	if n >= perHour {
		return times[n-perHour].Add(time.Hour).Sub(now)
	}
	if n >= perMinute {
		if wait := times[n-perMinute].Add(time.Minute).Sub(now); wait > 0 {
			return wait
		}
	}
	l.sent[person] = append(times, now)
	return 0
}

func (l *memberLimit) sweep(now time.Time) {
	for person, times := range l.sent {
		if len(since(times, now.Add(-time.Hour))) == 0 {
			delete(l.sent, person)
		}
	}
}

// since drops what is not after from.
func since(times []time.Time, from time.Time) []time.Time {
	for len(times) > 0 && !times[0].After(from) {
		times = times[1:]
	}
	return times
}

// rests remembers which calls must not be made for a while: after 45009, and
// when the settings are refused, so that a wrong setting is not hammered.
type rests struct {
	mu    sync.Mutex
	until map[string]time.Time
	why   map[string]*bot.SendError
}

func newRests() *rests {
	return &rests{until: map[string]time.Time{}, why: map[string]*bot.SendError{}}
}

// look returns the refusal still in force for the call, if any.
func (r *rests) look(api string, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := r.until[api].Sub(now)
	if left <= 0 {
		return nil
	}
	again := *r.why[api]
	if again.Class == bot.SendRetry {
		again.After = left
	}
	return &again
}

// note starts a rest when the outcome asks for one. 43012 concerns cards
// only; texts go on.
func (r *rests) note(api string, err error, now time.Time) {
	failed, ok := err.(*bot.SendError)
	if !ok || failed.Code == "43012" || failed.Class != bot.SendConfig && failed.Code != "45009" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until[api], r.why[api] = now.Add(frequencyRest), failed
}

// fold makes ids comparable: WeCom takes upper and lower case for the same.
func fold(id string) string { return strings.ToLower(id) }
