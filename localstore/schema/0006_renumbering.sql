-- renumbering.seed makes the salts of the new chain. It is drawn once, when the new desk id is: a disk that is copied while
-- it is being numbered anew then ends with the same chain on both copies, and what each writes from there on tells them
-- apart. Were the salts drawn as the copies go on, both would have one desk id and two chains. Empty: begun by an older
-- program, whose salts are drawn one by one.
ALTER TABLE renumbering ADD COLUMN seed BLOB NOT NULL DEFAULT x'';
