import type { DeathCause } from '@lockkeeper/manifests';
import type { Connection } from './connection.entity.js';

const WORDS: Readonly<Record<DeathCause, string>> = {
  refresh_token_expires: 'Its refresh token ends then.',
  idle: 'The provider ends a grant that was not refreshed for so long.',
  grant_ends: 'The provider ends the consent at that age, however often it is refreshed.',
  access_token_expires: 'Its token ends then, and nothing can replace it.',
};

type Mortal = Pick<Connection, 'diesAt' | 'deathIsFixed' | 'status' | 'refreshAt'>;

/** Why it will be dead, in plain words; null where nothing says that it will. */
export const deathInWords = ({ diesBecause, status }: Pick<Connection, 'diesBecause' | 'status'>): string | null => {
  if (diesBecause === null) return null;
  const words = WORDS[diesBecause as DeathCause] ?? diesBecause;
  return status === 'refresh_failing' ? `${words} Its refreshes fail at the moment.` : words;
};

/** Whether only people can prevent it: no refresh is planned before it, none works, or none moves it. */
export const isUnavoidable = ({ diesAt, deathIsFixed, status, refreshAt }: Mortal): boolean =>
  diesAt !== null && (deathIsFixed || status === 'refresh_failing' || refreshAt === null || refreshAt >= diesAt);

/** The same of a row `c` of connections, for statements. */
export const UNAVOIDABLE = `(c.death_is_fixed OR c.status = 'refresh_failing' OR c.refresh_at IS NULL OR c.refresh_at >= c.dies_at)`;
