package wecom

import (
	"context"
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

// Take takes one token of a bucket that every process of the installation
// draws from: size at once, then one per every. 0 = taken, otherwise nothing
// was and it is worth asking again after that time.
type Take func(ctx context.Context, key string, size int, every time.Duration) time.Duration

// What is drawn from in common. Full buckets and what runs in while they are
// emptied stay below WeCom's limits in any minute and any hour.
const (
	sharedAtOnce = 20              // messages to one person; with sharedEvery 30 a minute, 620 an hour
	sharedEvery  = 6 * time.Second //
	corpAtOnce   = 5000            // calls of one API of the corp; with corpEvery 7400 a minute, 149 000 an hour
	corpEvery    = 25 * time.Millisecond
)

// Crowded says that WeCom is congested: at full and half hours everybody sends.
func (p *Platform) Crowded(at time.Time) bool { return at.Minute()%30 == 0 }

// memberLimit remembers when each person was written to in the last hour: by
// this process exactly, and together with the others under share.
type memberLimit struct {
	share Take   // nil: there are no others
	name  string // of the account, in the common keys

	mu    sync.Mutex
	sent  map[string][]time.Time
	swept time.Time
}

func newMemberLimit(share Take, name string) *memberLimit {
	return &memberLimit{share: share, name: name, sent: map[string][]time.Time{}}
}

// wait takes one message to the person now, or says how long to wait.
func (l *memberLimit) wait(ctx context.Context, person string, now time.Time) time.Duration {
	if l.share != nil {
		if wait := l.share(ctx, "wecom:to:"+l.name+":"+fold(person), sharedAtOnce, sharedEvery); wait > 0 {
			return wait
		}
	}
	return l.take(person, now)
}

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
