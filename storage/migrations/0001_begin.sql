-- The first schema. One text for every database: KEYn stands for text that is
-- compared byte by byte, ID for a growing number, BODY for JSON or content
-- (migrate.go says what each database makes of them). Times are milliseconds since 1970, 0 is none; no
-- column has a default and none calls a clock.

-- Every event is applied once.
CREATE TABLE events (
  school KEY64 NOT NULL, event KEY255 NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (school, event)
) KEYED;

-- What came in. state: 0 waiting, 1 working, 2 done, 3 parked, 4 given up.
CREATE TABLE inbox (
  id ID, delivery KEY255 NOT NULL, lane KEY255 NOT NULL,
  state BIGINT NOT NULL, due_at BIGINT NOT NULL, claim KEY64 NOT NULL, attempt BIGINT NOT NULL,
  reason BODY NOT NULL, reply BODY NOT NULL, body BODY NOT NULL
) GROWING;
CREATE UNIQUE INDEX inbox_delivery ON inbox (delivery);
CREATE INDEX inbox_due ON inbox (state, due_at, id);
CREATE INDEX inbox_lane ON inbox (lane, state, id);

-- What must be looked at again. due_at names the firing, wake_at moves with leases and retries.
CREATE TABLE timers (
  id ID, school KEY64 NOT NULL, name KEY255 NOT NULL, student KEY64 NOT NULL, case_id KEY64 NOT NULL, due_at BIGINT NOT NULL,
  state BIGINT NOT NULL, wake_at BIGINT NOT NULL, claim KEY64 NOT NULL, lost BIGINT NOT NULL, body BODY NOT NULL
) GROWING;
CREATE UNIQUE INDEX timers_name ON timers (school, name);
CREATE INDEX timers_due ON timers (state, wake_at, id);
CREATE INDEX timers_case ON timers (school, case_id);
CREATE INDEX timers_student ON timers (school, student);

-- What must go out. order_at is when it was first due: the order in its lane.
CREATE TABLE outbox (
  id ID, school KEY64 NOT NULL, name KEY255 NOT NULL, lane KEY255 NOT NULL,
  act KEY64 NOT NULL, recipient KEY255 NOT NULL, card KEY64 NOT NULL, case_id KEY64 NOT NULL,
  live BIGINT NOT NULL, state BIGINT NOT NULL, order_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
  claim KEY64 NOT NULL, attempt BIGINT NOT NULL, lost BIGINT NOT NULL,
  platform KEY255 NOT NULL, address BODY NOT NULL, rendered BODY NOT NULL, receipt BODY NOT NULL,
  reason BODY NOT NULL, body BODY NOT NULL
) GROWING;
CREATE UNIQUE INDEX outbox_name ON outbox (school, name);
CREATE INDEX outbox_lane ON outbox (lane, live, order_at, id);
CREATE INDEX outbox_state ON outbox (state, due_at);
CREATE INDEX outbox_card ON outbox (school, card);
CREATE INDEX outbox_case ON outbox (school, case_id, id);
CREATE INDEX outbox_recipient ON outbox (school, recipient, id);

-- One row for each order of sending. state: 0 waiting, 1 leased, 2 nothing to send.
CREATE TABLE lanes (
  name KEY255 NOT NULL, state BIGINT NOT NULL, due_at BIGINT NOT NULL, claim KEY64 NOT NULL, serial BIGINT NOT NULL,
  PRIMARY KEY (name)
) KEYED;
CREATE INDEX lanes_due ON lanes (state, due_at);

-- Single-use codes with which a card can be updated.
CREATE TABLE codes (
  school KEY64 NOT NULL, name KEY255 NOT NULL, card KEY64 NOT NULL, person KEY255 NOT NULL,
  notice KEY255 NOT NULL, at BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, name)
) KEYED;
CREATE INDEX codes_card ON codes (school, card, person);

-- One version for everything that moves about a child.
CREATE TABLE sheets (
  school KEY64 NOT NULL, student KEY64 NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (school, student)
) KEYED;

CREATE TABLE marks (
  school KEY64 NOT NULL, student KEY64 NOT NULL, day KEY16 NOT NULL, session KEY64 NOT NULL, counted BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, student, day, session)
) KEYED;
CREATE INDEX marks_slot ON marks (school, day, session, student);

CREATE TABLE leaves (
  school KEY64 NOT NULL, id KEY64 NOT NULL, student KEY64 NOT NULL, ended_at BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, id)
) KEYED;
CREATE INDEX leaves_student ON leaves (school, student, ended_at);

CREATE TABLE rolls (
  school KEY64 NOT NULL, day KEY16 NOT NULL, session KEY64 NOT NULL, class KEY64 NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, day, session, class)
) KEYED;

CREATE TABLE cases (
  school KEY64 NOT NULL, id KEY64 NOT NULL, student KEY64 NOT NULL, state KEY16 NOT NULL, opened_at BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, id)
) KEYED;
CREATE INDEX cases_student ON cases (school, student, opened_at);
CREATE INDEX cases_state ON cases (school, state, opened_at);

CREATE TABLE cards (
  school KEY64 NOT NULL, id KEY64 NOT NULL, student KEY64 NOT NULL, case_id KEY64 NOT NULL, state KEY16 NOT NULL, at BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, id)
) KEYED;
CREATE INDEX cards_student ON cards (school, student, state);
CREATE INDEX cards_case ON cards (school, case_id, state);

-- Who holds an open card.
CREATE TABLE card_holders (
  school KEY64 NOT NULL, person KEY255 NOT NULL, card KEY64 NOT NULL,
  PRIMARY KEY (school, person, card)
) KEYED;
CREATE INDEX card_holders_card ON card_holders (school, card);

CREATE TABLE files (
  school KEY64 NOT NULL, id KEY64 NOT NULL, body BODY NOT NULL, content BODY NOT NULL,
  PRIMARY KEY (school, id)
) KEYED;

CREATE TABLE delegations (
  school KEY64 NOT NULL, delegator KEY64 NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, delegator)
) KEYED;

-- The audit trail, and the end of each book so that missing last lines show.
CREATE TABLE audit (
  school KEY64 NOT NULL, book KEY255 NOT NULL, seq BIGINT NOT NULL, hash KEY64 NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, book, seq)
) KEYED;
CREATE TABLE books (
  school KEY64 NOT NULL, book KEY255 NOT NULL, seq BIGINT NOT NULL, hash KEY64 NOT NULL,
  PRIMARY KEY (school, book)
) KEYED;

CREATE TABLE policies (
  version KEY255 NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (version)
) KEYED;

-- Who is there. Nothing is ever deleted; version moves with every import.
CREATE TABLE people (
  school KEY64 NOT NULL, kind KEY16 NOT NULL, id KEY64 NOT NULL, place BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, kind, id)
) KEYED;
CREATE TABLE people_versions (
  school KEY64 NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (school)
) KEYED;
