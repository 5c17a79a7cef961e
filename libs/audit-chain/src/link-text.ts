import type { AuditOutcome } from './audit-entry.entity.js';
import { canonicalJson } from './canonical-json.js';

export type Workspace = 'credentials' | 'access-tokens';

/** An entry as it is hashed and exported: every digit of it. */
export interface EntryText {
  seq: string;
  /** UTC, with microseconds: `2026-01-31T23:59:59.123456Z` */
  at: string;
  actor: string;
  action: string;
  objectType: string;
  objectId: string;
  outcome: AuditOutcome;
  requestId: string | null;
  sourceAddress: string | null;
  details: Record<string, unknown>;
}

/** One link: the hash covers its place, the link before it and the whole entry. */
export interface Link {
  /** 1, 2, 3 and so on, without gaps; entries' own `seq` may have some, where a transaction was given up. */
  position: number;
  hash: string;
}

/** Of the signed statement about a chain's end. */
export const AUDIT_HEAD_TYPE = 'audit-head+jwt';
const FORM = 'lockkeeper-audit-1';

/** What a link's hash is made over: its place, the link before it, and the whole entry. @param entry null where a row is gone that was announced */
export const linkText = (before: Link, entry: EntryText | null): string =>
  canonicalJson([FORM, before.hash, before.position + 1, entry]);

/** What the first link leans on is the hash of this. Another workspace's chain begins elsewhere, so that none can stand in for the other. */
export const genesisText = (workspace: Workspace): string => canonicalJson([FORM, workspace]);
