import type { Manifest } from '@lockkeeper/manifests';
import type { TokenFault } from './token-fault.js';

/** What is known here of the request that went wrong. */
export interface Circumstances {
  manifest: Manifest;
  redirectUri: string;
  /** What was asked for. */
  scopes: readonly string[];
  /** About the client secret in use; null where there is none. */
  secret: { fingerprint: string; changedAt: Date } | null;
  /** When the answer came. */
  now: Date;
}

/** A cause that shows in a fault, and what to do about it. */
interface Explanation {
  when: (fault: TokenFault) => boolean;
  say: (circumstances: Circumstances, fault: TokenFault) => string;
}

/** From the most certain to the least: the first that fits is told. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    when: ({ oauthError, detail }) => oauthError === 'redirect_uri_mismatch' || /redirect[\s_-]?ur[il]/i.test(detail),
    say: ({ redirectUri }) =>
      `Register exactly ${redirectUri} as redirect URI of this client at the provider: every character counts, the slash at the end too.`,
  },
  {
    when: ({ detail, oauthError }) => /pkce|code[\s_-]?(verifier|challenge)/i.test(`${oauthError} ${detail}`),
    say: ({ manifest }) =>
      manifest.authorize.pkce === 'off'
        ? 'The provider wants PKCE (RFC 7636): set authorize.pkce to S256 in the manifest.'
        : 'The provider refuses PKCE (RFC 7636), or lost it on the way. If its documentation doesn’t know PKCE, set authorize.pkce to off in the manifest; else start again with a new authorization link.',
  },
  {
    when: (fault) =>
      isExchange(fault) && fault.oauthError === 'invalid_grant' && /already|used|redeemed|replay/i.test(fault.detail),
    say: () =>
      'The code was used already: a code counts once. Something sent it before, such as a second installation with the same redirect URI. Start again from a new authorization link.',
  },
  {
    when: ({ oauthError, owner }) => oauthError === 'invalid_client' || owner === 'client',
    say: ({ secret, now }, { hint }) => `${hint ?? ''} ${secretInUse(secret, now)}`.trim(),
  },
  {
    when: ({ oauthError }) => oauthError === 'invalid_scope',
    say: ({ manifest, scopes }, { hint }) => `${hint ?? ''} ${scopesAsked(manifest, scopes)}`.trim(),
  },
  {
    when: ({ code }) => code === 'answer_unreadable',
    say: ({ manifest }, fault) =>
      `The answer says that it is ${contentType(fault)}; the manifest expects ${manifest.answer.encoding}. ${fault.hint ?? ''}`.trim(),
  },
  {
    when: (fault) => fault.oauthError !== null && lastStatus(fault) === 200,
    say: (_circumstances, { hint }) =>
      `The provider answers 200 and puts the error inside: it was read from there. ${hint ?? ''}`.trim(),
  },
  {
    when: ({ owner, trace }) => owner === 'network' || (owner === 'provider' && (trace.at(-1)?.status ?? 0) >= 500),
    say: (_circumstances, { hint }) =>
      `The provider seems to be down: see its status page. Nothing has to be changed here. ${hint ?? ''}`.trim(),
  },
];

/** Providers date their answers; a minute or two apart, signatures, codes and lifetimes go wrong. */
const SKEW_SECONDS = 90;

/** The fault, with what helps in these circumstances. */
export function explained(fault: TokenFault, circumstances: Circumstances): TokenFault {
  const found = EXPLANATIONS.find(({ when }) => when(fault));
  const hints = [found ? found.say(circumstances, fault) : fault.hint, skewOf(fault, circumstances.now)];
  return fault.withHint(hints.filter((hint) => hint !== null && hint !== '').join(' '));
}

/** Why no refresh token came although one was expected, and what this provider wants for it; null where none was. */
export function refreshTokenMissing({ refresh, authorize }: Manifest, scopes: readonly string[]): string | null {
  if (!refresh || refresh.by !== 'refresh_token') return null;
  const { parameters = {}, scopes: needed = [] } = refresh.comesWith ?? {};
  const lacking = [
    ...Object.entries(parameters)
      .filter(([name, value]) => authorize.parameters[name] !== value)
      .map(([name, value]) => `${name}=${value} in authorize.parameters of the manifest`),
    ...needed.filter((scope) => !scopes.includes(scope)).map((scope) => `the scope ${scope}`),
  ];
  const end = 'The connection ends with this token.';
  if (lacking.length > 0)
    return `${end} This provider gives a refresh token only with ${lacking.join(' and ')}. Add it, and let the user consent again.`;
  if (refresh.comesWith)
    return `${end} Everything that this provider wants for a refresh token was asked for. Many give one at the first consent only: let the user take the access back at the provider, and consent again.`;
  return `${end} Providers that want to be asked for a refresh token need an extra parameter (such as access_type=offline) or a scope (such as offline_access): see its documentation, and put it into authorize.parameters or the scopes.`;
}

function secretInUse(secret: Circumstances['secret'], now: Date): string {
  if (secret === null) return 'No client secret is held here.';
  const days = Math.floor((now.getTime() - secret.changedAt.getTime()) / 86_400_000);
  const age = days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
  const [date, time] = secret.changedAt.toISOString().split('T') as [string, string];
  return `The secret in use has the fingerprint ${secret.fingerprint} and was set ${age} (${date} ${time.slice(0, 5)} UTC).`;
}

function scopesAsked({ knownScopes }: Manifest, scopes: readonly string[]): string {
  if (scopes.length === 0) return 'No scope was asked for; the provider may want one.';
  const strange =
    Object.keys(knownScopes).length > 0 ? scopes.filter((scope) => !Object.hasOwn(knownScopes, scope)) : [];
  const unknown = strange.length > 0 ? ` Of these the manifest doesn’t know ${strange.join(', ')}.` : '';
  return `Asked for were: ${scopes.join(' ')}.${unknown}`;
}

function skewOf({ trace }: TokenFault, now: Date): string | null {
  const date = Date.parse(trace.at(-1)?.answerHeaders?.['date'] ?? '');
  const seconds = Math.round((date - now.getTime()) / 1000);
  if (!Number.isFinite(seconds) || Math.abs(seconds) < SKEW_SECONDS) return null;
  const direction = seconds > 0 ? 'ahead of' : 'behind';
  return `The provider’s clock is ${Math.abs(seconds)} seconds ${direction} ours: set the clock of this server by NTP; codes, signatures and lifetimes go by it.`;
}

const isExchange = ({ trace }: TokenFault): boolean => trace.at(-1)?.step === 'exchange';
const lastStatus = ({ trace }: TokenFault): number | null => trace.at(-1)?.status ?? null;
const contentType = ({ trace }: TokenFault): string => trace.at(-1)?.answerHeaders?.['content-type'] ?? 'of no type';
