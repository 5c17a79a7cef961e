import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROJECT_ROOT } from '@lockkeeper/local-stack';
import { ApiClient, succeeded } from '../support/api-client.js';
import type { AppProcess } from '../support/app-process.js';
import { rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { System } from '../support/workspaces.js';

interface Audit {
  state: string;
  detail?: string;
}

interface Entry {
  seq: string;
  action: string;
  outcome: string;
  actor: string;
  details: { position: number; kind: string; mark: string };
}

interface Break {
  mark: string;
  position: number;
  kind: string;
  acknowledged: { by: string; reason: string } | null;
}

describe('An audit log that somebody changes while its workspace runs', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ credentialsReplicas: 2 });
  });
  afterAll(async () => {
    await system?.stop();
  });

  const healthOf = async ({ url }: AppProcess): Promise<Audit> => {
    const health = await new ApiClient(url, null).get<{ checks: { audit: Audit } }>('/health/ready');
    expect(health.status).toBe(200);
    return health.body.checks.audit;
  };
  const becomes = (process: AppProcess, state: string): Promise<Audit> =>
    eventually(
      async () => {
        const audit = await healthOf(process);
        return audit.state === state && audit;
      },
      { what: `${process.name} calls its audit log ${state}` },
    );
  const metric = async ({ url }: AppProcess, name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\d+)`, 'm').exec((await new ApiClient(url, null).get('/metrics')).text)![1]);
  /** Until it looked twice: at least one of them began after this call. */
  const looksAgain = async (process: AppProcess): Promise<void> => {
    for (let looks = 0; looks < 2; looks += 1) {
      const before = await metric(process, 'lockkeeper_audit_chain_checked_entries_total');
      await eventually(async () => (await metric(process, 'lockkeeper_audit_chain_checked_entries_total')) > before, {
        what: `${process.name} looks at its audit log`,
      });
    }
  };
  const told = ({ lines }: AppProcess, event: string) => lines.filter((line) => line['event'] === event);
  const notes = async (client: ApiClient): Promise<Entry[]> =>
    succeeded(await client.get<{ items: Entry[] }>('/v1/audit?action=audit.chain_broken')).items;
  /** As the owner of the tables can, who switches their triggers off. */
  const goneRound = async (owner: string, statement: string, values: unknown[] = []): Promise<void> => {
    const tables = ['audit_log', 'audit_chain'];
    for (const table of tables) await rowsOf(owner, `ALTER TABLE ${table} DISABLE TRIGGER ${table}_append_only`);
    await rowsOf(owner, statement, values);
    for (const table of tables) await rowsOf(owner, `ALTER TABLE ${table} ENABLE TRIGGER ${table}_append_only`);
  };
  const signedHead = async (client: ApiClient): Promise<number> =>
    succeeded(await client.get<{ position: number }>('/v1/audit/head')).position;

  const adminOf = ({ url }: AppProcess) => system.admin.at(url);
  const breaksOf = async (replica: AppProcess): Promise<Break[]> =>
    succeeded(await adminOf(replica).get<{ items: Break[] }>('/v1/audit/breaks')).items;
  const acknowledge = async (replica: AppProcess, mark: string, body: object) => {
    const answer = await adminOf(replica).post<{ code?: string }>(`/v1/audit/breaks/${mark}/acknowledgement`, body);
    return { status: answer.status, code: answer.body.code };
  };
  /** `npm run audit:verify`, on the file alone. */
  const verified = async (text: string, keys: string): Promise<{ code: number | null; output: string }> => {
    const file = join(system.directory, 'audit.jsonl');
    await writeFile(file, text);
    const program = resolve(PROJECT_ROOT, 'libs/audit-chain/dist/audit-verify.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, file, '--keys', keys], {
      encoding: 'utf8',
    });
    return { code: status, output: stdout + stderr };
  };

  const actorAt = async (position: number): Promise<string | undefined> => {
    const entry = 'SELECT actor FROM audit_log JOIN audit_chain USING (seq) WHERE position = $1';
    return (await rowsOf<{ actor: string }>(system.databases.credentialsDatabaseOwnerUrl!, entry, [position]))[0]
      ?.actor;
  };
  let genuine: string;

  const ALTERED = `UPDATE audit_log SET actor = $2 WHERE seq = (SELECT seq FROM audit_chain WHERE position = $1)`;

  it('is found out by every replica: health, one log line, a metric and an entry say where; and that it is over', async () => {
    const owner = system.databases.credentialsDatabaseOwnerUrl!;
    await signedHead(system.admin);
    await Promise.all(system.credentials.map(looksAgain));
    for (const replica of system.credentials) {
      expect(await healthOf(replica)).toEqual({ state: 'up' });
      expect(await metric(replica, 'lockkeeper_audit_chain_breaks')).toBe(0);
    }
    const actor = await actorAt(1);
    await goneRound(owner, ALTERED, [1, 'somebody else']);
    for (const replica of system.credentials) {
      const { detail } = await becomes(replica, 'degraded');
      expect(detail).toMatch(/^The audit log is not what was written, known since \d{4}-.*Z: The entry at position 1 /);
      expect(await metric(replica, 'lockkeeper_audit_chain_breaks')).toBe(1);
      await looksAgain(replica);
      expect(told(replica, 'audit_chain_broken')).toMatchObject([{ level: 'error', position: 1, kind: 'altered' }]);
    }
    const [note] = await notes(system.admin);
    expect(note).toMatchObject({ actor: 'system', outcome: 'failed', details: { position: 1, kind: 'altered' } });
    const marks = system.credentials.map((replica) => told(replica, 'audit_chain_broken')[0]!['mark']);
    expect(new Set([...marks, note!.details.mark]).size).toBe(1);

    await goneRound(owner, ALTERED, [1, actor]);
    for (const replica of system.credentials) {
      expect(await becomes(replica, 'up')).toEqual({ state: 'up' });
      expect(await metric(replica, 'lockkeeper_audit_chain_breaks')).toBe(0);
      expect(told(replica, 'audit_chain_whole')).toHaveLength(1);
    }
  });

  it('alarms nobody at a place that an admin has acknowledged, in any replica, and anew where that place is changed once more', async () => {
    const owner = system.databases.credentialsDatabaseOwnerUrl!;
    const [first, second] = system.credentials as [AppProcess, AppProcess];
    genuine = (await actorAt(2))!;
    const altered = (actor: string) => goneRound(owner, ALTERED, [2, actor]);
    await altered('an intruder');
    for (const replica of system.credentials) await becomes(replica, 'degraded');
    const [open] = await breaksOf(first);
    expect(open).toMatchObject({ position: 2, kind: 'altered', acknowledged: null });
    const entries = () =>
      rowsOf(owner, 'SELECT count(*)::int AS count FROM audit_log WHERE seq <= 3 AND actor = $1', ['an intruder']);
    const before = await entries();

    const reason = 'Restored wrongly on Monday: ticket 17.';
    expect(await acknowledge(first, 'f'.repeat(32), { reason })).toMatchObject({ status: 404, code: 'break_unknown' });
    for (const wrong of ['  ', 'two\nlines', 'x'.repeat(1001)])
      expect(await acknowledge(first, open!.mark, { reason: wrong })).toMatchObject({ status: 400 });
    expect(await acknowledge(first, open!.mark, { reason })).toMatchObject({ status: 200 });
    expect(await acknowledge(second, open!.mark, { reason: 'again' })).toMatchObject({ status: 200 });
    for (const replica of system.credentials) {
      expect((await becomes(replica, 'up')).detail).toContain('an admin has acknowledged: 2.');
      expect(await metric(replica, 'lockkeeper_audit_chain_breaks')).toBe(0);
      await looksAgain(replica);
      expect(await healthOf(replica)).toMatchObject({ state: 'up' });
      const by = expect.stringMatching(/^key:/);
      expect(await breaksOf(replica)).toMatchObject([
        { ...open!, since: expect.any(String), acknowledged: { by, reason } },
      ]);
    }
    const words = succeeded(
      await system.admin.get<{ items: Entry[] }>('/v1/audit?action=audit.break_acknowledged'),
    ).items;
    expect(words).toMatchObject([
      { actor: expect.stringMatching(/^key:/), details: { position: 2, mark: open!.mark, reason } },
    ]);
    expect(await entries()).toEqual(before);

    const exported = (await system.admin.get('/v1/audit/export')).text;
    const checked = await verified(exported, system.secrets.path('credentialsAuditPublicKeys'));
    expect(checked.code).toBe(0);
    expect(checked.output).toMatch(
      /altered: The entry at position 2 was altered\. Acknowledged by key:.* on \d{4}-.*: Restored wrongly on Monday: ticket 17\.\n/,
    );
    expect(checked.output).toContain('NOT what was written; each place was acknowledged');

    await altered('another intruder');
    for (const replica of system.credentials) {
      expect((await becomes(replica, 'degraded')).detail).toContain('The entry at position 2 was altered');
      const [anew] = await breaksOf(replica);
      expect(anew).toMatchObject({ position: 2, acknowledged: null });
      expect(anew!.mark).not.toBe(open!.mark);
    }
    const worse = await verified(
      (await system.admin.get('/v1/audit/export')).text,
      system.secrets.path('credentialsAuditPublicKeys'),
    );
    expect([worse.code, worse.output]).toEqual([1, expect.not.stringContaining('Acknowledged')]);
  });

  it('is not hidden by an entry that somebody wrote into the database', async () => {
    const owner = system.databases.credentialsDatabaseOwnerUrl!;
    const [replica] = system.credentials as [AppProcess];
    const { mark } = (await breaksOf(replica))[0]!;
    await rowsOf(
      owner,
      `INSERT INTO audit_log (actor, action, object_type, object_id, outcome, details)
       SELECT 'key:somebody', action, 'audit', 'log', 'done', details || jsonb_build_object('mark', $1::text)
       FROM audit_log WHERE action = 'audit.break_acknowledged' ORDER BY seq LIMIT 1`,
      [mark],
    );
    await looksAgain(replica);
    expect(await healthOf(replica)).toMatchObject({ state: 'degraded' });
    expect(await breaksOf(replica)).toMatchObject([{ mark, acknowledged: null }]);
    await goneRound(owner, ALTERED, [2, genuine]);
    for (const each of system.credentials) expect(await becomes(each, 'up')).toEqual({ state: 'up' });
  });

  it('is found out though the signed heads were cut back with the chain', async () => {
    const owner = system.databases.credentialsDatabaseOwnerUrl!;
    const position = await signedHead(system.admin);
    await Promise.all(system.credentials.map(looksAgain));
    const before = new Set((await notes(system.admin)).map(({ seq }) => seq));
    await goneRound(
      owner,
      `WITH links AS (DELETE FROM audit_chain WHERE position >= $1 RETURNING seq), heads AS (DELETE FROM audit_heads WHERE position >= $1)
       DELETE FROM audit_log WHERE seq IN (SELECT seq FROM links)`,
      [position - 1],
    );
    for (const replica of system.credentials)
      expect((await becomes(replica, 'degraded')).detail).toMatch(
        /known since .*: (On \d{4}-.* the chain was signed up to p|P)osition \d+/,
      );
    // What was chained meanwhile may have left a gap behind the cut, which is a place of its own.
    const kinds = (await notes(system.admin)).filter(({ seq }) => !before.has(seq)).map(({ details }) => details.kind);
    expect(kinds).toContainEqual(expect.stringMatching(/^(truncated|rewritten)$/));
  });

  it('is found out in the other workspace, and called so after a restart', async () => {
    const owner = system.databases.accessTokensDatabaseOwnerUrl!;
    const [replica] = system.accessTokens;
    await signedHead(system.tokensAdmin);
    expect(await becomes(replica!, 'up')).toEqual({ state: 'up' });
    await goneRound(owner, 'DELETE FROM audit_log WHERE seq = (SELECT seq FROM audit_chain WHERE position = 1)');
    expect((await becomes(replica!, 'degraded')).detail).toContain('The entry at position 1 was removed');
    expect((await notes(system.tokensAdmin))[0]).toMatchObject({ details: { position: 1, kind: 'gone' } });
    await replica!.stop();
    await replica!.start();
    expect((await becomes(replica!, 'degraded')).detail).toContain('The entry at position 1 was removed');
  });
});
