import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CheckedExport, ExportCheck } from '@lockkeeper/audit-chain';
import type { SecretFile } from '@lockkeeper/local-stack';
import type { JwkSet } from '@lockkeeper/sealing';
import { type ApiClient, succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import { lastStored } from '../support/stored-messages.js';
import { System } from '../support/workspaces.js';

interface Entry {
  seq: string;
  at: string;
  actor: string;
  action: string;
  objectId: string;
  outcome: string;
  requestId: string | null;
  sourceAddress: string | null;
  details: Record<string, unknown>;
}

interface Line {
  type: string;
  position: number;
  hash: string;
  entry: Entry | null;
  statement: string;
}

describe('the audit log', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start({ credentialsReplicas: 2 }), Provider.start()]);
    desk = new Desk(system);
    await desk.registerProvider('audited', provider, { revokeUrl: provider.address('revoke') });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const entries = async (query: string, client = system.admin): Promise<Entry[]> =>
    succeeded(await client.get<{ items: Entry[] }>(`/v1/audit?${query}`)).items;
  const database = (): string => system.databases.credentialsDatabaseUrl;
  const owners = (): string[] => {
    const { credentialsDatabaseOwnerUrl, accessTokensDatabaseOwnerUrl } = system.databases;
    return [credentialsDatabaseOwnerUrl!, accessTokensDatabaseOwnerUrl!];
  };

  async function exported(client: ApiClient, query = ''): Promise<Line[]> {
    const { status, text } = await client.get(`/v1/audit/export${query}`);
    expect(status).toBe(200);
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }

  async function checked(lines: object[], keys: SecretFile = 'credentialsAuditPublicKeys'): Promise<CheckedExport> {
    const texts = async function* (): AsyncGenerator<string> {
      for (const line of lines) yield JSON.stringify(line);
    };
    return ExportCheck.of(texts(), { keys: JSON.parse(await system.secrets.read(keys)) as JwkSet });
  }

  /** As a person runs it, with the keys that were handed over when the installation was made. */
  async function verified(lines: object[], ...more: string[]): Promise<{ code: number; output: string }> {
    const file = join(system.directory, 'audit.jsonl');
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const args = ['libs/audit-chain/dist/audit-verify.js', file];
    const keys = ['--keys', system.secrets.path('credentialsAuditPublicKeys')];
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [...args, ...keys, ...more]);
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { code, output: stdout };
    }
  }

  it('tells who did what, from where and in which request', async () => {
    const { headers } = await system.admin.get('/v1/api-services');
    expect(headers.get('x-request-id')).toEqual(expect.any(String));
    const connection = await desk.connect('audited');
    await desk.refresh(connection);
    succeeded(await desk.revoke(connection));
    const told = await entries(`objectId=${connection.id}`);
    expect(told.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'connection.created',
        'connection.authorized',
        'connection.rotated',
        'connection.revoked',
      ]),
    );
    for (const { action, actor, requestId, sourceAddress } of told.filter(({ actor }) => actor.startsWith('key:'))) {
      expect([action, actor, requestId, sourceAddress]).toEqual([
        action,
        expect.stringMatching(/^key:[0-9a-f-]{36}$/),
        expect.any(String),
        '127.0.0.1',
      ]);
    }
  });

  it('tells of a changed secret by a fingerprint, and never the secret', async () => {
    const { id, secret } = provider.client;
    succeeded(await system.admin.patch('/v1/api-services/audited', { clientId: id, clientSecret: secret }));
    const [entry] = await entries('action=api_service.secret_changed');
    expect(entry).toMatchObject({ objectId: 'audited', details: { clientSecretFingerprint: expect.any(String) } });
    expect((await system.admin.get('/v1/audit/export')).text).not.toContain(secret);
  });

  it('tells of a key’s use once for each address, and of each failed login by a keyed fingerprint', async () => {
    const issued = await system.admin.post<{ id: string; key: string }>('/v1/keys', {
      name: 'a reader',
      role: 'auditor',
    });
    const { id, key } = succeeded(issued);
    const auditor = system.admin.with(key);
    for (let time = 0; time < 3; time += 1) succeeded(await auditor.get('/v1/audit'));
    expect(await entries(`objectId=${id}&action=key.used`)).toMatchObject([
      { actor: `key:${id}`, sourceAddress: '127.0.0.1' },
    ]);
    const wrong = `lkc_${'x'.repeat(43)}`;
    const refused = await system.admin.with(wrong).get('/v1/audit');
    expect(refused.status).toBe(401);
    const requestId = refused.headers.get('x-request-id');
    const told = await entries(`action=key.refused&requestId=${requestId}`);
    expect(told).toMatchObject([{ actor: 'anonymous', outcome: 'refused', sourceAddress: '127.0.0.1' }]);
    expect(JSON.stringify(told)).not.toContain(wrong);
  });

  it('is narrowed down by kind, actor, outcome and time, and read page by page', async () => {
    const all = await entries('action=connection.*&limit=1000');
    expect(all.length).toBeGreaterThan(3);
    expect(all.every(({ action }) => action.startsWith('connection.'))).toBe(true);
    const [newest] = all;
    const page = await entries(`action=connection.*&limit=2&before=${newest!.seq}`);
    expect(page.map(({ seq }) => seq)).toEqual(all.slice(1, 3).map(({ seq }) => seq));
    expect(await entries(`since=${encodeURIComponent('2999-01-01T00:00:00Z')}`)).toEqual([]);
    expect(await entries(`until=${encodeURIComponent('2000-01-01T00:00:00Z')}`)).toEqual([]);
    expect((await entries('outcome=refused&limit=1000')).every(({ outcome }) => outcome === 'refused')).toBe(true);
    expect(await entries('actor=nobody')).toEqual([]);
  });

  it('is one chain whatever wrote it: many writers, two replicas, gaps in its numbers', async () => {
    const [first, second] = system.credentials.map(({ url }) => system.admin.at(url));
    await rowsOf(database(), `SELECT nextval(pg_get_serial_sequence('audit_log', 'seq'))`);
    const opened = Array.from({ length: 40 }, (_, number) =>
      (number % 2 ? first! : second!).post('/v1/connections', { apiService: 'audited', user: `chained-${number}` }),
    );
    (await Promise.all(opened)).forEach((answer) => succeeded(answer));
    const heads = await Promise.all([first!, second!].map((replica) => replica.get('/v1/audit/head')));
    heads.forEach((answer) => succeeded(answer));
    const lines = await exported(first!);
    const [{ count }] = (await rowsOf(database(), 'SELECT count(*)::int FROM audit_log')) as [{ count: number }];
    expect(lines.length - 2).toBe(count);
    expect(await verified(lines)).toMatchObject({ code: 0, output: expect.stringContaining('whole and unaltered') });
    const unchained = await rowsOf(
      database(),
      'SELECT seq FROM audit_log a WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.seq = a.seq)',
    );
    expect(unchained).toEqual([]);
  });

  it('is chained in the other workspace too, under its own key', async () => {
    const lines = await exported(system.tokensAdmin);
    expect(lines.length).toBeGreaterThan(3);
    expect((await checked(lines)).findings).toMatchObject([{ kind: 'not_signed' }]);
    expect((await checked(lines, 'accessTokensAuditPublicKeys')).findings).toEqual([]);
  });

  it('finds each edit, deletion, reordering and truncation of an export, offline', async () => {
    const lines = await exported(system.admin);
    const edited = structuredClone(lines);
    edited[5]!.entry!.actor = 'system';
    const deleted = lines.filter((_, index) => index !== 5);
    const reordered = [...lines.slice(0, 5), lines[6]!, lines[5]!, ...lines.slice(7)];
    const truncated = [...lines.slice(0, -3), lines.at(-1)!];
    const tries: [string, Line[], object][] = [
      ['edited', edited, { kind: 'altered', detail: expect.stringContaining('position 5') }],
      ['deleted', deleted, { kind: 'missing', detail: expect.stringContaining('position 5') }],
      ['reordered', reordered, { kind: 'out_of_order', detail: expect.stringContaining('Position 5') }],
      ['truncated', truncated, { kind: 'truncated' }],
      ['cut off', lines.slice(0, -1), { kind: 'truncated' }],
    ];
    for (const [what, tampered, finding] of tries)
      expect([what, (await checked(tampered)).findings]).toEqual([
        what,
        expect.arrayContaining([expect.objectContaining(finding)]),
      ]);
    const { code, output } = await verified(edited);
    expect([code, output]).toEqual([1, expect.stringContaining('altered: The entry at position 5 was altered')]);
  });

  it('publishes its signed heads where no database reaches, and goes on from them', async () => {
    const published = await eventually(() => lastStored(system.stack.nats, 'AUDIT', 'lockkeeper.audit.credentials'), {
      what: 'a signed head is in the stream AUDIT',
      // One a minute, at the most.
      deadlineMs: 180_000,
    });
    const file = join(system.directory, 'heads');
    await writeFile(file, `${published}\n`);
    const lines = await exported(system.admin);
    expect(await verified(lines, '--heads', file)).toMatchObject({ code: 0 });
    const at = lines[2]!;
    const part = await exported(system.admin, `?after=${at.position}`);
    expect(part[1]).toMatchObject({ position: at.position + 1 });
    expect((await checked(part)).findings).toEqual([]);
  });

  it('can’t be changed or emptied by whoever speaks as the workspace, nor by a slip of who owns its tables', async () => {
    for (const table of ['audit_log', 'audit_chain']) {
      const column = table === 'audit_log' ? 'actor' : 'hash';
      const tries = [`UPDATE ${table} SET ${column} = 'x'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`];
      for (const statement of tries) {
        await expect(rowsOf(database(), statement)).rejects.toThrow('permission denied');
        await expect(rowsOf(owners()[0]!, statement)).rejects.toThrow('append-only');
      }
    }
  });
});
