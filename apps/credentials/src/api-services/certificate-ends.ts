import type { ManifestWarning } from '@lockkeeper/manifests';
import type { ApiService, HeldCertificateFacts } from './api-service.entity.js';

const DAY_MS = 86_400_000;
/** From the farthest to the nearest. */
const HORIZONS = [30, 7, 1] as const;

/** The warning that is due: so many days ahead, at most; null where none is, or the nearest one was given. */
export function warningDue({ expiresAt, warnedDays = Infinity }: HeldCertificateFacts, now: Date): number | null {
  const left = (Date.parse(expiresAt) - now.getTime()) / DAY_MS;
  const nearest = HORIZONS.findLast((days) => left <= days);
  return nearest === undefined || nearest >= warnedDays ? null : nearest;
}

/** What an admin who looks at the API service is told of its certificate. */
export function certificateWarnings({ clientCertificateFacts: facts }: ApiService, now: Date): ManifestWarning[] {
  const left = facts ? Math.floor((Date.parse(facts.expiresAt) - now.getTime()) / DAY_MS) : Infinity;
  if (facts === null || facts === undefined || left >= HORIZONS[0]) return [];
  const when =
    left < 0 ? `ended on ${facts.expiresAt}: nothing is sent` : `ends on ${facts.expiresAt}, in ${left} days`;
  const problem = `${when}. Register the next one at the provider beside it, then PATCH clientCertificate here`;
  return [{ pointer: '/clientCertificate', problem }];
}
