import { inert } from '../token-endpoint/discovery.errors.js';
import type { EndpointChange } from './endpoint-changes.js';

/** What was seen, in words that may be shown. */
export function freezeDetail(issuer: string, changes: readonly EndpointChange[]): string {
  const told = changes.map(({ member, pinned, seen }) =>
    seen === null
      ? `${member} is gone (it was ${inert(pinned)})`
      : `${member} is ${inert(seen)} instead of ${inert(pinned)}`,
  );
  return `${inert(issuer)} says something else than when it was agreed to: ${told.join('; ')}.`;
}
