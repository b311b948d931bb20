-- Search as people type. What this schema adds is derived from bodies, never synchronised; tables phone, reading
-- and customer_text of the first schema hold what an older program derived, are searched beside it until
-- everything is derived anew, and are then dropped.

-- derived is how far the work of deriving anew has come: the step under way and the last row it has done (a
-- table's rid, or form and customer of a row of form). It has no row when no such work is under way.
CREATE TABLE derived (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    step TEXT    NOT NULL,
    rid  INTEGER NOT NULL,
    form TEXT    NOT NULL
) STRICT;

-- form has a row for each text whose beginning finds a customer (customer.rid); its first letter says what it is:
-- n a telephone number's key, e the same characters in reverse (its last digits), r a reading of the name in
-- pinyin with a space between syllables, i the reading's initials, a space and the reading itself. made is the
-- version of the deriver: rows of an older one are swept when the younger is through. A row may be left that no
-- longer holds; what is found is compared with the customer's body before it is shown.
CREATE TABLE form (
    form     TEXT    NOT NULL,
    customer INTEGER NOT NULL,
    made     INTEGER NOT NULL,
    PRIMARY KEY (form, customer)
) STRICT, WITHOUT ROWID;

-- gram finds any part of a name, company, address or number: words of one, two or four characters that follow one
-- another, a letter before each for the member it is of (localstore/derive.go). It keeps no text and no
-- positions; what is found is compared with the body.
CREATE VIRTUAL TABLE gram USING fts5 (
    words,
    content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- Its leaves as long as fit a sealed page, which is shorter than FTS5 thinks.
INSERT INTO gram (gram, rank) VALUES ('pgsz', 3900);

-- near holds the customers that this file's user has to do with, those that every search looks through first: class
-- 3 those with an open callback, 2 own ones, 1 those spoken to of late; each class is bounded, the last contact (at)
-- decides who stays. subject is what a search compares of the customer.
CREATE TABLE near (
    customer INTEGER PRIMARY KEY,
    class    INTEGER NOT NULL,
    own      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    subject  TEXT    NOT NULL
) STRICT;
CREATE INDEX near_class ON near (class, at);

-- ticket_number finds a ticket (ticket.rid) by its folded number.
CREATE TABLE ticket_number (
    number TEXT    NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (number, ticket)
) STRICT, WITHOUT ROWID;
