import type { EntityManager } from 'typeorm';
import { genesis, type Link, nextLink, type Workspace } from './chain.js';
import { chainedEntries, linkAt } from './chain-rows.js';
import type { FindingKind } from './export-check.js';

/** A place where the chain isn't what was written, or isn't what was signed. */
export interface ChainBreak {
  position: number;
  kind: FindingKind;
  /** For people: where, and what is wrong there. */
  detail: string;
  /** The signed head that speaks against it, a compact JWS; null where the chain itself does. */
  statement: string | null;
}

export interface Stretch {
  after: number;
  upTo: number;
}

/** Each entry of a stretch hashed anew, and compared with its link. */
export async function breaksWithin(
  manager: EntityManager,
  workspace: Workspace,
  { after, upTo }: Stretch,
): Promise<{ breaks: ChainBreak[]; links: Link[] }> {
  // Null where that link is gone: then it is a break of the stretch before, and the first entry here can't be judged.
  let before: Link | null = after === 0 ? genesis(workspace) : await linkAt(manager, after);
  const rows = await chainedEntries(manager, { after, upTo, limit: upTo - after });
  const breaks: ChainBreak[] = [];
  let expected = after + 1;
  for (const { position, hash, entry } of rows) {
    if (position > expected) breaks.push(missing(expected, position - 1));
    else if (entry === null) breaks.push(gone(position));
    else if (before !== null && nextLink(before, entry).hash !== hash) breaks.push(altered(position));
    before = { position, hash };
    expected = position + 1;
  }
  if (expected <= upTo) breaks.push(missing(expected, upTo));
  return { breaks, links: rows };
}

const missing = (from: number, to: number): ChainBreak => ({
  ...{ position: from, kind: 'missing', statement: null },
  detail: `Missing from the chain: ${from === to ? `position ${from}` : `positions ${from} to ${to}`}.`,
});

const gone = (position: number): ChainBreak => ({
  ...{ position, kind: 'gone', statement: null },
  detail: `The entry at position ${position} was removed from the database.`,
});

const altered = (position: number): ChainBreak => ({
  ...{ position, kind: 'altered', statement: null },
  detail: `The entry at position ${position} was altered.`,
});
