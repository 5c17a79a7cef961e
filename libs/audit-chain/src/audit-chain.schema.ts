const FUNCTIONS = [
  `CREATE FUNCTION table_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$`,
  `CREATE FUNCTION audit_log_awaits_chaining() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN INSERT INTO audit_unchained (seq) VALUES (NEW.seq); RETURN NULL; END $$`,
];

const TABLES = [
  `CREATE TABLE audit_chain (position bigint PRIMARY KEY, seq bigint NOT NULL UNIQUE, hash text NOT NULL)`,
  // Which entries have no link yet. Written by a trigger, so that entries of an older version beside this one are chained too.
  `CREATE TABLE audit_unchained (seq bigint PRIMARY KEY)`,
  `CREATE TABLE audit_heads (
    position bigint PRIMARY KEY,
    statement text NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
  )`,
  `CREATE INDEX audit_heads_unpublished ON audit_heads (position) WHERE published_at IS NULL`,
  `CREATE INDEX audit_log_actor ON audit_log (actor, seq)`,
  `CREATE INDEX audit_log_action ON audit_log (action, seq)`,
];

const BY_ROW = `CREATE TRIGGER audit_log_chaining AFTER INSERT ON audit_log
   FOR EACH ROW EXECUTE FUNCTION audit_log_awaits_chaining()`;

const TRIGGERS = [
  `CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
   FOR EACH STATEMENT EXECUTE FUNCTION table_is_append_only()`,
  BY_ROW,
  // What was written before there was a chain gets its links like anything new.
  `INSERT INTO audit_unchained (seq) SELECT seq FROM audit_log`,
];

/** For a migration of each workspace, after the one that made the log. */
export const CREATE_AUDIT_CHAIN = [...FUNCTIONS, ...TABLES, ...TRIGGERS];

/** For a later migration: entries that are written together are noted together. */
export const CHAIN_BY_STATEMENT = [
  `CREATE FUNCTION audit_entries_await_chaining() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN INSERT INTO audit_unchained (seq) SELECT seq FROM entries; RETURN NULL; END $$`,
  'DROP TRIGGER audit_log_chaining ON audit_log',
  `CREATE TRIGGER audit_log_chaining AFTER INSERT ON audit_log REFERENCING NEW TABLE AS entries
   FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_await_chaining()`,
];

export const CHAIN_BY_ROW = [
  'DROP TRIGGER audit_log_chaining ON audit_log',
  BY_ROW,
  'DROP FUNCTION audit_entries_await_chaining()',
];

export const DROP_AUDIT_CHAIN = [
  'DROP TRIGGER audit_log_chaining ON audit_log',
  'DROP INDEX audit_log_actor, audit_log_action',
  'DROP TABLE audit_heads, audit_unchained, audit_chain',
  'DROP FUNCTION audit_log_awaits_chaining(), table_is_append_only()',
];
