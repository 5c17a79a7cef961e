import type { ManifestWarning } from '@lockkeeper/manifests';
import type { ApiService } from './api-service.entity.js';

/** What an admin who looks at the API service is told of its client secrets. */
export function secretWarnings({ formerSecretFacts: former, secretChange }: ApiService): ManifestWarning[] {
  const problems = [
    secretChange?.state === 'refused' &&
      `staged as ${secretChange.fingerprint} was refused by the provider; the one in use goes on. Stage it again, or withdraw it`,
    secretChange?.state === 'proven' &&
      secretChange.usedAt !== undefined &&
      `was refused by the provider, last at ${secretChange.usedAt}, and ${secretChange.fingerprint}, which is staged and proven, was used instead: promote it`,
    former?.usedAt !== undefined &&
      `was refused by the provider, last at ${former.usedAt}, and the one before it was used instead. That one is erased at ${former.until}: mend it before then`,
  ].filter((problem) => problem !== false);
  return problems.map((problem) => ({ pointer: '/clientSecret', problem }));
}
