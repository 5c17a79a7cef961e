import type { Contradiction } from './contradiction.js';
import type { Manifest } from './manifest.schema.js';
import { requestContradictions } from './request-contradictions.js';
import { tokenContradictions } from './token-contradictions.js';

/** What a manifest says against itself or against a rule that no manifest may change. */
export function contradictions(manifest: Manifest): Contradiction[] {
  return [
    ...authorizeContradictions(manifest),
    ...tokenContradictions(manifest),
    ...requestContradictions(manifest),
    ...answerContradictions(manifest),
    ...lifeContradictions(manifest),
    ...supersededContradictions(manifest),
    ...useContradictions(manifest),
  ];
}

function authorizeContradictions({ authorize, issuer }: Manifest): Contradiction[] {
  const found: Contradiction[] = [];
  const at = (name: string) => ['authorize', 'parameters', name];
  const { parameters } = authorize;
  const responseType = parameters.response_type;
  if (responseType !== undefined && responseType !== null && responseType !== 'code') {
    found.push({
      path: at('response_type'),
      problem: 'asks for something else than a code',
      mend: 'Take it out: only the code flow is spoken (RFC 9700 section 2.1.2).',
    });
  }
  for (const name of ['state', 'code_challenge', 'code_challenge_method'].filter((one) => one in parameters)) {
    found.push({
      path: at(name),
      problem: 'is not a manifest’s to change',
      mend: 'Take it out: state is always sent, and PKCE is switched by authorize.pkce.',
    });
  }
  for (const [index, scope] of authorize.scopes.entries()) {
    if (!scope.includes(authorize.scopeSeparator)) continue;
    found.push({
      path: ['authorize', 'scopes', index],
      problem: 'has the separator of scopes in it',
      mend: 'Write each scope as an entry of its own.',
    });
  }
  if (!issuer && (authorize.iss === 'required' || authorize.iss === 'compared')) {
    found.push({
      path: ['authorize', 'iss'],
      problem: 'has nothing to be compared with',
      mend: 'Give the issuer, or take iss out.',
    });
  }
  return found;
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

function lifeContradictions({ lifetimes, refresh }: Manifest): Contradiction[] {
  if (!refresh) {
    const idle = (['refreshTokenSeconds', 'idleSeconds'] as const).filter((name) => lifetimes[name] !== undefined);
    return idle.map((name) => ({
      path: ['lifetimes', name],
      problem: 'speaks of refreshes, and refresh is null',
      mend: 'Take one of the two out.',
    }));
  }
  const earliest = refresh.earliestSecondsBeforeExpiry;
  if (earliest === undefined || refresh.marginSeconds < earliest) return [];
  return [
    {
      path: ['refresh', 'marginSeconds'],
      problem: `is ${refresh.marginSeconds}, and the provider refuses a refresh sooner than ${earliest} seconds before the expiry`,
      mend: `Give a marginSeconds below ${earliest}.`,
    },
  ];
}

/** Revoking a superseded token is safe only where nothing but that token dies (RFC 7009 section 2.1 lets a server take the whole grant). */
function supersededContradictions({ superseded, revoke }: Manifest): Contradiction[] {
  if (superseded.policy === 'keep') return [];
  const path = ['superseded', 'policy'];
  if (!revoke || !('request' in revoke)) {
    return [
      {
        path,
        problem: 'is revoke, and there is no request to revoke by',
        mend: 'Give revoke.request, or set superseded.policy to keep.',
      },
    ];
  }
  if (!revoke.tokens.includes('access_token')) {
    return [
      {
        path,
        problem: 'is revoke, and revoke.tokens has no access_token',
        mend: 'Add access_token there, or set superseded.policy to keep.',
      },
    ];
  }
  if (revoke.effect === 'token') return [];
  return [
    {
      path,
      problem: `is revoke, and revoke.effect is ${revoke.effect}: the new token might die with the old one`,
      mend: 'Set superseded.policy to keep; or, if you have tried that only the token itself dies, revoke.effect to token.',
    },
  ];
}

function useContradictions({ use, test }: Manifest): Contradiction[] {
  const found: Contradiction[] = [];
  const bases = use.baseUrls.map((base) => URL.parse(base));
  for (const [index, base] of bases.entries()) {
    if (base?.search)
      found.push({
        path: ['use', 'baseUrls', index],
        problem: 'has a query',
        mend: 'Give the part of the URL that all calls share.',
      });
  }
  const target = test && URL.parse(test.request.url.replaceAll(/\{\{.*?\}\}/g, 'x'));
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
