-- Pages without sign-in: a token leads to one card of one guardian, or to what was addressed to somebody outside the school.
CREATE TABLE links (
  token KEY64 NOT NULL, until BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (token)
) KEYED;
CREATE INDEX links_until ON links (until);

-- What became of a notice to a guardian on each account that was tried.
CREATE TABLE sendings (
  school KEY64 NOT NULL, notice KEY255 NOT NULL, platform KEY255 NOT NULL, at BIGINT NOT NULL, sent BIGINT NOT NULL, read_at BIGINT NOT NULL, reason BODY NOT NULL,
  PRIMARY KEY (school, notice, platform)
) KEYED;

-- What platforms count, for each account and calendar month.
CREATE TABLE spending (
  account KEY255 NOT NULL, month KEY16 NOT NULL, kind KEY16 NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (account, month, kind)
) KEYED;

-- Addresses that do not want to be written to any more.
CREATE TABLE optouts (
  school KEY64 NOT NULL, address KEY255 NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (school, address)
) KEYED;
