/** Each brings a file one version forward. A migration that was released is never changed. */
export const migrations = [
  `CREATE TABLE task (
     id TEXT PRIMARY KEY, definition TEXT NOT NULL, status TEXT NOT NULL,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, seq INTEGER NOT NULL, row TEXT NOT NULL
   ) STRICT;
   CREATE INDEX task_created_at ON task (created_at);
   CREATE TABLE journal (
     task TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (task, seq)
   ) STRICT;
   CREATE TABLE artifact (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
   CREATE TABLE definition (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
   CREATE TABLE lease (
     task TEXT PRIMARY KEY, holder TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT,
     renewed_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX lease_holder ON lease (holder);`,
  // The checkpoint has a table of its own: SQLite writes a whole row anew when one column of it changes. Indices for lists hold
  // only tasks that are below no other, which are those that lists are made of.
  `CREATE TABLE checkpoint (task TEXT PRIMARY KEY, seq INTEGER NOT NULL, row TEXT NOT NULL) STRICT;
   INSERT INTO checkpoint (task, seq, row) SELECT id, seq, row FROM task;
   ALTER TABLE task DROP COLUMN row;
   ALTER TABLE task ADD COLUMN mode TEXT NOT NULL DEFAULT '';
   ALTER TABLE task ADD COLUMN pipeline TEXT NOT NULL DEFAULT '';
   UPDATE task SET mode = CAST(coalesce(first.mode, '') AS TEXT), pipeline = CAST(coalesce(first.pipeline, '') AS TEXT)
     FROM (
       SELECT task AS id, min(seq), text ->> '$.mode' AS mode, text ->> '$.pipeline' AS pipeline
       FROM journal WHERE json_valid(text) GROUP BY task
     ) AS first WHERE first.id = task.id;
   DROP INDEX task_created_at;
   CREATE INDEX task_created_at ON task (created_at) WHERE instr(id, '/') = 0;
   CREATE INDEX task_status ON task (status, created_at) WHERE instr(id, '/') = 0;
   CREATE INDEX task_definition ON task (definition);
   ALTER TABLE journal ADD COLUMN row_check INTEGER;
   CREATE TABLE artifact_reference (task TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (task, hash)) STRICT, WITHOUT ROWID;
   INSERT OR IGNORE INTO artifact_reference (task, hash)
     SELECT entry.task, artifact.hash FROM (
       SELECT task, CASE WHEN json_valid(text) THEN text ELSE '{}' END AS json FROM journal WHERE instr(text, '"artifact"') > 0
     ) AS entry, artifact
     WHERE artifact.hash IN (json ->> '$.output.artifact', json ->> '$.input.artifact', json ->> '$.frame.item.artifact');
   CREATE INDEX artifact_reference_hash ON artifact_reference (hash);
   CREATE TABLE signal (
     id INTEGER PRIMARY KEY, task TEXT NOT NULL, command TEXT NOT NULL, at INTEGER NOT NULL, data TEXT
   ) STRICT;
   CREATE INDEX signal_task ON signal (task);
   CREATE TABLE change (
     id INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, stage TEXT NOT NULL, tool TEXT NOT NULL, path TEXT NOT NULL,
     before TEXT, after TEXT NOT NULL, at INTEGER NOT NULL, directories TEXT NOT NULL, undone_at INTEGER
   ) STRICT;
   CREATE INDEX change_task ON change (task);`,
  // What models and tools answered inside of a stage, so that a stage that is taken up again does not ask twice.
  `CREATE TABLE call (
     id INTEGER PRIMARY KEY, task TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL,
     UNIQUE (task, scope, key)
   ) STRICT;`,
] as const;
