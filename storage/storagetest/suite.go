package storagetest

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"guixiao/rules/school"
	"guixiao/storage"

	_ "github.com/ncruces/go-sqlite3/driver" // the raw look into an SQLite file
)

// Suite is what every database must pass. fresh gives the DSN of an empty
// database that lives as long as the test.
func Suite(t *testing.T, fresh func(t testing.TB) string) { SealedSuite(t, fresh, nil) }

// SealedSuite is the suite on databases that are sealed with a key.
func SealedSuite(t *testing.T, fresh func(t testing.TB) string, key []byte) {
	for _, story := range []struct {
		name string
		run  func(*house)
	}{
		{"every noun comes back as it was written", nounsComeBack},
		{"a sheet shows sixty days and counts the term", sheetShowsSixtyDays},
		{"names and ids keep case, blanks and rare characters", idsAreBytes},
		{"a mark that is taken back is out of force", marksAreTakenBack},
		{"an open card is found by who holds it", cardsAreFoundByHolder},
		{"people are saved, never deleted, and versions tell", peopleStay},
		{"a change with a known key is a duplicate and ends its delivery", duplicateEndsDelivery},
		{"a change decided on an old sheet is a conflict and writes nothing", oldSheetConflicts},
		{"of eight writers exactly one wins, twenty times", oneWriterWins},
		{"a matter of the school stands beside the children's cases", mattersStandBeside},
		{"a change that did not read a sheet still raises it", blindChangeRaisesSheet},
		{"the trail of a book is chained and tampering shows", auditShowsTampering},
		{"writers of one book wait for each other", auditBookIsShared},

		{"a repeated delivery is dropped", redeliveryIsDropped},
		{"deliveries that come together share a transaction", deliveriesShareCommits},
		{"deliveries of one sender keep their order", sendersKeepOrder},
		{"a delivery behind a waiting one is not handed out", laterDeliveryWaits},
		{"a delivery comes back when its worker is gone", deliveryComesBack},
		{"a delivery that kills its workers is parked", deadlyDeliveryIsParked},
		{"a parked delivery waits for the administrator", parkedDeliveryStays},
		{"decided deliveries are trimmed, others are not", onlyDecidedIsTrimmed},

		{"timers fire in order and go with their change", timersFire},
		{"a timer is claimed by one worker", timersAreClaimedOnce},
		{"a timer moved while it is worked on fires again", movedTimerFiresAgain},
		{"a timer comes back when its worker is gone", timerComesBack},
		{"a timer that kills its workers is parked", deadlyTimerIsParked},
		{"a page is found by its token for a while", linksAreKept},
		{"what became of a message to a guardian is known", sendingsAreKnown},
		{"who stopped messages is remembered", optOutsAreKept},
		{"what is held back is said by another", heldIsMerged},
		{"spending adds up over the processes", spendingAddsUp},
		{"a timer that never succeeds is set aside, beside its successor", hopelessTimerIsParked},
		{"clocks may jump", clocksJump},

		{"a notice leaves once under its key", noticeLeavesOnce},
		{"notices of one person never overtake", noticesNeverOvertake},
		{"a later notice does not hold up one that is due", laterNoticeDoesNotBlock},
		{"an urgent notice does not wait behind one that is tried again", urgentNoticePasses},
		{"abandoned notices come first", abandonedNoticesFirst},
		{"a late outcome counts no more", lateOutcomeIsFenced},
		{"a notice that cannot be sent is parked and frees its lane", parkedNoticeFreesLane},
		{"an outcome and what it causes are one", outcomeCausesChange},
		{"codes and receipts reach a sent card", receiptsReachCards},
		{"a thousand notices leave once each from three workers", thousandNotices},

		{"the next due moment is known", nextDueIsKnown},
		{"a restart loses nothing", restartLosesNothing},
		{"the auditor sees what cannot happen", auditorSees},
		{"the auditor sees what is tried again and again", auditorSeesRetries},
		{"the queues are counted", queuesAreCounted},
		{"a schema that changes under our feet is noticed", changedSchemaIsNoticed},
		{"a newer schema is refused", newerSchemaRefused},
	} {
		t.Run(strings.ReplaceAll(story.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			story.run(newHouse(t, fresh(t), key))
		})
	}
}

// begin is the moment at which the stories start: a Monday morning.
var begin = time.Date(2026, 3, 9, 8, 0, 0, 0, time.FixedZone("CST", 8*3600))

// lease is how long the stories' workers may take.
const lease = 30 * time.Second

// demo is the school of the stories.
const demo = "demo"

// house is an open database and a school clock for one story.
type house struct {
	*testing.T
	ctx    context.Context
	dsn    string
	secret []byte // nil: nothing is sealed
	db     *storage.DB
	now    time.Time
	n      int
}

func newHouse(t *testing.T, dsn string, key []byte) *house {
	h := &house{T: t, ctx: context.Background(), dsn: dsn, secret: key, now: begin}
	h.db = h.open(storage.Options{})
	h.Cleanup(func() { _ = h.db.Close() }) // a story may have closed it
	return h
}

func (h *house) open(opts storage.Options) *storage.DB {
	h.Helper()
	opts.Key = h.secret
	db, err := storage.Open(h.ctx, h.dsn, opts)
	h.must(err)
	_, err = db.Migrate(h.ctx)
	h.must(err)
	return db
}

// reopen closes the database and opens it again, as a restart does.
func (h *house) reopen(opts storage.Options) {
	h.Helper()
	h.must(h.db.Close())
	h.db = h.open(opts)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) check(ok bool, format string, args ...any) {
	h.Helper()
	if !ok {
		h.Fatalf(format, args...)
	}
}

func (h *house) later(d time.Duration) { h.now = h.now.Add(d) }

// key makes a key no other has.
func (h *house) key(of string) string {
	h.n++
	return of + "-" + string(rune('a'+h.n/26/26%26)) + string(rune('a'+h.n/26%26)) + string(rune('a'+h.n%26))
}

// apply applies a change with a key of its own unless it has one.
func (h *house) apply(c school.Change) {
	h.Helper()
	if c.School == "" {
		c.School = demo
	}
	if c.Key == "" {
		c.Key = h.key("event")
	}
	if c.At.IsZero() {
		c.At = h.now
	}
	h.must(h.db.Apply(h.ctx, c))
}

// sheet reads one child's sheet.
func (h *house) sheet(student string) school.Sheet {
	h.Helper()
	all, err := h.db.Sheets(h.ctx, demo, []string{student}, h.now)
	h.must(err)
	return all[student]
}

// says receives one message and returns what may be worked on.
func (h *house) says(who, key string) []school.Delivery {
	h.Helper()
	ds, err := h.db.Receive(h.ctx, h.now, lease, []school.Delivery{{
		Key: key, School: demo, Platform: "sandbox", From: who, Kind: school.DeliveryMessage, At: h.now, Text: "张三 未到校",
	}})
	h.must(err)
	return ds
}

// raw runs a statement behind the store's back.
func (h *house) raw(query string) {
	h.Helper()
	Raw(h.T, h.dsn, query)
}

// Raw runs a statement on a database behind its back; it must find a row.
func Raw(t testing.TB, dsn, query string) {
	t.Helper()
	var conn *sql.DB
	var err error
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		conn, err = sql.Open("sqlite3", "file:"+path+"?_pragma=busy_timeout(10000)")
	} else if u, perr := url.Parse(dsn); perr != nil {
		err = perr
	} else {
		conn, err = sql.Open("mysql", driverDSN(u))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r, err := conn.ExecContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s: %d rows, %v", query, n, err)
	}
}
