-- What the window of the fifth round needs (docs/STORE.md, "Search").

-- talk finds contacts (contact.rid) by what was written of them: words of two syllables and of three initials that
-- follow one another, and words in Latin letters or digits (localstore/talk.go). It keeps no text and no
-- positions; what is found is compared with the body. It is derived, never synchronised.
CREATE VIRTUAL TABLE talk USING fts5 (
    words,
    content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
INSERT INTO talk (talk, rank) VALUES ('pgsz', 3900);

-- talk_due holds the contacts (contact.rid) whose words are not in talk yet: Maintain reads them, the newest first, and
-- until then searches look through the newest of them one by one. rid 0 stands for: a text was erased, its words
-- are to leave the file.
CREATE TABLE talk_due (rid INTEGER PRIMARY KEY) STRICT;
INSERT INTO talk_due SELECT rid FROM contact;

-- listed has a row for each customer whom this desk holds in full (no stub): what lists of customers are chosen and
-- ordered by. Members that are not set are '' or 0. A list of a million is a range of one of its indexes.
CREATE TABLE listed (
    customer INTEGER PRIMARY KEY, -- customer.rid
    owner    TEXT    NOT NULL,
    grp      TEXT    NOT NULL,
    status   TEXT    NOT NULL,
    name     TEXT    NOT NULL, -- folded
    created  INTEGER NOT NULL,
    visit    INTEGER NOT NULL, -- the next one
    pooled   INTEGER NOT NULL
) STRICT;
CREATE INDEX listed_owner ON listed (owner, created, customer, status, grp) WHERE pooled = 0;
CREATE INDEX listed_name ON listed (owner, name, customer) WHERE pooled = 0;
CREATE INDEX listed_group ON listed (grp, created, customer, status) WHERE pooled = 0;
CREATE INDEX listed_added ON listed (created, customer) WHERE pooled = 0;
CREATE INDEX listed_status ON listed (status, created, customer) WHERE pooled = 0 AND status <> '';
CREATE INDEX listed_visit ON listed (visit, customer, owner, grp) WHERE pooled = 0 AND visit > 0;
CREATE INDEX listed_pool ON listed (pooled, customer) WHERE pooled > 0;

-- visited has a row for each contact that was a visit.
CREATE TABLE visited (
    contact  INTEGER PRIMARY KEY, -- contact.rid
    customer TEXT    NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX visited_at ON visited (at, contact);
CREATE INDEX visited_customer ON visited (customer, at, contact);

-- ticket_open has a row for each ticket that is not done; due is far away where there is no deadline.
CREATE TABLE ticket_open (
    ticket INTEGER PRIMARY KEY, -- ticket.rid
    owner  TEXT    NOT NULL,
    grp    TEXT    NOT NULL,
    due    INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_open_due ON ticket_open (due, ticket, owner, grp);
CREATE INDEX ticket_open_owner ON ticket_open (owner, due, ticket);

-- relisting is how far the work has come of making these rows for a file that an older program wrote: the table under
-- way and its last rid that is done. It has no row when every record has its rows.
CREATE TABLE relisting (
    step TEXT    NOT NULL,
    rid  INTEGER NOT NULL
) STRICT;
INSERT INTO relisting (step, rid) SELECT 'customer', 0
    WHERE EXISTS (SELECT 1 FROM customer) OR EXISTS (SELECT 1 FROM contact) OR EXISTS (SELECT 1 FROM ticket);

-- seen holds how a customer stood when this file's user last saved a talk (desk.Seen in JSON), of the newest two talks;
-- at is when the talk was. It never leaves the desk, and goes when the customer does.
CREATE TABLE seen (
    customer TEXT    NOT NULL, -- key
    contact  TEXT    NOT NULL, -- key
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (customer, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

-- call_seen holds the calls that this desk has had, also those that left no record: the list of recent calls, missed ones
-- above all, and the agent's own day. It is this desk's own, never synchronised, bounded (localstore/callseen.go); a
-- customer who is erased takes the own calls along.
CREATE TABLE call_seen (
    id       TEXT    PRIMARY KEY,
    started  INTEGER NOT NULL,
    customer TEXT    NOT NULL,
    body     TEXT    NOT NULL
) STRICT;
CREATE INDEX call_seen_started ON call_seen (started);
CREATE INDEX call_seen_customer ON call_seen (customer);
