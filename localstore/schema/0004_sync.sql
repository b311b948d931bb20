-- What days offline, a restored central and lost conflicts need (docs/STORE.md, "Outbox and kept ops").

-- conflict holds the values that lost against a later one (desk.Conflict); central makes the rows. about is the key of
-- the row they were a member of, loser whose they were, seen 1 when somebody has put it away.
CREATE TABLE conflict (
    rid   INTEGER PRIMARY KEY,
    key   TEXT    NOT NULL UNIQUE,
    seq   INTEGER NOT NULL,
    gen   INTEGER NOT NULL,
    about TEXT    NOT NULL,
    loser TEXT    NOT NULL,
    seen  INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    body  TEXT    NOT NULL
) STRICT;
CREATE INDEX conflict_open ON conflict (loser, at) WHERE seen = 0;
CREATE INDEX conflict_about ON conflict (about);

-- pending is how many ops wait: counted as they come and go, since counting tens of thousands at each save takes
-- longer than the save. requeued is the epoch of central for which what it had lost has gone back into the outbox already,
-- empty once a page of it was applied.
ALTER TABLE replica ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replica ADD COLUMN requeued TEXT NOT NULL DEFAULT '';
UPDATE replica SET pending = (SELECT count(*) FROM op WHERE state = 0);

-- made says which of an op's changes made their row, a bit each: central without the op has no such row. Of older
-- ops it is taken to be those whose author saw no version of the row.
ALTER TABLE op ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
UPDATE op SET made = coalesce((SELECT sum(1 << json_each.key) FROM json_each(op.changes)
    WHERE coalesce(json_extract(json_each.value, '$.base'), 0) = 0), 0) WHERE json_valid(changes);

-- op.state has a fourth value, 3: refused and put away by the agent; no longer listed, kept as long as a released one.
CREATE INDEX op_away ON op (ended_at) WHERE state = 3;

-- renumbering has a row while what waits is numbered anew, under a new desk id, op by op in the order written, some at
-- a time: desk is the new id; released ops with a greater rid than after go back into the outbox; rid is how far it has
-- come, n the last number given; life, link and hash are the end of the new chain. Nothing goes up meanwhile.
CREATE TABLE renumbering (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    desk  TEXT    NOT NULL,
    after INTEGER NOT NULL,
    epoch TEXT    NOT NULL, -- replica.requeued at the end
    rid   INTEGER NOT NULL,
    n     INTEGER NOT NULL DEFAULT 0,
    life  INTEGER NOT NULL DEFAULT 0,
    link  INTEGER NOT NULL DEFAULT 0,
    hash  BLOB
) STRICT;

-- renumbered says, until it ends, what became of the numbers that others may need: those of ops that made a row.
CREATE TABLE renumbered (
    desk  TEXT    NOT NULL,
    n     INTEGER NOT NULL,
    fresh INTEGER NOT NULL,
    PRIMARY KEY (desk, n)
) STRICT, WITHOUT ROWID;
