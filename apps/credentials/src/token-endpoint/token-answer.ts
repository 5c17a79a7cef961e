import { isUserless, valueAt } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { bodyOf, secondsUntil, shows } from './answer-body.js';
import type { AnswerBody } from './answer-body.js';
import type { Callback } from './callback.js';
import { capturedOf, capturedOfCallback } from './captured.js';
import { checkNotCertificateBound } from './certificate-bound.js';
import { refused, unexpectedStatus, unusable } from './faults.js';
import { scopeAt, scopesByParameter } from './granted-scope.js';
import { namedTokensOf } from './named-tokens.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { standardAnswer } from './standard-answer.js';
import type { LivingToken } from './standard-answer.js';
import { serviceSecretsOf } from './template-values.js';
import { checkIssuedType, keptSeconds } from './token-exchange.js';
import type { TokenFault } from './token-fault.js';
import type { NamedToken, TokenGrant } from './token-grant.js';

/** What a connection holds before its refresh. */
export interface PreviousGrant {
  accessToken: Secret | null;
  tokenType: string | null;
  refreshToken: Secret | null;
  scope: string | null;
  namedTokens: Record<string, NamedToken>;
  captured: Record<string, unknown>;
}

/** What is known besides the answer. */
export interface ReadingContext {
  /** At a refresh: what the connection holds. */
  previous?: PreviousGrant;
  /** At an exchange: what was asked for. */
  requestedScopes?: readonly string[];
  /** At an exchange: what came with the code, or instead of one. */
  callback?: Pick<Callback, 'parameters'>;
  /** At a token exchange: when the grant ends that the token comes from. */
  notAfter?: Date | null;
}

/**
 * Reads an answer of the token endpoint; no I/O, the same answer always reads the same.
 * Throws a TokenFault for whatever is no grant, and then nothing has changed.
 */
export async function readAnswer(target: OAuthTarget, answer: RawAnswer, context: ReadingContext): Promise<TokenGrant> {
  const { manifest } = target;
  const body = successfulBody(target, answer, context);
  const standard = await standardAnswer(target, { answer, body, living: livingToken(manifest, context) });
  if (!context.previous?.accessToken) checkNotCertificateBound(target, standard.accessToken, answer);
  if (manifest.grant === 'token_exchange') checkIssuedType(target, body, answer);
  // Where the next token is asked for like the first, a refresh token is one secret too many (RFC 6749 section 4.4.3).
  const fresh = isUserless(manifest) ? null : standard.refreshToken;
  const stays = manifest.refresh?.refreshTokenWhenAbsent === 'gone' ? null : (context.previous?.refreshToken ?? null);
  const ends = secondsUntil(manifest.answer.refreshTokenExpires, body, answer.receivedAt);
  return {
    accessToken: new Secret(standard.accessToken),
    tokenType: standard.tokenType,
    dpopKey: target.dpopKey ?? null,
    refreshToken: fresh === null ? stays : new Secret(fresh),
    refreshTokenKept: fresh === null && stays !== null,
    expiresInSeconds: lifeOf(manifest, { answer, body }, context),
    refreshTokenExpiresInSeconds: ends ?? (fresh === null ? null : (manifest.lifetimes.refreshTokenSeconds ?? null)),
    scope: scopeAt(manifest, body, manifest.answer.scope) ?? silentScope(manifest, context),
    namedTokens: { ...context.previous?.namedTokens, ...namedTokensOf(manifest, body, answer.receivedAt) },
    captured: {
      ...context.previous?.captured,
      ...(context.callback && capturedOfCallback(manifest, context.callback)),
      ...capturedOf(manifest, body),
    },
  };
}

function lifeOf(
  manifest: Manifest,
  { answer, body }: { answer: RawAnswer; body: AnswerBody },
  { notAfter = null }: ReadingContext,
): number | null {
  const said =
    secondsUntil(manifest.answer.expires, body, answer.receivedAt) ?? manifest.lifetimes.accessTokenSeconds ?? null;
  return manifest.grant === 'token_exchange' ? keptSeconds(said, answer.receivedAt, notAfter) : said;
}

/** Where a refresh only prolongs, what was there lives on. */
function livingToken({ refresh }: Manifest, { previous }: ReadingContext): LivingToken | null {
  if (refresh?.gives !== 'time' || !previous?.accessToken) return null;
  return { accessToken: previous.accessToken, tokenType: previous.tokenType };
}

/** The members of a good answer: a 2xx whose body can be read and shows what it must. */
export function successfulBody(target: OAuthTarget, answer: RawAnswer, context: ReadingContext): AnswerBody {
  const rules = target.manifest.answer;
  const body = bodyOf(answer, rules.encoding);
  const positive = rules.statuses?.includes(answer.status) ?? (answer.status >= 200 && answer.status < 300);
  if (!positive) throw refusalBy(target, { answer, body }, context) ?? unexpectedStatus(answer);
  if (!body) throw unreadable(answer, rules.encoding);
  if (shows(body, rules.shows)) return body;
  throw refusalIn(target, { answer, body }, context) ?? failedWithoutReason(answer);
}

/** The refusal of a status that is none of the good ones: as its body spells it out, else as the manifest knows the status. */
function refusalBy(
  target: OAuthTarget,
  { answer, body }: { answer: RawAnswer; body: AnswerBody | null },
  context: ReadingContext,
): TokenFault | null {
  const { errorStatuses, errorsByStatus } = target.manifest.answer;
  const spelt = body && errorStatuses.includes(answer.status) ? refusalIn(target, { answer, body }, context) : null;
  const error = errorsByStatus[String(answer.status)];
  return spelt ?? (error ? refused({ error, description: null, secrets: [] }, answer) : null);
}

/** The refusal that a body spells out; null where it has no error code. */
function refusalIn(
  target: OAuthTarget,
  { answer, body }: { answer: RawAnswer; body: AnswerBody },
  { previous }: ReadingContext,
): TokenFault | null {
  const { error: at, errorDescription, errors } = target.manifest.answer;
  const value = valueAt(body, at);
  const own = typeof value === 'number' ? String(value) : value;
  if (typeof own !== 'string' || own === '') return null;
  const error = Object.hasOwn(errors, own) ? errors[own]! : own;
  const secrets = [...serviceSecretsOf(target), ...(previous?.refreshToken ? [previous.refreshToken.reveal()] : [])];
  const intervalSeconds = error === 'slow_down' ? intervalIn(target.manifest, body) : undefined;
  return refused({ error, description: valueAt(body, errorDescription), intervalSeconds, secrets }, answer);
}

/** Some say with `slow_down` how slow, in the place where the first interval stood. */
function intervalIn({ device }: Manifest, body: AnswerBody): number | undefined {
  const said = device && valueAt(body, device.interval);
  const seconds = typeof said === 'string' ? Number(said) : said;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? Math.ceil(seconds) : undefined;
}

/** RFC 6749 sections 5.1 and 6: silence means as asked, and at a refresh as before. */
function silentScope(manifest: Manifest, { previous, requestedScopes = [] }: ReadingContext): string | null {
  const { scope } = scopesByParameter(manifest, requestedScopes);
  return previous?.scope ?? (scope.length > 0 ? scope.join(' ') : null);
}

function unreadable(answer: RawAnswer, encoding: string): TokenFault {
  const html = answer.body.trimStart().startsWith('<');
  const what =
    answer.body.trim() === '' ? 'an empty body' : html ? 'a web page' : `something that is no ${encoding} object`;
  return unusable(answer, {
    code: 'answer_unreadable',
    title: 'The provider’s answer can’t be read',
    detail: `The provider answered ${answer.status} with ${what}.`,
    hint: 'If it stays, check that the token URL is the one of the API, and answer.encoding in the manifest.',
  });
}

function failedWithoutReason(answer: RawAnswer): TokenFault {
  return unusable(answer, {
    code: 'answer_says_failure',
    title: 'The provider refused without a reason',
    detail: `The provider answered ${answer.status}, and its body does not show what answer.shows in the manifest asks for.`,
    hint: 'Compare answer.shows in the manifest with what the provider sends.',
  });
}
