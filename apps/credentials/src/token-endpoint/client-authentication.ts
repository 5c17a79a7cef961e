import type { ClientAuthentication } from '@lockkeeper/manifests';
import { ClientSecretPost, None } from 'oauth4webapi';
import type { ClientAuth } from 'oauth4webapi';
import { notSendable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';

/** RFC 6749 section 2.3, as a method of oauth4webapi: exactly one, and never in the URL. */
export function clientAuth(target: OAuthTarget, method: ClientAuthentication): ClientAuth {
  if (method === 'none') return None();
  if (method === 'post') return ClientSecretPost(secretOf(target));
  const authorization = basicHeader(target, method);
  return (...[, , , headers]) => headers.set('authorization', authorization);
}

/**
 * RFC 6749 section 2.3.1: id and secret are form-urlencoded, each for itself. The library's own encodes `-`, `_`, `.` and `*` too, which
 * that encoding leaves alone and servers that compare without decoding don't recognise; `basic_raw` is for those that don't even decode the rest.
 */
export function basicHeader(target: OAuthTarget, method: 'basic' | 'basic_raw'): string {
  const encoded = method === 'basic' ? formEncoded : (text: string) => text;
  const pair = `${encoded(target.clientId)}:${encoded(secretOf(target))}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

/** The client secret in the clear, for the request that is being written. Throws a TokenFault where there is none. */
export function secretOf({ slug, manifest, clientSecret }: OAuthTarget): string {
  if (clientSecret) return clientSecret.reveal();
  throw notSendable('client', {
    code: 'client_secret_missing',
    title: 'There is no client secret',
    detail: `${slug} has no client secret, and its manifest wants one (clientAuthentication ${manifest.clientAuthentication}).`,
    hint: 'Give the API service its client secret; or, for a public client, set clientAuthentication to none.',
  });
}
