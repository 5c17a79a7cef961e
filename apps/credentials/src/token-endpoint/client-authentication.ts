import type { ManifestRequest, TemplateValues } from '@lockkeeper/manifests';
import { clientAssertion } from './client-assertion.js';
import { type Carried, carried } from './credential.js';
import { notSendable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';

/** What an authentication adds to a request: never to its URL, but for a token whose provider knows no other place (`use.query`). */
export interface Authenticated {
  headers: Record<string, string>;
  parameters: Record<string, string>;
  query: Record<string, string>;
}

interface By {
  target: OAuthTarget;
  values: TemplateValues;
  accessToken?: string | undefined;
}

/** RFC 6749 section 2.3: exactly one. Throws a TokenFault where what it needs isn't there. */
export async function authenticated(
  authentication: ManifestRequest['authentication'],
  { target, values, accessToken = '' }: By,
): Promise<Authenticated> {
  const method = authentication === 'client' ? target.manifest.clientAuthentication : authentication;
  const { clientId } = target;
  switch (method) {
    case 'basic':
    case 'basic_raw':
      return { ...NOTHING, headers: { authorization: basicHeader(target, method) } };
    case 'post':
      return { ...NOTHING, parameters: { client_id: clientId, client_secret: secretOf(target) } };
    case 'access_token':
      return byToken(carried(target.manifest, values, accessToken));
    case 'private_key_jwt':
      return { ...NOTHING, parameters: await clientAssertion(target, values) };
    case 'tls_client_auth':
      // RFC 8705 section 2: the certificate says who we are, and client_id whose certificate it should be.
      certificateOf(target);
      return { ...NOTHING, parameters: { client_id: clientId } };
    case 'custom':
      secretOf(target);
      return NOTHING;
    case 'none':
      // Asked for by name, nothing; of a public client at its own endpoint, its id (RFC 6749 section 4.1.3, RFC 7009 section 2.1).
      return authentication === 'client' ? { ...NOTHING, parameters: { client_id: clientId } } : NOTHING;
  }
}

const NOTHING: Authenticated = { headers: {}, parameters: {}, query: {} };

const byToken = ({ headers, query, body }: Carried): Authenticated => ({
  headers,
  query,
  parameters: body?.parameters ?? {},
});

/**
 * RFC 6749 section 2.3.1: id and secret are form-urlencoded, each for itself. oauth4webapi's own encodes `-`, `_`, `.` and `*` too, which
 * that encoding leaves alone and servers that compare without decoding don't recognise; `basic_raw` is for those that don't even decode the rest.
 */
function basicHeader(target: OAuthTarget, method: 'basic' | 'basic_raw'): string {
  const encoded = method === 'basic' ? formEncoded : (text: string) => text;
  const pair = `${encoded(target.clientId)}:${encoded(secretOf(target))}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

/** The client secret in the clear, for the request that is being written. Throws a TokenFault where there is none. */
function secretOf({ slug, manifest, clientSecret }: OAuthTarget): string {
  if (clientSecret) return clientSecret.reveal();
  throw notSendable('client', {
    code: 'client_secret_missing',
    title: 'There is no client secret',
    detail: `${slug} has no client secret, and its manifest wants one (clientAuthentication ${manifest.clientAuthentication}).`,
    hint: 'Give the API service its client secret; or, for a public client, set clientAuthentication to none.',
  });
}

/** One that is over would only break the connection, and look like trouble on the way. */
function certificateOf({ slug, certificate }: OAuthTarget): void {
  if (certificate && Date.parse(certificate.expiresAt ?? '') <= Date.now())
    throw notSendable('client', {
      code: 'client_certificate_expired',
      title: 'The client certificate is over',
      detail: `The certificate of ${slug} ended on ${certificate.expiresAt}; nothing was sent.`,
      hint: 'PATCH /v1/api-services/:slug with a new clientCertificate. No grant is harmed meanwhile.',
    });
  if (certificate) return;
  throw notSendable('client', {
    code: 'client_certificate_missing',
    title: 'There is no client certificate',
    detail: `${slug} authenticates by tls_client_auth, and has no certificate.`,
    hint: 'PATCH /v1/api-services/:slug with clientCertificate: certificate and private key in PEM.',
  });
}
