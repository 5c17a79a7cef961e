import { eventually } from '../support/eventually.js';
import * as answers from '../support/provider-answers.js';
import type { Provider } from '../support/provider.js';
import type { Battlefield } from './battlefield.js';
import { type Figure, counted, holds } from './figures.js';

const PER_SECOND = 10;
const NOT_YET_SECONDS = 86_400;

/** All of them due in the same minute, at a provider that answers whatever is beyond ten a second with 429. */
export async function storm(
  field: Battlefield,
  { count, seconds, random }: { count: number; seconds: number; random: (below: number) => number },
): Promise<Figure[]> {
  const provider = await field.provider('storm', {}, { refresh: { perSecond: PER_SECOND } });
  let refused = 0;
  provider.always('token', (exchange) => {
    if (withinASecond(provider) <= PER_SECOND) return exchange.behave();
    refused += 1;
    return answers.tooMany(5)(exchange);
  });
  // Those that end first were not due first: the order is by their ends.
  const ends = Array.from({ length: count }, (_none, index) => 600 + ((index * 7919 + random(7)) % count));
  const order = new Map<string, number>();
  const ids = await field.due('storm', count, { refreshIn: NOT_YET_SECONDS, expiresIn: (index) => ends[index]! });
  ids.forEach((id, index) => order.set(id, ends[index]!));
  // All at once, and with nothing left to do for this process but to be the provider: what it dams up itself would come to it too fast.
  await field.rows(`UPDATE connections SET refresh_at = now() WHERE id = ANY($1)`, [ids]);
  const wanted = seconds * PER_SECOND * 0.6;
  await eventually(() => provider.tokenRequests('refresh_token').length >= wanted, {
    what: `${wanted} are sent`,
    deadlineMs: seconds * 4000,
  });
  const begun = await field.rows<{ id: string; outcome: string | null }>(
    `SELECT l.connection_id AS id, l.outcome FROM refresh_ledger l JOIN connections c ON c.id = l.connection_id JOIN api_services s ON s.id = c.api_service_id
     WHERE s.slug = 'storm' ORDER BY l.intended_at`,
  );
  const done = begun.filter(({ outcome }) => outcome !== 'unsent');
  const givenBack = begun.length - done.length;
  await field.rows(`UPDATE connections SET refresh_at = NULL WHERE id = ANY($1)`, [ids]);
  const sorted = [...ends].sort((one, other) => one - other);
  // What several replicas have in hand at once is in any order among itself.
  const latest = sorted[Math.min(count, done.length + 60) - 1]!;
  const early = done.filter(({ id }) => order.get(id)! > latest).length;
  return [
    counted(`a storm of ${count} at ${PER_SECOND}/s: requests above the limit`, refused, 0),
    holds(
      `a storm: most in any second, at most ${PER_SECOND}`,
      `${mostInASecond(provider)}`,
      mostInASecond(provider) <= PER_SECOND,
    ),
    holds(
      'a storm: leases given back for want of a turn, fewer than requests',
      `${givenBack}`,
      givenBack < done.length,
    ),
    counted(`a storm: of ${done.length} that were begun, those that end later than others that weren’t`, early, 0),
  ];
}

const moments = (provider: Provider): number[] => provider.tokenRequests('refresh_token').map(({ at }) => at);

function withinASecond(provider: Provider): number {
  const now = Date.now();
  return moments(provider).filter((at) => at > now - 1000).length;
}

function mostInASecond(provider: Provider): number {
  const all = moments(provider);
  return Math.max(0, ...all.map((start) => all.filter((at) => at >= start && at < start + 1000).length));
}
