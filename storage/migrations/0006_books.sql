-- What the last look into each platform's address book found.
CREATE TABLE address_books (
  school KEY64 NOT NULL, account KEY64 NOT NULL, body BODY NOT NULL,
  PRIMARY KEY (school, account)
) KEYED;
