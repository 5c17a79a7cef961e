import { randomUUID } from 'node:crypto';
import { renderTemplate } from '@lockkeeper/manifests';
import type { Manifest, TemplateValues } from '@lockkeeper/manifests';
import { SealingError, signJwt } from '@lockkeeper/sealing';
import type { Secret } from '@lockkeeper/sealing';
import { notSendable } from './faults.js';
import type { Issue } from './issue.js';
import type { OAuthTarget } from './oauth-target.js';
import { capturedValues, commonValues } from './template-values.js';
import type { TokenFault } from './token-fault.js';
import { tokenRequest } from './token-request.js';
import { renderUrl } from './wire-request.js';
import type { WireRequest } from './wire-request.js';

type Assertion = NonNullable<Manifest['assertion']>;
type Claims = Record<string, string | number | boolean>;

/** RFC 7523 section 2.1: a token for an assertion that we sign, each request with one of its own. */
export async function jwtBearerRequest(
  target: OAuthTarget,
  { scope, captured, assertion: standIn }: Issue,
): Promise<WireRequest> {
  const values = { ...commonValues(target), ...capturedValues(captured), scope };
  if (!target.assertionKey) throw keyMissing(target.slug);
  const assertion = standIn?.reveal() ?? (await signed(target, target.assertionKey, values));
  const parameters = { assertion, ...(scope !== '' && { scope }) };
  const grant = { type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' as const, parameters };
  return tokenRequest(target, grant, { request: target.manifest.token, values: { ...values, assertion } });
}

async function signed(target: OAuthTarget, key: Secret, values: TemplateValues): Promise<string> {
  const rules = target.manifest.assertion!;
  try {
    return await signJwt(key, { algorithm: rules.algorithm, claims: claimsOf(target, rules, values) });
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    const { code, title, detail, hint } = error;
    throw notSendable('client', { code, title, detail, hint: hint ?? '' });
  }
}

/** RFC 7523 section 3; what the manifest says is laid over it, and what renders to nothing is left out. */
function claimsOf(target: OAuthTarget, rules: Assertion, values: TemplateValues): Claims {
  const now = Math.floor(Date.now() / 1000);
  const claims = new Map<string, string | number | boolean>([
    ['iss', target.clientId],
    ['aud', audienceOf(target, rules, values)],
    ['iat', now - rules.backdateSeconds],
    ['exp', now + rules.lifetimeSeconds],
    ['jti', randomUUID()],
  ]);
  for (const [name, template] of Object.entries(rules.claims)) {
    if (template === null) claims.delete(name);
    else claims.set(name, typeof template === 'string' ? renderTemplate(template, values) : template);
  }
  return Object.fromEntries([...claims].filter(([, value]) => value !== ''));
}

/** Which of the two a provider wants is its own affair (RFC 7523 section 3, point 3). */
function audienceOf({ manifest }: OAuthTarget, { audience }: Assertion, values: TemplateValues): string {
  if (audience === 'issuer') return manifest.issuer!;
  return renderUrl(manifest, { url: manifest.token.url, query: {} }, values).href;
}

const keyMissing = (slug: string): TokenFault =>
  notSendable('client', {
    code: 'assertion_key_missing',
    title: 'There is no key to sign with',
    detail: `${slug} asks for its tokens with a signed assertion, and has no private key.`,
    hint: 'PATCH /v1/api-services/:slug with assertionKey: the private key as the provider gave it.',
  });
