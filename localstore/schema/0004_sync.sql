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
-- longer than the save.
ALTER TABLE replica ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
UPDATE replica SET pending = (SELECT count(*) FROM op WHERE state = 0);

-- requeue is set while ops that a restored central has lost go back into the outbox: those of this desk with a greater
-- number, step by step. Nothing goes up meanwhile.
ALTER TABLE replica ADD COLUMN requeue INTEGER;

-- made says which of an op's changes made their row, a bit each: central without the op has no such row. Of older
-- ops it is taken to be those whose author saw no version of the row.
ALTER TABLE op ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
UPDATE op SET made = coalesce((SELECT sum(1 << json_each.key) FROM json_each(op.changes)
    WHERE coalesce(json_extract(json_each.value, '$.base'), 0) = 0), 0) WHERE json_valid(changes);

-- owed marks a refused op whose number a restored central has lost: it goes up once more, without its text, so that
-- the numbers after it can follow.
ALTER TABLE op ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX op_owed ON op (n) WHERE owed = 1;

-- op.state has a fourth value, 3: refused and put away by the agent; no longer listed, kept as long as a released one.
-- Kept ops are found by number when central has lost them and when a backup of central has them.
CREATE INDEX op_kept ON op (desk, n) WHERE state = 1;
CREATE INDEX op_away ON op (ended_at) WHERE state = 3;
