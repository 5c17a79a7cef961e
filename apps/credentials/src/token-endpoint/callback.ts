import { createHash, timingSafeEqual } from 'node:crypto';
import { type Manifest, renderTemplate, valueAt } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { AuthorizationResponseError, expectNoState, validateAuthResponse } from 'oauth4webapi';
import { shows } from './answer-body.js';
import { KINDS, OAUTH_MEANINGS } from './fault-meanings.js';
import { wordsOf } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import { commonValues } from './template-values.js';
import { TokenFault } from './token-fault.js';

/** What the provider sent the browser back with. */
export interface Callback {
  code: Secret;
  /** Whatever else came along, for instance which account was chosen. Untrusted. */
  parameters: Record<string, string>;
}

const STANDARD = new Set(['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'session_state']);

/**
 * RFC 6749 section 4.1.2 and RFC 9207: the code, or a TokenFault. The issuer is looked at before anything else, so that an error
 * of another server is not taken for this one's. The state was consumed by the caller already; here it only has to be there at most once.
 */
export function readCallback(target: OAuthTarget, parameters: URLSearchParams): Callback {
  const standard = renamed(checked(target, parameters), target.manifest.authorize.codeParameter, 'code');
  const [code, ...others] = standard.getAll('code');
  if (others.length > 0) throw callbackFault('callback_malformed', { detail: 'The answer has more than one code.' });
  if (!code) throw callbackFault('callback_without_code', { detail: 'The provider sent neither a code nor an error.' });
  return { code: new Secret(code), parameters: besides(standard) };
}

/**
 * An admin's consent that brings no code, such as Microsoft's: what it says is the browser's word, so it has to show what the manifest
 * wants and to bring what later requests need. Throws a TokenFault for everything else.
 */
export function readConsent(target: OAuthTarget, parameters: URLSearchParams): Pick<Callback, 'parameters'> {
  const given = besides(checked(target, parameters));
  const { shows: wanted, captures } = target.manifest.authorize;
  const missing = Object.entries(captures).filter(([, at]) => !valueAt(given, at));
  if (!shows(given, wanted) || missing.length > 0) {
    throw callbackFault('consent_not_shown', {
      detail:
        'The answer does not show the consent that authorize.shows and authorize.captures in the manifest ask for.',
    });
  }
  return { parameters: given };
}

/** Once this is through, the answer is one to the flow that was begun, and no error. */
function checked(target: OAuthTarget, parameters: URLSearchParams): URLSearchParams {
  checkProof(target, parameters);
  const { stateParameter, codeParameter } = target.manifest.authorize;
  const standard = renamed(withFittingIssuer(target, parameters), stateParameter, 'state');
  validate(target, renamed(standard, codeParameter, 'code'));
  return standard;
}

const besides = (parameters: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...parameters].filter(([name]) => !STANDARD.has(name)));

function validate({ manifest, clientId }: OAuthTarget, parameters: URLSearchParams): void {
  const as = {
    issuer: manifest.issuer ?? manifest.token.url,
    authorization_response_iss_parameter_supported: manifest.authorize.iss === 'required',
  };
  try {
    validateAuthResponse(as, { client_id: clientId }, parameters, parameters.get('state') ?? expectNoState);
  } catch (error) {
    if (error instanceof AuthorizationResponseError) throw providerRefused(error, manifest.authorize.errors);
    throw callbackFault(/"iss"/.test((error as Error).message) ? 'issuer_mismatch' : 'callback_malformed', {
      detail: `The answer does not fit the request: ${(error as Error).message}.`,
    });
  }
}

/** What RFC 9207 section 2.4 leaves to local policy is the manifest's `authorize.iss`. */
function withFittingIssuer({ manifest }: OAuthTarget, parameters: URLSearchParams): URLSearchParams {
  const policy = manifest.authorize.iss ?? (manifest.issuer ? 'compared' : 'ignored');
  if (policy === 'refused' && parameters.has('iss')) {
    throw callbackFault('issuer_mismatch', { detail: 'The answer names an issuer, and this provider announced none.' });
  }
  if (policy !== 'ignored') return parameters;
  const rest = new URLSearchParams(parameters);
  rest.delete('iss');
  return rest;
}

/** With a parameter under the standard's name, and nothing else under it. */
function renamed(parameters: URLSearchParams, from: string, to: string): URLSearchParams {
  if (from === to) return parameters;
  const result = new URLSearchParams(parameters);
  result.delete(to);
  result.delete(from);
  for (const value of parameters.getAll(from)) result.append(to, value);
  return result;
}

/** A callback that proves where it comes from, where the manifest says how. */
function checkProof(target: OAuthTarget, parameters: URLSearchParams): void {
  const { proof } = target.manifest.authorize;
  if (!proof) return;
  const others = [...parameters].filter(([name]) => name !== proof.parameter).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = {
    ...commonValues(target),
    callback_query: others
      .map(([name, value]) => `${inQuery(name).replaceAll('=', '%3D')}=${inQuery(value)}`)
      .join('&'),
  };
  const [expected, given] = [renderTemplate(proof.equals, values), parameters.get(proof.parameter) ?? ''];
  if (!sameText(expected, given)) {
    throw callbackFault('callback_unproved', {
      detail: `The answer’s ${proof.parameter} does not prove that the provider sent it.`,
    });
  }
}

/** Decoded, but for what would let one value pass for several. */
const inQuery = (text: string): string => text.replaceAll('%', '%25').replaceAll('&', '%26');

/** Takes the same time wherever the two differ; hashed first, since timingSafeEqual wants equal lengths. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

const NOT_OURS =
  'Start again from a new authorization link. If it happens again, compare the issuer of this API service with the provider’s documentation.';

const CALLBACK_WORDS = {
  callback_without_code: {
    title: 'The provider’s answer is incomplete',
    hint: 'Check that the authorize URL is the one of the authorization code flow.',
  },
  consent_not_shown: {
    title: 'The consent was not given',
    hint: 'Only an admin of the organisation can consent here. Start again from a new authorization link, signed in as one.',
  },
  callback_malformed: {
    title: 'The provider’s answer can’t be used',
    hint: 'Start again from a new authorization link.',
  },
  callback_unproved: {
    title: 'The answer did not come from the provider',
    hint: 'Start again from a new authorization link. If it happens again, compare the client secret, and authorize.proof in the manifest.',
  },
  issuer_mismatch: { title: 'The answer came from another server', hint: NOT_OURS },
} as const;

function callbackFault(code: keyof typeof CALLBACK_WORDS, { detail }: { detail: string }): TokenFault {
  const words = CALLBACK_WORDS[code];
  return new TokenFault({
    owner: 'provider',
    permanent: true,
    kind: 'invalid',
    code,
    ...words,
    detail,
    reachedProvider: false,
  });
}

/**
 * An error in the callback is anybody's word: it came through the browser and nothing proves its origin (RFC 9207 section 2.4).
 * It ends this flow and says nothing about the client.
 */
function providerRefused(
  { error: said, error_description: description }: AuthorizationResponseError,
  errors: Manifest['authorize']['errors'] = {},
): TokenFault {
  const error = Object.hasOwn(errors, said) ? errors[said]! : said;
  const meaning = OAUTH_MEANINGS[error];
  const owner = meaning?.owner === 'client' ? 'configuration' : (meaning?.owner ?? 'provider');
  const code = (meaning ? error : wordsOf(error)) ?? 'unknown_error';
  const why = wordsOf(description);
  return new TokenFault({
    owner,
    permanent: meaning?.permanent ?? true,
    kind: KINDS[owner],
    code: 'authorization_refused',
    title: meaning?.title ?? 'The provider refused for a reason of its own',
    detail: `The provider answered ${code}${why ? `: ${why}` : '.'}`,
    hint:
      meaning?.hint ??
      'Look the code up in the provider’s documentation, or start again from a new authorization link.',
    oauthError: code,
    reachedProvider: false,
  });
}
