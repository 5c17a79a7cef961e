import type { Contradiction } from './contradiction.js';
import { isUserless, renewedBy } from './grants.js';
import type { Manifest } from './manifest.schema.js';
import { refreshRequestOf } from './refresh-request.js';
import { namesOrNone, templatesOf } from './request-templates.js';

/** About how a grant lives and ends: refresh, lifetimes, revocation, superseded tokens. */
export function lifeContradictions(manifest: Manifest): Contradiction[] {
  return [
    ...lifetimesWithoutRefresh(manifest),
    ...margin(manifest),
    ...refreshByAccessToken(manifest),
    ...replacedAtRefresh(manifest),
    ...revokesNothing(manifest),
    ...supersededTokens(manifest),
  ];
}

function lifetimesWithoutRefresh({ lifetimes, refresh }: Manifest): Contradiction[] {
  const about = refresh === null ? (['refreshTokenSeconds', 'idleSeconds'] as const) : [];
  return about
    .filter((name) => lifetimes[name] !== undefined)
    .map((name) => ({
      path: ['lifetimes', name],
      problem: 'speaks of refreshes, and refresh is null',
      mend: 'Take one of the two out.',
    }));
}

function margin({ refresh }: Manifest): Contradiction[] {
  const earliest = refresh?.earliestSecondsBeforeExpiry;
  if (!refresh || earliest === undefined || refresh.marginSeconds < earliest) return [];
  return [
    {
      path: ['refresh', 'marginSeconds'],
      problem: `is ${refresh.marginSeconds}, and the provider refuses a refresh sooner than ${earliest} seconds before the expiry`,
      mend: `Give a marginSeconds below ${earliest}.`,
    },
  ];
}

/** What it is made with has to be in the request. */
function refreshByAccessToken(manifest: Manifest): Contradiction[] {
  if (isUserless(manifest)) return []; // it has no meaning there, which is said already
  const request = refreshRequestOf(manifest);
  if (!request || manifest.refresh?.by !== 'access_token' || request.authentication === 'access_token') return [];
  if (templatesOf(request).some(({ text }) => namesOrNone(text).includes('access_token'))) return [];
  return [
    {
      path: ['refresh', 'by'],
      problem: 'is access_token, and the refresh request has it nowhere',
      mend: 'Put {{ access_token }} into a parameter of refresh.request, or set its authentication to access_token.',
    },
  ];
}

/** A refresh token that was rotated once must not hang on a second request. */
function replacedAtRefresh({ followUps }: Manifest): Contradiction[] {
  return followUps.flatMap(({ replacesTokens, after }, index) =>
    replacesTokens && after.includes('refresh')
      ? [
          {
            path: ['followUps', index, 'after'],
            problem: 'has refresh, and replacesTokens is for the exchange only',
            mend: 'Set after to ["exchange"].',
          },
        ]
      : [],
  );
}

function revokesNothing(manifest: Manifest): Contradiction[] {
  const { revoke } = manifest;
  if (!revoke || !('request' in revoke) || revoke.tokens.includes('access_token')) return [];
  if (renewedBy(manifest) === 'refresh_token') return [];
  return [
    {
      path: ['revoke', 'tokens'],
      problem: 'has refresh_token only, and this provider gives none',
      mend: 'Add access_token, if it can be revoked; else give revoke.byUserAt or null.',
    },
  ];
}

/** Revoking a superseded token is safe only where nothing but that token dies (RFC 7009 section 2.1 lets a server take the whole grant). */
function supersededTokens({ superseded, revoke, refresh }: Manifest): Contradiction[] {
  if (superseded.policy === 'keep') return [];
  const at = (problem: string, mend: string): Contradiction[] => [{ path: ['superseded', 'policy'], problem, mend }];
  if (!revoke || !('request' in revoke)) {
    return at(
      'is revoke, and there is no request to revoke by',
      'Give revoke.request, or set superseded.policy to keep.',
    );
  }
  if (!revoke.tokens.includes('access_token')) {
    return at(
      'is revoke, and revoke.tokens has no access_token',
      'Add access_token there, or set superseded.policy to keep.',
    );
  }
  if (refresh?.gives === 'time') {
    return at(
      'is revoke, and a refresh may leave the token the same: it would be revoked itself',
      'Set superseded.policy to keep.',
    );
  }
  if (revoke.effect === 'token') return [];
  return at(
    `is revoke, and revoke.effect is ${revoke.effect}: the new token might die with the old one`,
    'Set superseded.policy to keep; or, if you have tried that only the token itself dies, revoke.effect to token.',
  );
}
