import type { ClientAuthentication, Manifest, ManifestRequest } from './manifest.schema.js';
import { wholeRequests } from './request-templates.js';

/** Every way in which the client proves itself in some request of the manifest. */
export function clientAuthenticationsIn(manifest: Manifest): Set<ClientAuthentication> {
  const { clientAuthentication, token, device, refresh } = manifest;
  const requests: { authentication?: ManifestRequest['authentication'] | undefined }[] = [
    token,
    ...(device ? [device] : []),
    ...(refresh ? [refresh.request] : []),
    ...wholeRequests(manifest).map(({ request }) => request),
  ];
  const named = requests.map(({ authentication }) => authentication);
  return new Set([clientAuthentication, ...named.filter(isOwn)]);
}

const isOwn = (authentication: ManifestRequest['authentication'] | undefined): authentication is ClientAuthentication =>
  authentication !== undefined && authentication !== 'client' && authentication !== 'access_token';

type Proving = Pick<Manifest, 'kind' | 'clientAuthentication'>;

/** Whether it is by a secret that both sides know; else by a key of ours, or not at all. */
export const provesBySecret = ({ kind, clientAuthentication }: Proving): boolean =>
  kind !== 'generic' && ['basic', 'basic_raw', 'post', 'custom'].includes(clientAuthentication);
