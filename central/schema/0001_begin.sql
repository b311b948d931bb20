-- What central keeps. Every table carries the organisation, although one process serves one so far.
-- Times are UTC milliseconds by central's clock unless a comment says otherwise. No foreign keys
-- between synchronised tables: rows arrive in the order of the desks, not of their relations.

-- One row an organisation. seq is the only order there is: it is raised inside the transaction that
-- writes the rows, so that a reader who sees seq sees everything up to it. A desk whose cursor lies
-- below floor missed removals that have been forgotten and gets a fresh snapshot. epoch names this
-- incarnation of the data: a restore makes a new one.
CREATE TABLE counter (
  org    TEXT PRIMARY KEY,
  seq    INTEGER NOT NULL,
  floor  INTEGER NOT NULL,
  ticket INTEGER NOT NULL,      -- number the last ticket got
  epoch  TEXT NOT NULL
) WITHOUT ROWID;

-- The synchronised rows as they stand: a JSON object each, merged by desk.Merge. seq is the row's
-- version. grp and customer are taken from the body for scoping. authors is the group that wrote it:
-- a row is seen by it too, although the customer may belong to another group. fields tells for each
-- member of the body who wrote it last: {"subject":{"s":17,"d":"desk id","u":"zhangsan"}}.
CREATE TABLE record (
  org      TEXT NOT NULL,
  tbl      TEXT NOT NULL,
  key      TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  grp      TEXT NOT NULL DEFAULT '',
  authors  TEXT NOT NULL DEFAULT '',
  customer TEXT NOT NULL DEFAULT '',
  removed  INTEGER NOT NULL DEFAULT 0,
  body     TEXT NOT NULL,
  fields   TEXT NOT NULL DEFAULT '{}',
  changed  INTEGER NOT NULL,
  PRIMARY KEY (org, tbl, key)
) WITHOUT ROWID;
CREATE UNIQUE INDEX record_feed ON record (org, seq);
CREATE INDEX record_customers ON record (org, seq) WHERE tbl = 'customer';
CREATE INDEX record_of_customer ON record (org, customer, tbl);

-- Which group's desks hold a contact, callback or ticket, and since which seq; gone marks a row that
-- left the group, so that its desks drop it. Customers have no placing: their own group gets them in
-- full, everyone else as a stub.
CREATE TABLE placing (
  org  TEXT NOT NULL,
  grp  TEXT NOT NULL,
  tbl  TEXT NOT NULL,
  key  TEXT NOT NULL,
  seq  INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL,
  PRIMARY KEY (org, tbl, key, grp)
) WITHOUT ROWID;
CREATE INDEX placing_feed ON placing (org, grp, seq);

-- Every op that was taken, for ever: (desk, n) is taken once. hash is over what the op says without
-- its number; another hash under the same number means that a desk's disk was copied. id finds an op
-- again that comes under another number after its desk had to take a new id. code is set where the
-- op was refused. seq is the counter after it.
CREATE TABLE op (
  org      TEXT NOT NULL,
  desk     TEXT NOT NULL,
  n        INTEGER NOT NULL,
  id       TEXT NOT NULL,
  hash     BLOB NOT NULL,
  user     TEXT NOT NULL,
  kind     TEXT NOT NULL,
  at       INTEGER NOT NULL,    -- the desk's clock
  received INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  code     TEXT NOT NULL DEFAULT '',
  detail   TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (org, desk, n)
) WITHOUT ROWID;
CREATE INDEX op_by_id ON op (org, id);

-- A replica: one installation and one user. last_n is the last op taken from it.
CREATE TABLE replica (
  org    TEXT NOT NULL,
  desk   TEXT NOT NULL,
  user   TEXT NOT NULL,
  last_n INTEGER NOT NULL,
  seen   INTEGER NOT NULL,
  PRIMARY KEY (org, desk)
) WITHOUT ROWID;

-- Values that are no longer in the row. history: replaced by someone who had seen it. conflict: the
-- later arrival won over a value its author had not seen; it is kept here and shown.
CREATE TABLE history (
  org TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,
  seq INTEGER NOT NULL, value TEXT NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX history_of_row ON history (org, tbl, key);
CREATE TABLE conflict (
  org TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,
  seq INTEGER NOT NULL, value TEXT NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX conflict_of_row ON conflict (org, tbl, key);

-- People. password is an argon2id string in PHC form. phone is a wire.PhoneAccount as JSON and holds
-- the phone's password in the clear, because the desk needs it: the directory is for central's own
-- account only.
CREATE TABLE user (
  org TEXT NOT NULL, name TEXT NOT NULL, display TEXT NOT NULL, role TEXT NOT NULL,
  grp TEXT NOT NULL, level TEXT NOT NULL, password TEXT NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, phone TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (org, name)
) WITHOUT ROWID;

-- Tokens: only their SHA-256 is kept.
CREATE TABLE token (
  hash BLOB PRIMARY KEY, org TEXT NOT NULL, user TEXT NOT NULL, desk TEXT NOT NULL,
  created INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX token_of_user ON token (org, user);

-- What the PBX told, as it came; the counts of a board are computed from it.
CREATE TABLE queue_event (
  org TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL
);
CREATE INDEX queue_event_at ON queue_event (org, at);

-- What the planner cannot know of an empty database: that every index begins with the one organisation,
-- so that only the columns after it tell rows apart.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('record', 'record', '1000000 1000000 250000 1'),
  ('record', 'record_feed', '1000000 1000000 1'),
  ('record', 'record_customers', '250000 250000 1'),
  ('record', 'record_of_customer', '1000000 1000000 4 2'),
  ('placing', 'placing', '1000000 1000000 300000 2 1'),
  ('placing', 'placing_feed', '1000000 1000000 20000 1'),
  ('op', 'op', '1000000 1000000 2000 1'),
  ('op', 'op_by_id', '1000000 1000000 1');
ANALYZE sqlite_schema;
