import { randomBytes } from 'node:crypto';
import type { TemplateValues } from '@lockkeeper/manifests';
import type { OAuthTarget } from './oauth-target.js';

/** What templates may name at every request; the rest depends on the request. */
export function commonValues({ clientId, clientSecret, redirectUri }: OAuthTarget): TemplateValues {
  return {
    client_id: clientId,
    client_secret: clientSecret?.reveal(),
    redirect_uri: redirectUri,
    now_seconds: String(Math.floor(Date.now() / 1000)),
    random: randomBytes(16).toString('base64url'),
  };
}

/** Captured values by the names that templates have for them; what is no plain value is nothing. */
export function capturedValues(captured: Record<string, unknown>): TemplateValues {
  const plain = Object.entries(captured).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(plain.map(([name, value]) => [`captured.${name}`, String(value)]));
}
