import { authorizeContradictions } from './authorize-contradictions.js';
import { clientContradictions } from './client-contradictions.js';
import type { Contradiction } from './contradiction.js';
import { genericContradictions } from './generic-contradictions.js';
import { isGeneric } from './generic.js';
import { grantContradictions } from './grant-contradictions.js';
import { lifeContradictions } from './life-contradictions.js';
import { sketchedUrl } from './manifest-url.js';
import type { Manifest } from './manifest.schema.js';
import { requestContradictions } from './request-contradictions.js';
import { tokenContradictions } from './token-contradictions.js';
import { valueContradictions } from './value-contradictions.js';

/** What a manifest says against itself or against a rule that no manifest may change. */
export function contradictions(manifest: Manifest, unsaid: Manifest): Contradiction[] {
  const ofItsKind = genericContradictions(manifest, unsaid);
  if (isGeneric(manifest)) return [...ofItsKind, ...valueContradictions(manifest), ...useContradictions(manifest)];
  return [
    ...ofItsKind,
    ...grantContradictions(manifest),
    ...clientContradictions(manifest),
    ...authorizeContradictions(manifest),
    ...tokenContradictions(manifest),
    ...requestContradictions(manifest),
    ...valueContradictions(manifest),
    ...answerContradictions(manifest),
    ...lifeContradictions(manifest),
    ...useContradictions(manifest),
  ];
}

function answerContradictions({ answer }: Manifest): Contradiction[] {
  const accepted = answer.acceptedTokenTypes.map((type) => type.toLowerCase());
  if (answer.tokenTypeWhenAbsent === undefined || accepted.includes(answer.tokenTypeWhenAbsent.toLowerCase()))
    return [];
  return [
    {
      path: ['answer', 'tokenTypeWhenAbsent'],
      problem: 'is not among acceptedTokenTypes',
      mend: 'Add it there, or take it out here.',
    },
  ];
}

function useContradictions({ use, test }: Manifest): Contradiction[] {
  const found: Contradiction[] = [];
  const bases = use.baseUrls.map((base) => sketchedUrl(base));
  for (const [index, base] of bases.entries()) {
    if (base?.search)
      found.push({
        path: ['use', 'baseUrls', index],
        problem: 'has a query',
        mend: 'Give the part of the URL that all calls share.',
      });
  }
  const target = test && sketchedUrl(test.request.url);
  const carriesToken = test?.request.authentication === 'access_token';
  if (target && carriesToken && bases.length > 0 && !bases.some((base) => base && isUnder(target, base))) {
    found.push({
      path: ['test', 'request', 'url'],
      problem: 'lies outside of use.baseUrls',
      mend: 'Add its base URL there: the token travels nowhere else.',
    });
  }
  return found;
}

function isUnder(target: URL, base: URL): boolean {
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  return target.origin === base.origin && `${target.pathname}/`.startsWith(folder);
}
