-- The first schema of a desk's file. Times are UTC milliseconds. There are no foreign keys between
-- synchronised tables: rows come in central's order, a contact may come before its customer.

-- replica is one row: which installation and user this file belongs to, how far it has followed
-- central (cursor and epoch, both opaque), and the number the next op gets. generation counts
-- snapshots; staging is the generation that a snapshot under way gives to its rows, 0 when there is
-- none. deriver is the version of the code that made the search columns and tables: they are derived
-- from bodies here, never synchronised.
CREATE TABLE replica (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    desk       TEXT    NOT NULL,
    org        TEXT    NOT NULL,
    user       TEXT    NOT NULL,
    cursor     TEXT    NOT NULL DEFAULT '',
    epoch      TEXT    NOT NULL DEFAULT '',
    next_n     INTEGER NOT NULL DEFAULT 1,
    generation INTEGER NOT NULL DEFAULT 1,
    staging    INTEGER NOT NULL DEFAULT 0,
    synced_at  INTEGER NOT NULL DEFAULT 0,
    deriver    INTEGER NOT NULL
) STRICT;

-- customer holds each customer as the desk shows it: central's row with the desk's pending ops on top.
-- body is the JSON document; seq is the version central gave it (0: central has not seen it);
-- gen is the snapshot that last named it. number and name are search forms of the body's members.
CREATE TABLE customer (
    rid    INTEGER PRIMARY KEY,
    key    TEXT    NOT NULL UNIQUE,
    seq    INTEGER NOT NULL,
    gen    INTEGER NOT NULL,
    number TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    body   TEXT    NOT NULL
) STRICT;
CREATE INDEX customer_name ON customer (name);
CREATE INDEX customer_number ON customer (number) WHERE number <> '';

-- phone has a row for each number of a customer: key is what lookups compare (desk/number.Key), rev the
-- same characters in reverse, so that a prefix range of rev finds the last four or seven digits. One
-- number may belong to several customers.
CREATE TABLE phone (
    rev      TEXT    NOT NULL,
    customer INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    PRIMARY KEY (rev, customer)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_key ON phone (key, customer);

-- reading has a row for each way to type a Chinese name in Latin letters: every reading in full
-- (zengxiaoming, cengxiaoming), in initials (zxm), and in full with a space behind the surname
-- (zeng xiaoming), for those of whom the whole surname was typed. A prefix range finds what is half typed.
CREATE TABLE reading (
    reading  TEXT    NOT NULL,
    customer INTEGER NOT NULL,
    PRIMARY KEY (reading, customer)
) STRICT, WITHOUT ROWID;

-- customer_text finds any part of a name or company. Each character is a token of its own, since
-- one or two Chinese characters are what people type; a search is a phrase. It keeps no text.
CREATE VIRTUAL TABLE customer_text USING fts5 (
    name, company,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0'
);

-- contact holds the record of each talk as the desk shows it. customer is the customer's key, '' where
-- nobody was identified.
CREATE TABLE contact (
    rid      INTEGER PRIMARY KEY,
    key      TEXT    NOT NULL UNIQUE,
    seq      INTEGER NOT NULL,
    gen      INTEGER NOT NULL,
    customer TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL
) STRICT;
CREATE INDEX contact_customer ON contact (customer, at);
CREATE INDEX contact_at ON contact (at);

-- callback holds promises to call. done is 1 when nobody has to call any more.
CREATE TABLE callback (
    rid      INTEGER PRIMARY KEY,
    key      TEXT    NOT NULL UNIQUE,
    seq      INTEGER NOT NULL,
    gen      INTEGER NOT NULL,
    customer TEXT    NOT NULL,
    owner    TEXT    NOT NULL,
    done     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL
) STRICT;
CREATE INDEX callback_customer ON callback (customer, done, at);
CREATE INDEX callback_owner ON callback (owner, done, at);
CREATE INDEX callback_at ON callback (done, at);

-- ticket holds the work that contacts gave rise to.
CREATE TABLE ticket (
    rid        INTEGER PRIMARY KEY,
    key        TEXT    NOT NULL UNIQUE,
    seq        INTEGER NOT NULL,
    gen        INTEGER NOT NULL,
    customer   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;
CREATE INDEX ticket_customer ON ticket (customer, created_at);

-- op holds every intent that was committed here, numbered 1, 2, 3 … within desk. state 0 is pending
-- (the outbox), 1 released (central has applied it and its rows have come back; kept for 35 days, so
-- that a central restored from a backup can be made whole), 2 refused (kept with its text). changes
-- is the JSON array of desk.Change. draft is the draft it finished: one kept late must not come back.
CREATE TABLE op (
    rid      INTEGER PRIMARY KEY,
    desk     TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    id       TEXT    NOT NULL UNIQUE,
    kind     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    east     INTEGER NOT NULL, -- minutes east of UTC at the desk
    needs    INTEGER NOT NULL,
    changes  TEXT    NOT NULL,
    draft    TEXT    NOT NULL,
    state    INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0,
    code     TEXT    NOT NULL DEFAULT '',
    detail   TEXT    NOT NULL DEFAULT '',
    UNIQUE (desk, n)
) STRICT;
CREATE INDEX op_pending ON op (n) WHERE state = 0;
CREATE INDEX op_released ON op (ended_at) WHERE state = 1;
CREATE INDEX op_refused ON op (rid) WHERE state = 2;
CREATE INDEX op_draft ON op (draft) WHERE draft <> '';

-- op_row says which pending ops touch a row, in their order.
CREATE TABLE op_row (
    tab TEXT    NOT NULL,
    key TEXT    NOT NULL,
    op  INTEGER NOT NULL, -- op.rid
    PRIMARY KEY (tab, key, op)
) STRICT, WITHOUT ROWID;

-- base holds, for each row that pending ops touch, what central last said about it: state 0: nothing
-- yet (the ops make the row), 1: body, 2: removed (the desk must not hold the row; the ops wait, but
-- nothing is shown). What is shown is base with the pending ops on top; when the last of them ends,
-- it is base alone.
CREATE TABLE base (
    tab   TEXT    NOT NULL,
    key   TEXT    NOT NULL,
    seq   INTEGER NOT NULL,
    gen   INTEGER NOT NULL,
    state INTEGER NOT NULL,
    body  TEXT,
    PRIMARY KEY (tab, key)
) STRICT, WITHOUT ROWID;

-- draft holds work that is not saved yet, as desk.Draft in JSON. It never leaves the desk.
CREATE TABLE draft (
    id      TEXT    PRIMARY KEY,
    changed INTEGER NOT NULL,
    body    TEXT    NOT NULL
) STRICT;

-- setting holds what this desk remembers for itself: language, the agent's last state.
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
