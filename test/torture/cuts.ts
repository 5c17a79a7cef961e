import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import * as answers from '../support/provider-answers.js';
import { type Battlefield, SLOTS } from './battlefield.js';
import { type Figure, allOf, counted, holds } from './figures.js';

/** PostgreSQL goes between the answers and their save; then whoever spooled them is killed as well. */
export async function databaseCut(field: Battlefield, { count }: { count: number }): Promise<Figure[]> {
  const provider = await field.provider('cut');
  const gates = Array.from({ length: count }, () => answers.held());
  provider.next('token', ...gates.map(({ behaviour }) => behaviour));
  const ids = await field.due('cut', count);
  await Promise.all(gates.map(({ reached }) => reached));
  await field.system.stack.postgres.stop();
  const spooledBefore = spooled(field);
  for (const { release } of gates) release();
  await eventually(() => spooled(field) - spooledBefore === count, { what: 'every answer is in a spool' });
  await Promise.all(field.system.credentials.map((replica) => replica.stop('SIGKILL')));
  await field.system.stack.postgres.start();
  await Promise.all(field.system.credentials.map((replica) => replica.start()));
  await field.settled(ids);
  return [
    allOf('PostgreSQL cut between answer and save, then kill -9: alive', (await field.living(ids)).length, count),
    counted('PostgreSQL cut: spent refresh tokens that came again', provider.grants.reuses, 0),
  ];
}

const spooled = ({ system }: Battlefield): number => system.logs.split('"answer_spooled"').length - 1;

/**
 * No room for an answer: a full disk where one can be made (root, a tmpfs of its own), else a spool that holds as much as it may.
 * Nothing may be sent until there is room, and then everything by itself.
 */
export async function diskFull(field: Battlefield, count = 6): Promise<Figure[]> {
  const provider = await field.provider('full');
  const folder = join(field.system.directory, 'full-spool');
  mkdirSync(folder, { mode: 0o700 });
  const isDisk = mounted(folder);
  const name = 'credentials-1';
  const replica = field.system.replica(name);
  await Promise.all(field.system.credentials.map((one) => one.stop()));
  if (isDisk) writeFileSync(join(folder, 'ballast.sealed'), Buffer.alloc(60 * 1024));
  const bound: Record<string, string> = isDisk ? {} : { CREDENTIALS_SPOOL_MEGABYTES: '1' };
  if (!isDisk) writeFileSync(join(folder, `${'0'.repeat(8)}.sealed`), Buffer.alloc(1024 * 1024));
  try {
    await replica.start({ CREDENTIALS_SPOOL_DIR: folder, ...bound });
    const ids = await field.due('full', count);
    await eventually(() => replica.text.includes('refreshes_stopped'), { what: 'refreshes stop' });
    const byHand = await field.system.admin.post<{ outcome: string; hint: string }>(
      `/v1/connections/${ids[0]}/refresh`,
    );
    const health = (await (await fetch(`${replica.url}/health/ready`)).json()) as {
      checks: { spool: { state: string } };
    };
    const sentMeanwhile = provider.tokenRequests('refresh_token').length;
    execFileSync('rm', ['-f', join(folder, isDisk ? 'ballast.sealed' : '00000000.sealed')]);
    await field.settled(ids);
    return [
      counted(
        `a ${isDisk ? 'disk' : 'spool'} that is full: requests sent without room for their answer`,
        sentMeanwhile,
        0,
      ),
      holds(
        'a full spool: what an operator is told',
        byHand.body.outcome,
        byHand.body.outcome === 'failed' && byHand.body.hint.includes('spool'),
      ),
      holds('a full spool: health', health.checks.spool.state, health.checks.spool.state === 'degraded'),
      allOf('a full spool, once there is room: refreshed by itself and alive', (await field.living(ids)).length, count),
    ];
  } finally {
    await replica.stop();
    if (isDisk) execFileSync('umount', ['-l', folder]);
    await Promise.all(field.system.credentials.map((one) => one.start()));
  }
}

function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // not root, or not allowed: the spool's own bound is tried instead
  }
}

/** One provider takes requests and never answers, the other services must not feel it. */
export async function hungProvider(field: Battlefield, { count }: { count: number }): Promise<Figure[]> {
  const [hung, healthy] = [await field.provider('hung'), await field.provider('healthy')];
  hung.always('token', answers.hang);
  const stuck = await field.due('hung', 400);
  await eventually(() => hung.tokenRequests('refresh_token').length > 0, { what: 'the first ones hang' });
  const ids = await field.due('healthy', count);
  const fates = await field.settled(ids);
  const [rest] = await eventually(
    async () => {
      const rows = await field.rows<{ resting: boolean }>(
        `SELECT coalesce(paused_until > now(), false) AS resting FROM api_services WHERE slug = 'hung' AND troubles >= 5`,
      );
      return rows.length > 0 && rows;
    },
    { what: 'the breaker of the hung one opens' },
  );
  const asked = hung.tokenRequests('refresh_token').length;
  hung.always('token', null);
  const slots = SLOTS * field.system.credentials.length;
  // Nobody helps: it rests for seconds, one tries, and the others follow.
  await field.settled(stuck);
  return [
    allOf(
      'beside a hung provider: another service’s connections refreshed',
      fates.filter(({ version }) => version === 2).length,
      count,
    ),
    holds(
      `a hung provider: requests before its breaker opened, fewer than all ${slots} slots`,
      `${asked} of 400 due`,
      asked < slots,
    ),
    holds('a hung provider: its API service rests', String(rest!.resting), rest!.resting),
    counted(
      'a hung provider that answers again: of 400, those still failing',
      (await field.fates(stuck)).filter(({ status }) => status !== 'active').length,
      0,
    ),
    counted('beside a hung provider: spent tokens that came again', healthy.grants.reuses, 0),
  ];
}
