import type { EntityManager } from 'typeorm';
import { markOf } from './break-mark.js';
import { genesis, type Link, nextLink, type Workspace } from './chain.js';
import { chainedEntries, gapAround, linkAt } from './chain-rows.js';
import type { FindingKind } from './export-check.js';

/** A place where the chain isn't what was written, or isn't what was signed. */
export interface ChainBreak {
  position: number;
  kind: FindingKind;
  /** The same wherever it is found; another one where the place is broken otherwise. See markOf. */
  mark: string;
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
    if (position > expected) breaks.push(await missing(manager, expected, position - 1));
    else if (entry === null) breaks.push(await gone({ position, hash }));
    else if (before !== null) {
      const whatIsThere = nextLink(before, entry);
      if (whatIsThere.hash !== hash) breaks.push(await altered(whatIsThere));
    }
    before = { position, hash };
    expected = position + 1;
  }
  if (expected <= upTo) breaks.push(await missing(manager, expected, upTo));
  return { breaks, links: rows };
}

/** As far as it goes, whichever part of it was looked at: it is one place. */
async function missing(manager: EntityManager, seenFrom: number, seenTo: number): Promise<ChainBreak> {
  const gap = await gapAround(manager, { from: seenFrom, to: seenTo });
  const [from, to] = [gap.from, gap.to ?? Math.max(seenTo, gap.from)];
  return {
    ...{ position: from, kind: 'missing', statement: null, mark: await markOf(['missing', from, gap.to]) },
    detail: `Missing from the chain: ${from === to ? `position ${from}` : `positions ${from} to ${to}`}.`,
  };
}

const gone = async ({ position, hash }: Link): Promise<ChainBreak> => ({
  ...{ position, kind: 'gone', statement: null, mark: await markOf(['gone', position, hash]) },
  detail: `The entry at position ${position} was removed from the database.`,
});

/** @param link over what is there */
const altered = async ({ position, hash }: Link): Promise<ChainBreak> => ({
  ...{ position, kind: 'altered', statement: null, mark: await markOf(['altered', position, hash]) },
  detail: `The entry at position ${position} was altered.`,
});
