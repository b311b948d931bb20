-- The chain of what this desk wrote (docs/STORE.md, "Chain"). Ops that were made before this schema are not
-- in it: it begins with the first contact, approval or settlement saved after it.

-- life names the chains of this file: one for each desk id it has had, since a copied file takes a new id and
-- begins a new chain. n and hash are the last entry of a chain that has ended; that of the living one stands
-- in replica. org is the organisation that the chain was begun for.
CREATE TABLE life (
    id   INTEGER PRIMARY KEY,
    desk TEXT    NOT NULL UNIQUE,
    org  TEXT    NOT NULL,
    n    INTEGER NOT NULL DEFAULT 0,
    hash BLOB
) STRICT;

-- replica's part of it: which life is the living one (0: none has begun) and its last entry.
ALTER TABLE replica ADD COLUMN life INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replica ADD COLUMN link INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replica ADD COLUMN link_hash BLOB;

-- chain has an entry for each op that changed a contact, or a ticket's approval or settlement. It outlives
-- the op and the rows. n counts 1, 2, 3 … within a life; op, kind and at are the op's; commitment is over the
-- op's covered changes under salt; hash is over all of that and the hash before. salt is gone when the text
-- has left this disk or was erased. parts are the commitments of the single changes, 32 bytes each, kept where
-- there are several.
CREATE TABLE chain (
    life       INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    op         TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    commitment BLOB    NOT NULL,
    hash       BLOB    NOT NULL,
    salt       BLOB,
    parts      BLOB,
    PRIMARY KEY (life, n)
) STRICT, WITHOUT ROWID;

-- An op's entry: link is chain.n, 0 where it has none.
ALTER TABLE op ADD COLUMN life INTEGER NOT NULL DEFAULT 0;
ALTER TABLE op ADD COLUMN link INTEGER NOT NULL DEFAULT 0;

-- chain_row says which contacts still say, word for word, what an entry committed to: the row with this seq
-- has under these names (a JSON array) what the entry's text number part had. It is written when central
-- has given the row back; a row with another seq has been changed by central since and proves nothing here.
CREATE TABLE chain_row (
    key   TEXT    NOT NULL,
    life  INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    part  INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    names TEXT    NOT NULL,
    PRIMARY KEY (key, life, n, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX chain_row_entry ON chain_row (life, n);

-- checkpoint holds what central has signed of these chains, the newest few hundred. Two of one n with
-- different hashes are kept both: they prove that central has had two histories.
CREATE TABLE checkpoint (
    life INTEGER NOT NULL,
    n    INTEGER NOT NULL,
    hash BLOB    NOT NULL,
    at   INTEGER NOT NULL, -- central's clock
    key  TEXT    NOT NULL,
    sig  BLOB    NOT NULL,
    PRIMARY KEY (life, n, hash)
) STRICT, WITHOUT ROWID;

-- chain_key holds central's public keys: the first one this desk saw and those that the one before has signed
-- are trusted; another one is kept untrusted, so that the check can tell of it.
CREATE TABLE chain_key (
    id      TEXT    PRIMARY KEY,
    public  BLOB    NOT NULL,
    trusted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
