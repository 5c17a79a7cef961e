import { randomBytes } from 'node:crypto';
import { fieldValues, valueAt } from '@lockkeeper/manifests';
import type { TemplateValues } from '@lockkeeper/manifests';
import type { OAuthTarget } from './oauth-target.js';

/** What templates may name at every request; the rest depends on the request. */
export function commonValues({ clientId, clientSecret, redirectUri, manifest, params }: OAuthTarget): TemplateValues {
  const now = Date.now();
  return {
    ...fieldValues(manifest, params),
    client_id: clientId,
    client_secret: clientSecret?.reveal(),
    redirect_uri: redirectUri,
    now_seconds: String(Math.floor(now / 1000)),
    now_milliseconds: String(now),
    random: randomBytes(16).toString('base64url'),
  };
}

/** Captured values by the names that templates have for them; what is no plain value is nothing. */
export function capturedValues(captured: Record<string, unknown>): TemplateValues {
  const plain = Object.entries(captured).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(plain.map(([name, value]) => [`captured.${name}`, String(value)]));
}

/** What a place of the manifest captures from a document: its callback's parameters, an answer. What isn't there is left out. */
export function captureFrom(document: unknown, captures: Readonly<Record<string, string>>): Record<string, unknown> {
  const named = Object.entries(captures).map(([name, at]) => [name, valueAt(document, at)] as const);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined && value !== null));
}
