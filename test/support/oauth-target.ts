import { readManifest } from '@lockkeeper/manifests';
import type { ManifestInput } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import type { OAuthTarget } from '../../apps/credentials/src/token-endpoint/oauth-target.js';
import type { RawAnswer } from '../../apps/credentials/src/token-endpoint/raw-answer.js';

export const REDIRECT_URI = 'https://lockkeeper.example/callback/example';

export interface TargetParts extends Omit<Partial<ManifestInput>, 'authorize' | 'token'> {
  authorize?: Partial<ManifestInput['authorize']>;
  token?: Partial<ManifestInput['token']>;
}

export interface TargetClient {
  clientId?: string;
  /** Null for a public client. */
  clientSecret?: string | null;
  /** The connection's values for the manifest's fields. */
  params?: Record<string, string>;
}

/** A target whose endpoints are `/authorize` and `/token` of a server, with what its manifest says besides. */
export function targetAt(
  serverUrl: string,
  { authorize, token, ...parts }: TargetParts = {},
  { clientId = 'client-1', clientSecret = 's3cret', params = {} }: TargetClient = {},
): OAuthTarget {
  const { manifest } = readManifest({
    manifest: 1,
    ...parts,
    authorize: { url: `${serverUrl}/authorize`, ...authorize },
    token: { url: `${serverUrl}/token`, ...token },
  });
  return {
    slug: 'example',
    manifest,
    clientId,
    clientSecret: Secret.from(clientSecret),
    redirectUri: REDIRECT_URI,
    params,
  };
}

/** An answer of the token endpoint; an object is its JSON. */
export function answerOf(
  body: string | object,
  {
    status = 200,
    headers = {},
    step = 'refresh',
  }: { status?: number; headers?: Record<string, string>; step?: 'exchange' | 'refresh' } = {},
): RawAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receivedAt: '2026-01-01T00:00:00.000Z',
    trace: [{ step, method: 'POST', url: 'https://as.example/token', status, durationMs: 5 }],
  };
}
