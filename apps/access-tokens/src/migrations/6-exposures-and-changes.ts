import type { MigrationInterface, QueryRunner } from 'typeorm';

const EXPOSURES = [
  // Who got which version of which token. No references: it outlives consumers and connections.
  `CREATE TABLE exposures (
    connection_id uuid NOT NULL,
    version integer NOT NULL,
    consumer_id uuid NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now(),
    reads bigint NOT NULL DEFAULT 1 CHECK (reads > 0),
    PRIMARY KEY (connection_id, version, consumer_id)
  ) WITH (fillfactor = 70)`,
  `CREATE INDEX exposures_of_consumer ON exposures (consumer_id, connection_id, version)`,
];

/** Told with the commit, to every replica: whoever writes, by whichever way, can't forget to. */
const CHANGES = [
  `CREATE FUNCTION tell_consumers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN PERFORM pg_notify('lockkeeper_changes', '{"kind":"consumers"}'); RETURN NULL; END $$`,
  `CREATE FUNCTION tell_connection_changed() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP <> 'INSERT' THEN
       PERFORM pg_notify('lockkeeper_changes',
         json_build_object('kind', 'connection', 'apiService', OLD.api_service, 'user', OLD.user_id)::text);
     END IF;
     IF TG_OP <> 'DELETE' THEN
       PERFORM pg_notify('lockkeeper_changes',
         json_build_object('kind', 'connection', 'apiService', NEW.api_service, 'user', NEW.user_id)::text);
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER access_keys_told AFTER UPDATE OR DELETE OR TRUNCATE ON access_keys
   FOR EACH STATEMENT EXECUTE FUNCTION tell_consumers_changed()`,
  `CREATE TRIGGER entitlements_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON entitlements
   FOR EACH STATEMENT EXECUTE FUNCTION tell_consumers_changed()`,
  `CREATE TRIGGER connections_told AFTER INSERT OR UPDATE OR DELETE ON connections
   FOR EACH ROW EXECUTE FUNCTION tell_connection_changed()`,
];

export class ExposuresAndChanges1790200000040 implements MigrationInterface {
  name = 'ExposuresAndChanges1790200000040';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...EXPOSURES, ...CHANGES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['access_keys', 'entitlements', 'connections']) {
      await runner.query(`DROP TRIGGER ${table}_told ON ${table}`);
    }
    await runner.query('DROP FUNCTION tell_consumers_changed, tell_connection_changed');
    await runner.query('DROP TABLE exposures');
  }
}
