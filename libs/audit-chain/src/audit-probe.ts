import { LockkeeperError } from '@lockkeeper/doors';

/** What can't be written down isn't done. */
export class AuditUnavailable extends LockkeeperError {
  constructor(cause: unknown) {
    super({
      kind: 'unavailable',
      code: 'audit_unavailable',
      title: 'The audit log can’t be written',
      detail: 'The audit log takes no entries. Without its entry nothing is done with tokens and secrets; nothing was.',
      hint: 'Look into the log of this workspace for what PostgreSQL says about audit_log: room on its disk, rights of the workspace’s role.',
      retryAfterSeconds: 30,
      cause,
    });
  }
}

/** Ours, of the class that PostgreSQL leaves to applications (letters beyond I). */
const TAKES_NONE = 'LKA01';
const TAKEN_BACK = 'LKA00';
/** SQLSTATE classes that say something about the connection, the transaction or the server, not about the log. */
const NOT_OF_THE_LOG = /^(08|25|40|57)/;

/**
 * True if the log takes an entry, found out by writing one and taking it back; else it raises. For a statement that is about to begin what is
 * only written down when it is over.
 */
export const CREATE_AUDIT_PROBE = `
  CREATE FUNCTION audit_log_takes_entries() RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO audit_log (actor, action, object_type, object_id, outcome) VALUES ('system', 'audit.probed', 'audit', 'log', 'done');
    RAISE EXCEPTION 'taken back' USING ERRCODE = '${TAKEN_BACK}';
  EXCEPTION
    WHEN SQLSTATE '${TAKEN_BACK}' THEN RETURN true;
    WHEN OTHERS THEN RAISE EXCEPTION 'the audit log takes no entries: %', SQLERRM USING ERRCODE = '${TAKES_NONE}';
  END $$`;

export const DROP_AUDIT_PROBE = 'DROP FUNCTION audit_log_takes_entries()';

/** A common table expression `probe`, with one row if there is any in `rows`: whoever joins it goes on only where the log takes entries. */
export const auditProbe = (rows: string): string =>
  `probe AS MATERIALIZED (SELECT audit_log_takes_entries() AS takes WHERE EXISTS (SELECT FROM ${rows}))`;

/** For a statement with a probe in it. @throws AuditUnavailable, or the error itself if it is another */
export function probeFailed(error: unknown): never {
  throw sqlStateOf(error) === TAKES_NONE ? new AuditUnavailable(error) : error;
}

/** For a statement that writes into the log, and nothing else. @throws as `probeFailed` */
export function entryFailed(error: unknown): never {
  const state = sqlStateOf(error);
  throw state !== null && !NOT_OF_THE_LOG.test(state) ? new AuditUnavailable(error) : error;
}

function sqlStateOf(error: unknown): string | null {
  const { code } = (error as { driverError?: { code?: unknown } }).driverError ?? {};
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
