-- The chains of the desks, and central's own (docs/STORE.md, "Chain"). What came before this schema is in none
-- of them.

-- The keys that sign. private is empty but in a backup: it lives in the file chain.key of the directory, so that
-- who can write to the database cannot sign. sig is the word of the key before it.
CREATE TABLE chain_key (
  org TEXT NOT NULL, id TEXT NOT NULL, public BLOB NOT NULL, private BLOB, sig BLOB, made INTEGER NOT NULL,
  PRIMARY KEY (org, id)
) WITHOUT ROWID;

-- Every entry of every desk's chain, for ever. op_n is the number of the op that brought it. broken marks one
-- that does not continue its chain: its op was taken all the same, and chain_break tells. parts are the
-- commitments of the op's single texts, 32 bytes each.
CREATE TABLE chain (
  org        TEXT NOT NULL,
  desk       TEXT NOT NULL,
  n          INTEGER NOT NULL,
  op_n       INTEGER NOT NULL,
  op         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  at         INTEGER NOT NULL,     -- the desk's clock
  commitment BLOB NOT NULL,
  hash       BLOB NOT NULL,
  parts      BLOB NOT NULL,
  broken     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (org, desk, n)
) WITHOUT ROWID;

-- What the desks said, word for word: the texts under the commitments of ops that were applied. An erased one
-- keeps its row without salt and text.
CREATE TABLE chain_text (
  org  TEXT NOT NULL,
  desk TEXT NOT NULL,
  n    INTEGER NOT NULL,
  part INTEGER NOT NULL,
  tbl  TEXT NOT NULL,
  key  TEXT NOT NULL,
  salt BLOB,
  text TEXT,
  PRIMARY KEY (org, desk, n, part)
) WITHOUT ROWID;
CREATE INDEX chain_text_of_row ON chain_text (org, tbl, key);

-- Ops that did not continue their desk's chain: forked (the link does not follow), text (the commitment is of
-- another text), stripped (a desk that has a chain left the link out), malformed. unlinked is none of these: the
-- desk has no chain yet.
CREATE TABLE chain_break (
  org TEXT NOT NULL, desk TEXT NOT NULL, op_n INTEGER NOT NULL, op TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (org, desk, op_n)
) WITHOUT ROWID;

-- The newest entry of each desk's chain and of the ledger (desk ''), signed in the transaction that wrote it. A
-- desk gets its own with the last page of each pull.
CREATE TABLE chain_head (
  org TEXT NOT NULL, desk TEXT NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL,
  at INTEGER NOT NULL, key TEXT NOT NULL, sig BLOB NOT NULL,
  PRIMARY KEY (org, desk)
) WITHOUT ROWID;

-- Central's own chain: an entry for each version of a contact and of a ticket's money (row), for each value of
-- them that was replaced (kept), for each erasure (erase) and each break (break; key is the desk, seq the op).
CREATE TABLE ledger (
  org        TEXT NOT NULL,
  n          INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  tbl        TEXT NOT NULL,
  key        TEXT NOT NULL,
  field      TEXT NOT NULL,
  seq        INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  commitment BLOB NOT NULL,
  hash       BLOB NOT NULL,
  PRIMARY KEY (org, n)
) WITHOUT ROWID;
CREATE INDEX ledger_erased ON ledger (org, tbl, key) WHERE kind = 'erase';

-- What opens the ledger: the salt of each text that stands in record (field '', seq 0: the row as it is now),
-- history or conflict.
CREATE TABLE seal (
  org TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, seq INTEGER NOT NULL,
  n INTEGER NOT NULL, salt BLOB NOT NULL,
  PRIMARY KEY (org, tbl, key, field, seq)
) WITHOUT ROWID;

-- Where the counter stood when the ledger began: rows and replaced values up to there may be without a seal.
CREATE TABLE ledger_begin (org TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO ledger_begin (org, seq) SELECT org, seq FROM counter;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('chain', 'chain', '1000000 1000000 2000 1'),
  ('chain_text', 'chain_text', '1000000 1000000 2000 1 1'),
  ('chain_text', 'chain_text_of_row', '1000000 1000000 500000 2'),
  ('ledger', 'ledger', '1000000 1000000 1'),
  ('seal', 'seal', '1000000 1000000 500000 2 1 1');
ANALYZE sqlite_schema;
