-- Keys and wiping: what the second schema adds.

-- The public halves of the organisation's recovery keys (X25519). The newest is handed out to desks; older ones
-- stay, so that an envelope tells which private half opens it. The private half is in a file that
-- centrald recovery-key wrote, and nowhere else. id is a fingerprint of public.
CREATE TABLE recovery_key (
  org TEXT NOT NULL, id TEXT NOT NULL, public BLOB NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (org, id)
) WITHOUT ROWID;

-- The desks that have signed in: one installation and one user each, as in replica, but from the first
-- sign-in on. told is when the desk was first told to wipe itself, wiped when it reported that it had, lost
-- how many ops went with its store; 0 and -1: not known.
CREATE TABLE installation (
  org     TEXT NOT NULL,
  desk    TEXT NOT NULL,
  user    TEXT NOT NULL,
  version TEXT NOT NULL DEFAULT '',
  seen    INTEGER NOT NULL,
  told    INTEGER NOT NULL DEFAULT 0,
  wiped   INTEGER NOT NULL DEFAULT 0,
  lost    INTEGER NOT NULL DEFAULT -1,
  PRIMARY KEY (org, desk)
) WITHOUT ROWID;
CREATE INDEX installation_of_user ON installation (org, user, seen);

-- The key of each desk's store, sealed to a recovery key: central cannot open it. One a desk and epoch of the
-- store's keys, the newest.
CREATE TABLE envelope (
  org      TEXT NOT NULL,
  desk     TEXT NOT NULL,
  epoch    INTEGER NOT NULL,
  user     TEXT NOT NULL,
  key_id   TEXT NOT NULL,
  body     BLOB NOT NULL,
  received INTEGER NOT NULL,
  PRIMARY KEY (org, desk, epoch)
) WITHOUT ROWID;

-- Orders to wipe a desk, or all desks of a user (kind: desk, user). An order stands until it is undone.
-- drain: what waits in the outbox is taken first.
CREATE TABLE wipe_order (
  org TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  drain INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL,
  PRIMARY KEY (org, kind, name)
) WITHOUT ROWID;
