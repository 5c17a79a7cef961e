import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
  action: string;
  outcome: string;
  actor: string;
  details: { position: number; kind: string };
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

  const ALTERED = `UPDATE audit_log SET actor = $2 WHERE seq = (SELECT seq FROM audit_chain WHERE position = $1)`;

  it('is found out by every replica: health, one log line, a metric and an entry say where; and that it is over', async () => {
    const owner = system.databases.credentialsDatabaseOwnerUrl!;
    await signedHead(system.admin);
    await Promise.all(system.credentials.map(looksAgain));
    for (const replica of system.credentials) {
      expect(await healthOf(replica)).toEqual({ state: 'up' });
      expect(await metric(replica, 'lockkeeper_audit_chain_breaks')).toBe(0);
    }
    const [{ actor }] = (await rowsOf(
      owner,
      'SELECT actor FROM audit_log JOIN audit_chain USING (seq) WHERE position = 1',
    )) as [{ actor: string }];
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

    await goneRound(owner, ALTERED, [1, actor]);
    for (const replica of system.credentials) {
      expect(await becomes(replica, 'up')).toEqual({ state: 'up' });
      expect(await metric(replica, 'lockkeeper_audit_chain_breaks')).toBe(0);
      expect(told(replica, 'audit_chain_whole')).toHaveLength(1);
    }
  });

  it('is found out though the signed heads were cut back with the chain', async () => {
    const owner = system.databases.credentialsDatabaseOwnerUrl!;
    const position = await signedHead(system.admin);
    await Promise.all(system.credentials.map(looksAgain));
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
    const [note] = await notes(system.admin);
    expect(note!.details.kind).toMatch(/^(truncated|rewritten)$/);
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
