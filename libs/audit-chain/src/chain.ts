import { createHash } from 'node:crypto';
import { type EntryText, genesisText, type Link, linkText, type Workspace } from './link-text.js';

export type { EntryText, Link, Workspace } from './link-text.js';

export const genesis = (workspace: Workspace): Link => ({ position: 0, hash: sha256(genesisText(workspace)) });

/** @param entry null where a row is gone that was announced: that it was there stays in the chain */
export const nextLink = (before: Link, entry: EntryText | null): Link => ({
  position: before.position + 1,
  hash: sha256(linkText(before, entry)),
});

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
