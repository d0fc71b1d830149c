"""The statements of the file: each is short, and each finds by an index."""

TABLE = """CREATE TABLE IF NOT EXISTS sessions
           (key TEXT PRIMARY KEY, data TEXT, ends REAL) WITHOUT ROWID"""
INDEX = "CREATE INDEX IF NOT EXISTS deadline ON sessions (ends)"
LOAD = "SELECT data FROM sessions WHERE key = :key AND ends > :now"
ADD = """INSERT INTO sessions VALUES (:key, :new, :now + :ttl)
         ON CONFLICT (key) DO UPDATE SET data = :new, ends = :now + :ttl
         WHERE ends <= :now RETURNING 1"""
CHANGE = """UPDATE sessions SET data = :new, ends = :now + :ttl
            WHERE key = :key AND data = :old AND ends > :now RETURNING 1"""
REMOVE = """DELETE FROM sessions
            WHERE key = :key AND data = :old AND ends > :now RETURNING 1"""
SWAPS = {
    (False, True): ADD,
    (True, True): CHANGE,
    (True, False): REMOVE,
}
COUNT = """INSERT INTO sessions VALUES (:key, '1', :now + :ttl)
           ON CONFLICT (key) DO UPDATE SET
           data = iif(ends > :now, CAST(data AS INTEGER) + 1, 1),
           ends = iif(ends > :now, ends, :now + :ttl)
           RETURNING data"""
PURGE = """DELETE FROM sessions WHERE key IN
           (SELECT key FROM sessions WHERE ends <= :now LIMIT 20)"""
