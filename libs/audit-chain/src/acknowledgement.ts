import type { JwkSet } from '@lockkeeper/sealing';
import { checkedStatement } from '@lockkeeper/sealing/statement-check';
import type { Workspace } from './link-text.js';

/** The action of its entry in the log; its details have the signed statement. */
export const ACKNOWLEDGED = 'audit.break_acknowledged';
export const ACKNOWLEDGEMENT_TYPE = 'audit-acknowledgement+jwt';

/** An admin has looked into one broken place of the chain. It mends nothing, and changes nothing that is there. */
export interface Acknowledgement {
  workspace: Workspace;
  /** Of the broken place: see markOf. */
  mark: string;
  position: number;
  /** The actor, as the log has it. */
  by: string;
  /** UTC, ISO 8601 */
  at: string;
  reason: string;
}

/**
 * What an entry of the log acknowledges; null where that isn't signed by this workspace. Whoever can write into the database, and could hide what was
 * changed there by an entry, has no key for it. Runs in browsers, too.
 */
export async function acknowledgementIn(
  details: Record<string, unknown>,
  { workspace, keys }: { workspace: Workspace; keys: JwkSet },
): Promise<Acknowledgement | null> {
  const { statement } = details;
  if (typeof statement !== 'string') return null;
  const found = await checkedStatement<Acknowledgement>(statement, { type: ACKNOWLEDGEMENT_TYPE, keys });
  return found?.workspace === workspace ? found : null;
}
