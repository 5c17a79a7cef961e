import { notSendable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';

/** Why an API service's requests rest. */
export interface Freeze {
  /** ISO 8601. */
  since: string;
  detail: string;
}

export const FROZEN = 'api_service_frozen';
export const FREEZE_HINT =
  'GET /v1/api-services/:slug/discovery shows what changed. An admin compares it with the provider’s own announcements, and then accepts or refuses it there.';

/** Before anything with a secret, a code or a token in it. @throws TokenFault */
export function assertNotFrozen({ slug, frozen }: Pick<OAuthTarget, 'slug' | 'frozen'>): void {
  if (!frozen) return;
  throw notSendable('configuration', {
    code: FROZEN,
    title: 'The API service is frozen',
    detail: `Nothing is sent for ${slug}: ${frozen.detail}`,
    hint: FREEZE_HINT,
  });
}
