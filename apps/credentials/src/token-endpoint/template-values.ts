import { fieldValues, sensitiveFields, valueAt } from '@lockkeeper/manifests';
import type { TemplateValues } from '@lockkeeper/manifests';
import { randomDraws } from '@lockkeeper/sealing';
import type { OAuthTarget } from './oauth-target.js';

const drawRandom = randomDraws(16);

/** What templates may name at every request; the rest depends on the request. */
export function commonValues(target: OAuthTarget): TemplateValues {
  const { clientId, clientSecret, redirectUri, manifest, params, secrets = {} } = target;
  const now = Date.now();
  return {
    ...fieldValues(manifest, params),
    ...Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [`secret.${name}`, secret.reveal()])),
    client_id: clientId,
    client_secret: clientSecret?.reveal(),
    redirect_uri: redirectUri,
    now_seconds: String(Math.floor(now / 1000)),
    now_milliseconds: String(now),
    random: drawRandom().toString('base64url'),
  };
}

/** What every request may carry that is secret, to be masked wherever it may turn up. */
export const serviceSecretsOf = ({
  clientSecret,
  otherSecrets = [],
  secrets = {},
}: Pick<OAuthTarget, 'clientSecret' | 'otherSecrets' | 'secrets'>): string[] =>
  [clientSecret, ...otherSecrets, ...Object.values(secrets)].flatMap((secret) => (secret ? [secret.reveal()] : []));

/** What a user of a generic API service keeps secret, to be masked wherever it may turn up. */
export const filledInSecrets = ({ manifest, params }: Pick<OAuthTarget, 'manifest' | 'params'>): string[] =>
  sensitiveFields(manifest).flatMap((key) => params[key] ?? []);

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
