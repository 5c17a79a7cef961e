import { randomUUID } from 'node:crypto';
import { renderUrl } from '@lockkeeper/manifests';
import type { Manifest, TemplateValues } from '@lockkeeper/manifests';
import { signJwt } from '@lockkeeper/sealing';
import { notSendable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { TokenFault } from './token-fault.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Servers whose clock is a little behind refuse what was made in their future. */
const BACKDATE_SECONDS = 5;

type Rules = NonNullable<Manifest['clientAssertion']>;
const AS_THE_RFC_HAS_IT: Rules = {
  algorithm: 'ES256',
  audience: 'issuer',
  type: 'client-authentication+jwt',
  lifetimeSeconds: 60,
};

/** What the key has to be for, whether the manifest says it or not. */
export const assertionRules = ({ clientAssertion }: Pick<Manifest, 'clientAssertion'>): Rules =>
  clientAssertion ?? AS_THE_RFC_HAS_IT;

/** RFC 7523 section 2.2, with RFC 10070's audience and type: each request with one of its own. `client_id` is the `sub` (RFC 7521 section 4.2). */
export async function clientAssertion(target: OAuthTarget, values: TemplateValues): Promise<Record<string, string>> {
  const { clientId, clientKey, manifest } = target;
  if (!clientKey) throw keyMissing(target.slug);
  const { type, lifetimeSeconds } = assertionRules(manifest);
  const now = Math.floor(Date.now() / 1000);
  const assertion = await signJwt(clientKey, {
    type: type === 'absent' ? undefined : type,
    claims: {
      iss: clientId,
      sub: clientId,
      aud: audienceOf(manifest, values),
      jti: randomUUID(),
      iat: now - BACKDATE_SECONDS,
      exp: now + lifetimeSeconds,
    },
  });
  return { client_id: clientId, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
}

/** As the requests have it: the connection's values filled in. */
function audienceOf(manifest: Manifest, values: TemplateValues): string {
  if (assertionRules(manifest).audience === 'issuer') return manifest.issuer!;
  return renderUrl({ url: manifest.token.url }, values, manifest.hosts).href;
}

const keyMissing = (slug: string): TokenFault =>
  notSendable('client', {
    code: 'client_key_missing',
    title: 'There is no key to prove the client with',
    detail: `${slug} authenticates by private_key_jwt, and no key was drawn for it yet.`,
    hint: 'POST /v1/api-services/:slug/keys/rotate draws one; give the provider the address of its public half.',
  });
