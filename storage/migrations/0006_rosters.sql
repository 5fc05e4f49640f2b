-- Everybody of a school in one piece, as of a version of its people: what a
-- start reads instead of a row for each. Made of those rows; it may be missing.
CREATE TABLE rosters (
  school KEY64 NOT NULL, page BIGINT NOT NULL, version BIGINT NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, page)
) KEYED;
