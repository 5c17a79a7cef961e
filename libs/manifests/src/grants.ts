import type { Manifest } from './manifest.schema.js';

type Granting = Pick<Manifest, 'grant'>;

/** Whether a token is asked for without a user: at once, and again whenever a newer one is needed. */
export const isUserless = ({ grant }: Granting): boolean =>
  grant === 'client_credentials' || grant === 'jwt_bearer' || grant === 'token_exchange';

/** Whether somebody has to agree first; with client credentials that is an admin's consent, which gives no code. */
export const needsConsent = ({ grant, authorize }: Pick<Manifest, 'grant' | 'authorize'>): boolean =>
  !isUserless({ grant }) || authorize.url !== undefined;

/** Whether the callback brings a code that is exchanged. */
export const bringsCode = ({ grant }: Granting): boolean => !isUserless({ grant }) && grant !== 'device_code';

/** What the next token is asked for with; null where there is no next one. */
export function renewedBy({
  kind,
  grant,
  refresh,
}: Pick<Manifest, 'kind' | 'grant' | 'refresh'>): 'grant' | 'refresh_token' | 'access_token' | null {
  if (!refresh || kind === 'generic') return null;
  return isUserless({ grant }) ? 'grant' : refresh.by;
}
