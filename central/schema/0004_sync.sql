-- Scopes, pool, conflicts.

-- policy: what agents' desks hold in full (own, group, all). users: rows are placed with users besides groups; so
-- it is from before the policy becomes own until after it has been another.
ALTER TABLE counter ADD COLUMN policy TEXT NOT NULL DEFAULT 'group';
ALTER TABLE counter ADD COLUMN users INTEGER NOT NULL DEFAULT 0;

-- Taken from the body as grp and customer are. owner: whose row it is; a contact's agent; who lost of a conflict.
-- author: who made the row; '' where that was not noted. pooled: since when a customer is in the pool, 0: is not.
-- shown: everyone holds the customer in full, for the first days in the pool. due: 0 where nothing is to be done, else
-- when a callback is due, a ticket is due or was made, a conflict was made that nobody has seen.
ALTER TABLE record ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE record ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE record ADD COLUMN pooled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
UPDATE record SET
  owner = coalesce(body ->> CASE tbl WHEN 'contact' THEN '$.agent' ELSE '$.owner' END, ''),
  author = CASE tbl WHEN 'contact' THEN coalesce(body ->> '$.agent', '') ELSE '' END,
  due = CASE tbl
    WHEN 'callback' THEN iif(body ->> '$.state' IN ('open', 'claimed'), max(coalesce(body ->> '$.at', 1), 1), 0)
    WHEN 'ticket' THEN iif(body ->> '$.state' <> 'closed', max(coalesce(nullif(body ->> '$.due_at', 0), body ->> '$.created_at', 1), 1), 0)
    ELSE 0 END
  WHERE removed = 0;
CREATE INDEX record_pool ON record (org, pooled, key) WHERE pooled > 0;
CREATE INDEX record_shown ON record (org, pooled) WHERE shown = 1;
CREATE INDEX record_due ON record (org, tbl, due) WHERE due > 0;
CREATE INDEX record_own ON record (org, owner, tbl, due) WHERE due > 0;

-- Which scopes hold a contact, callback, ticket or conflict, and since which seq: 'g:' and a group, 'o:' and a user.
-- gone marks a row that left the scope, so that its desks drop it. Customers have no placing: who may see them whole
-- gets them so, everyone else as a stub. due is that of the row, 0 where it is gone.
CREATE TABLE placed (
  org     TEXT NOT NULL,
  scope   TEXT NOT NULL,
  tbl     TEXT NOT NULL,
  key     TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  gone    INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL,
  due     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (org, tbl, key, scope)
) WITHOUT ROWID;
INSERT INTO placed (org, scope, tbl, key, seq, gone, changed, due)
  SELECT p.org, 'g:' || p.grp, p.tbl, p.key, p.seq, p.gone, p.changed, iif(p.gone, 0, r.due) FROM placing p
  JOIN record r ON r.org = p.org AND r.tbl = p.tbl AND r.key = p.key;
DROP TABLE placing;
ALTER TABLE placed RENAME TO placing;
CREATE INDEX placing_feed ON placing (org, scope, seq);
CREATE INDEX placing_due ON placing (org, scope, tbl, due) WHERE due > 0;
CREATE INDEX placing_gone ON placing (org, changed) WHERE gone = 1;

-- A value that lost is a synchronised row now (tbl 'conflict', a desk.Conflict). This finds it again from the row and
-- the member that it stood in; seq is the version of that row that overwrote it, as in seal.
CREATE TABLE lost (
  org TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (org, tbl, key, field, seq)
) WITHOUT ROWID;
INSERT INTO lost (org, tbl, key, field, seq, id)
  SELECT org, tbl, key, field, seq, lower(hex(randomblob(16))) FROM conflict GROUP BY org, tbl, key, field, seq;
INSERT INTO record (org, tbl, key, seq, grp, authors, customer, body, changed, owner, due)
  SELECT c.org, 'conflict', l.id, n.seq + row_number() OVER (ORDER BY c.seq, c.field), coalesce(r.grp, ''), coalesce(u.grp, ''),
    CASE c.tbl WHEN 'customer' THEN c.key ELSE coalesce(r.customer, '') END,
    json_object('id', l.id, 'table', c.tbl, 'key', c.key, 'field', c.field, 'value', json(c.value), 'user', c.user,
      'winner', coalesce(iif(w.value ->> '$.s' = c.seq, w.value ->> '$.u', ''), ''), 'at', c.at,
      'customer', CASE c.tbl WHEN 'customer' THEN c.key ELSE coalesce(r.customer, '') END, 'group', coalesce(r.grp, '')),
    c.at, c.user, max(c.at, 1)
  FROM conflict c
  JOIN lost l ON l.org = c.org AND l.tbl = c.tbl AND l.key = c.key AND l.field = c.field AND l.seq = c.seq
  JOIN counter n ON n.org = c.org
  LEFT JOIN record r ON r.org = c.org AND r.tbl = c.tbl AND r.key = c.key
  LEFT JOIN user u ON u.org = c.org AND u.name = c.user
  LEFT JOIN json_each(r.fields) w ON w.key = c.field;
INSERT INTO placing (org, scope, tbl, key, seq, changed, due)
  SELECT r.org, 'g:' || g.grp, r.tbl, r.key, r.seq, r.changed, r.due FROM record r
  JOIN (SELECT org, key, grp FROM record WHERE tbl = 'conflict' AND grp <> ''
    UNION SELECT org, key, authors FROM record WHERE tbl = 'conflict' AND authors <> ''
    UNION SELECT c.org, c.key, r.grp FROM record c JOIN record r ON r.org = c.org AND r.tbl = 'customer' AND r.key = c.customer
      WHERE c.tbl = 'conflict' AND r.grp <> '') g ON g.org = r.org AND g.key = r.key
  WHERE r.tbl = 'conflict';
UPDATE counter SET seq = seq + (SELECT count(*) FROM record r WHERE r.org = counter.org AND r.tbl = 'conflict');
DROP TABLE conflict;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('record', 'record_pool', '10000 10000 1 1'),
  ('record', 'record_shown', '1000 1000 1'),
  ('record', 'record_due', '100000 100000 50000 2'),
  ('record', 'record_own', '100000 100000 200 100 1'),
  ('placing', 'placing', '1000000 1000000 300000 2 1'),
  ('placing', 'placing_feed', '1000000 1000000 20000 1'),
  ('placing', 'placing_gone', '20000 20000 2'),
  ('placing', 'placing_due', '100000 100000 2000 1000 1'),
  ('lost', 'lost', '10000 10000 5000 3 1 1');
ANALYZE sqlite_schema;

-- Epochs of the data. A restore begins a new one, and so does central by itself where a desk proves that the data
-- has been rolled back (a snapshot of the machine, a file copied back): every epoch this data has had, and those
-- that it has learned of from a desk and lost (why: first, restore, rollback, lost). seq is where it began: with each,
-- counter.seq leaps by 2^32 and further to the clock, so that no version that a desk has seen and that is lost is ever given
-- to other content. Of the versions below seq only those up to trusted are what desks have seen under them (a restore:
-- what the backup has; a roll-back: nobody knows, so none): a change made upon another counts as made unseen, and
-- leaves a conflict instead of overwriting silently. Tickets' numbers leap by 1000, since the lost ones may have been told to customers.
-- counter.secret is the key of the marks on cursors.
CREATE TABLE epoch (
  org     TEXT NOT NULL,
  epoch   TEXT NOT NULL,
  why     TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  trusted INTEGER NOT NULL DEFAULT 0,
  at      INTEGER NOT NULL,
  PRIMARY KEY (org, epoch)
) WITHOUT ROWID;
INSERT INTO epoch (org, epoch, why, seq, at) SELECT org, epoch, 'first', 0, 0 FROM counter;
ALTER TABLE counter ADD COLUMN secret BLOB NOT NULL DEFAULT x'';

-- How many lines of the list of erasures (the file erased.jsonl beside the data) this data knows of.
ALTER TABLE counter ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;

-- The backups that somebody has told to be in a safe place (centrald backed-up), the two newest, and how far
-- each desk's ops lie in them. Desks need not keep what lies in both.
CREATE TABLE backed_up (
  org TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (org, seq, epoch)
) WITHOUT ROWID;
CREATE TABLE backed_up_desk (
  org TEXT NOT NULL, desk TEXT NOT NULL, seq INTEGER NOT NULL, epoch TEXT NOT NULL, last_n INTEGER NOT NULL,
  PRIMARY KEY (org, desk, seq, epoch)
) WITHOUT ROWID;

-- The callbacks that are claimed, by whom and until when (central's clock), as their rows say it: what is to lapse is
-- found here. id is what the desk calls its holding; empty where the claim came by op.
CREATE TABLE lease (
  org TEXT NOT NULL, callback TEXT NOT NULL, user TEXT NOT NULL, until INTEGER NOT NULL, id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (org, callback)
) WITHOUT ROWID;
CREATE INDEX lease_until ON lease (org, until);
CREATE INDEX lease_of_user ON lease (org, user, until);

-- Who was let into a record of another group, for which call, from when until when (central's clock). It holds
-- no values and is never emptied: audits read it.
CREATE TABLE grant_log (
  org TEXT NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL,
  desk TEXT NOT NULL, customer TEXT NOT NULL, call TEXT NOT NULL, state TEXT NOT NULL
);
CREATE INDEX grant_of_user ON grant_log (org, user, at);
CREATE INDEX grant_of_customer ON grant_log (org, customer, user, until);

-- why is 'disabled' where an order came with shutting its user out: letting the user in again takes it back.
ALTER TABLE wipe_order ADD COLUMN why TEXT NOT NULL DEFAULT '';
