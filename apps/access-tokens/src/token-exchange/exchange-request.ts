import { isUUID } from 'class-validator';
import { TOKEN_NAME } from '../access-tokens/token-name.js';
import { ExchangeRefused } from './token-exchange.errors.js';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
/** Before the name of a token, where a provider gives several: what is issued is an access token all the same. */
export const NAMED_TOKEN_TYPE = 'urn:lockkeeper:params:oauth:token-type:access_token:';
/** `subject_token` is a connection's id. */
export const CONNECTION_TYPE = 'urn:lockkeeper:params:oauth:token-type:connection';
/** `subject_token` is the user's id; which API service is meant, `audience` or `resource` says. */
export const USER_TYPE = 'urn:lockkeeper:params:oauth:token-type:user';

/** What is asked for, checked as far as it can be without looking anything up. */
export interface ExchangeRequest {
  subject: { connectionId: string } | { user: string };
  /** API services' slugs. */
  audiences: string[];
  /** Absolute URIs. */
  resources: string[];
  scopes: string[];
  /** Which of the connection's tokens; undefined: its own. */
  token: string | undefined;
}

export type Form = Readonly<Record<string, string | string[] | undefined>>;

const LONGEST_USER = 512;

/** @throws ExchangeRefused */
export function readExchange(form: Form): ExchangeRequest {
  if (required(form, 'grant_type') !== TOKEN_EXCHANGE) {
    throw new ExchangeRefused('unsupported_grant_type', `The only grant_type here is ${TOKEN_EXCHANGE}.`);
  }
  if (form['actor_token'] !== undefined || form['actor_token_type'] !== undefined) {
    throw new ExchangeRefused('invalid_request', 'actor_token is not supported: the consumer itself is the actor.');
  }
  return {
    subject: readSubject(required(form, 'subject_token'), required(form, 'subject_token_type')),
    audiences: [form['audience'] ?? []].flat(),
    resources: [form['resource'] ?? []].flat().map(absolute),
    scopes: (single(form, 'scope') ?? '').split(' ').filter((scope) => scope !== ''),
    token: namedBy(single(form, 'requested_token_type')),
  };
}

/** RFC 8693 section 3: a type is any URI, and says what kind of token is wanted. */
function namedBy(type: string | undefined): string | undefined {
  if (type === undefined || type === ACCESS_TOKEN_TYPE) return undefined;
  const name = type.startsWith(NAMED_TOKEN_TYPE) ? type.slice(NAMED_TOKEN_TYPE.length) : '';
  if (TOKEN_NAME.test(name)) return name;
  throw new ExchangeRefused(
    'invalid_request',
    `requested_token_type can only be ${ACCESS_TOKEN_TYPE}, or ${NAMED_TOKEN_TYPE} and the name of a token.`,
  );
}

function readSubject(token: string, type: string): ExchangeRequest['subject'] {
  if (type === CONNECTION_TYPE) {
    if (!isUUID(token))
      throw new ExchangeRefused('invalid_request', 'subject_token must be a connection’s id, a UUID.');
    return { connectionId: token };
  }
  if (type !== USER_TYPE) {
    throw new ExchangeRefused('invalid_request', `subject_token_type must be ${CONNECTION_TYPE} or ${USER_TYPE}.`);
  }
  if (token.length > LONGEST_USER || token.includes('\0')) {
    throw new ExchangeRefused('invalid_request', 'subject_token must be a user’s id.');
  }
  return { user: token };
}

function absolute(uri: string): string {
  // RFC 8707 section 2: absolute, without a fragment.
  if (!URL.canParse(uri) || uri.includes('#')) {
    throw new ExchangeRefused('invalid_target', 'resource must be an absolute URI without a fragment.');
  }
  return uri;
}

function required(form: Form, name: string): string {
  const value = single(form, name);
  if (value === undefined || value === '') throw new ExchangeRefused('invalid_request', `${name} is missing.`);
  return value;
}

/** RFC 6749 section 3.2: parameters must not be included more than once. */
export function single(form: Form, name: string): string | undefined {
  const value = form[name];
  if (Array.isArray(value)) throw new ExchangeRefused('invalid_request', `${name} is given more than once.`);
  return value;
}
