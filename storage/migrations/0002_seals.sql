-- Whether personal data is sealed, and the proof of the key: no row, it is not.
CREATE TABLE seals (
  name KEY64 NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (name)
) KEYED;
