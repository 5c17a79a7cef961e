import { eventually } from '../support/eventually.js';
import * as answers from '../support/provider-answers.js';
import type { Battlefield } from './battlefield.js';
import { type Figure, counted, holds } from './figures.js';

/** A process that stands still in the middle of a refresh, is thought dead, and wakes up when another one has taken over. */
export async function freezes(field: Battlefield): Promise<Figure[]> {
  const provider = await field.provider('drowsy', { oneRetry: true });
  const figures: Figure[] = [];
  for (const point of ['after_intent', 'after_answer'] as const) {
    const name = 'credentials-1';
    const sleeper = await field.arm(name, `${point}=freeze#1`);
    const [before, ids] = [provider.tokenRequests('refresh_token').length, [] as string[]];
    await eventually(
      async () => {
        if (isFrozen(await stateOf(sleeper.pid))) return true;
        ids.push(...(await field.due('drowsy', 1)));
        return false;
      },
      { what: `${name} stands still at ${point}` },
    );
    const fates = await field.settled(ids);
    sleeper.signal('SIGCONT');
    await awake(sleeper.url);
    // Whatever it still had to do is done by its next round.
    await field.settled(await field.due('drowsy', 4));
    const after = await field.fates(ids);
    const sent = provider.tokenRequests('refresh_token').length - before - 4;
    figures.push(
      counted(
        `${point}, frozen beyond its lease: connections that changed when it woke up`,
        differences(fates, after),
        0,
      ),
      holds(
        `${point}, frozen: refreshes at the provider, ${point === 'after_answer' ? 'one more than connections, for the answer that stood still' : 'one for each connection'}`,
        `${sent} for ${ids.length}`,
        sent === ids.length + (point === 'after_answer' ? 1 : 0),
      ),
      counted(`${point}, frozen: not alive afterwards`, ids.length - (await field.living(ids)).length, 0),
    );
  }
  return [...figures, counted('frozen: spent refresh tokens that came again', provider.grants.reuses, 0)];
}

const differences = (
  before: readonly { id: string; version: number }[],
  after: readonly { id: string; version: number }[],
): number => before.filter(({ id, version }) => after.find((fate) => fate.id === id)?.version !== version).length;

async function stateOf(pid: number): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(`/proc/${pid}/stat`, 'utf8');
}

/** proc(5): `T` is stopped by a signal. */
const isFrozen = (stat: string): boolean =>
  / T /.test(stat.slice(stat.lastIndexOf(')') + 1, stat.lastIndexOf(')') + 4));

const awake = (url: string): Promise<unknown> =>
  eventually(async () => (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(10_000) })).ok, {
    what: 'it is awake',
  });

/** However many want the same thing at once, at however many doors, the provider is asked once. */
export async function demands(field: Battlefield, { count }: { count: number }): Promise<Figure[]> {
  const provider = await field.provider('wanted');
  provider.always('token', answers.slowly(150));
  const figures: Figure[] = [];
  for (const replicas of [1, 2, 4]) {
    const [id] = await field.due('wanted', 1, { refreshIn: 3000 });
    const before = provider.tokenRequests('refresh_token').length;
    const doors = field.system.credentials.slice(0, replicas);
    const asked = Array.from({ length: count }, (_none, index) =>
      field.system.admin
        .at(doors[index % doors.length]!.url)
        .post<{ version: number }>(`/v1/connections/${id}/refresh`, { supersedes: 1 }),
    );
    const versions = (await Promise.all(asked)).map(({ body }) => body.version);
    figures.push(
      counted(
        `${count} demands at ${doors.length} of ${replicas} replicas: refreshes`,
        provider.tokenRequests('refresh_token').length - before,
        1,
      ),
      counted(
        `${count} demands at ${doors.length} replicas: callers without the new version`,
        versions.filter((version) => version !== 2).length,
        0,
      ),
    );
  }
  return figures;
}
