import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { succeeded } from '../support/api-client.js';
import { System } from '../support/workspaces.js';

const FROM_THE_CONSOLE = { 'x-lockkeeper-console': 'present', 'sec-fetch-site': 'same-origin' };

describe('a browser’s session', () => {
  let system: System;
  let database: pg.Client;

  beforeAll(async () => {
    system = await System.start();
    database = new pg.Client(system.databases.credentialsDatabaseUrl);
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await system?.stop();
  });

  const ask = (door: string, headers: Record<string, string>, body?: object): Promise<Response> =>
    fetch(`${system.credentialsUrl}${door.split(' ')[1]}`, {
      method: door.split(' ')[0]!,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  const signIn = (body: object): Promise<Response> => ask('POST /v1/session', FROM_THE_CONSOLE, body);
  const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;
  const signedIn = async (body: object): Promise<Record<string, string>> => {
    const answer = await signIn(body);
    expect(answer.status).toBe(201);
    return { ...FROM_THE_CONSOLE, cookie: cookieOf(answer) };
  };
  const codeOf = async (answer: Response): Promise<[number, string]> => {
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  const newKey = async (role: string): Promise<{ id: string; key: string }> =>
    succeeded(await system.admin.post<{ id: string; key: string }>('/v1/keys', { name: `${role} in a browser`, role }));
  const link = async (): Promise<string> => {
    const { url } = succeeded(await system.admin.post<{ url: string }>('/v1/session/links'));
    return new URL(url).hash.replace('#ticket=', '');
  };

  it('is a cookie that no script reads and no other site sends, and whose copy in the database opens nothing', async () => {
    const answer = await signIn({ key: system.keys.credentialsAdmin });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^lkc_session=.{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const { rows } = await database.query('SELECT hash FROM sessions');
    expect(JSON.stringify(rows)).not.toContain(cookieOf(answer).split('=')[1]);
    const stolen = { ...FROM_THE_CONSOLE, cookie: `lkc_session=${rows[0].hash}` };
    expect((await ask('GET /v1/session', stolen)).status).toBe(401);
  });

  it('may what its key may, and no more; the audit log names the key', async () => {
    const { id, key } = await newKey('operator');
    const browser = await signedIn({ key });
    expect((await ask('GET /v1/connections', browser)).status).toBe(200);
    expect(await codeOf(await ask('GET /v1/keys', browser))).toEqual([403, 'role_refused']);
    const entries = await system.admin.get<{ items: { actor: string }[] }>('/v1/audit?action=session.started');
    expect(entries.body.items[0]!.actor).toBe(`key:${id}`);
  });

  it('does nothing for a page of somebody else’s: not without the console’s header, not from another site or port', async () => {
    const { cookie } = await signedIn({ key: system.keys.credentialsAdmin });
    const forged: Record<string, string>[] = [
      { cookie: cookie! },
      { cookie: cookie!, 'x-lockkeeper-console': 'present', 'sec-fetch-site': 'same-site' },
      { cookie: cookie!, 'x-lockkeeper-console': 'present', 'sec-fetch-site': 'cross-site' },
      { cookie: cookie!, 'x-lockkeeper-console': 'present', origin: system.accessTokensUrl },
    ];
    for (const headers of forged) {
      expect(await codeOf(await ask('POST /v1/keys', headers, { name: 'x', role: 'admin' }))).toEqual([
        403,
        'request_forged',
      ]);
    }
    const strange = await ask('POST /v1/session', {}, { key: system.keys.credentialsAdmin });
    expect(strange.status).toBe(403);
    expect(strange.headers.getSetCookie()).toEqual([]);
  });

  it('counts for nothing beside a key that is refused', async () => {
    const browser = await signedIn({ key: system.keys.credentialsAdmin });
    const answer = await ask('GET /v1/keys', { ...browser, authorization: 'Bearer lkc_nothing' });
    expect(answer.status).toBe(401);
  });

  it('begins by a link once, also if two open it at the same time', async () => {
    const ticket = await link();
    const answers = await Promise.all([signIn({ ticket }), signIn({ ticket }), signIn({ ticket })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410]);
    expect(await codeOf(await signIn({ ticket }))).toEqual([410, 'sign_in_link_dead']);
  });

  it('does not begin by a link that is ten minutes old, and the link is in no log', async () => {
    const ticket = await link();
    await database.query(`UPDATE sign_in_links SET expires_at = now()`);
    expect((await signIn({ ticket })).status).toBe(410);
    expect(system.logs).not.toContain(ticket);
  });

  it('ends when nobody used it for half an hour, when it is twelve hours old, and with its key', async () => {
    const { id, key } = await newKey('auditor');
    const lives = async (browser: Record<string, string>): Promise<boolean> =>
      (await ask('GET /v1/session', browser)).ok;
    const idle = await signedIn({ key });
    await database.query(`UPDATE sessions SET seen_at = now() - interval '31 minutes' WHERE key_id = $1`, [id]);
    expect(await lives(idle)).toBe(false);
    const old = await signedIn({ key });
    await database.query(`UPDATE sessions SET ends_at = now() WHERE key_id = $1`, [id]);
    expect(await lives(old)).toBe(false);
    const withdrawn = await signedIn({ key });
    expect(await lives(withdrawn)).toBe(true);
    expect((await system.admin.delete(`/v1/keys/${id}`)).status).toBe(204);
    expect(await lives(withdrawn)).toBe(false);
  });

  it('is kept alive by a person, not by a page that only looks for news', async () => {
    const { id, key } = await newKey('auditor');
    const browser = await signedIn({ key });
    const seen = async (): Promise<number> => {
      const { rows } = await database.query(
        'SELECT extract(epoch FROM now() - seen_at)::float AS ago FROM sessions WHERE key_id = $1',
        [id],
      );
      return rows[0].ago;
    };
    await database.query(`UPDATE sessions SET seen_at = now() - interval '20 minutes' WHERE key_id = $1`, [id]);
    expect((await ask('GET /v1/session', { ...browser, 'x-lockkeeper-console': 'away' })).status).toBe(200);
    expect(await seen()).toBeGreaterThan(1000);
    expect((await ask('GET /v1/session', browser)).status).toBe(200);
    expect(await seen()).toBeLessThan(1000);
  });

  it('ends in this browser, or everywhere at once', async () => {
    const { key } = await newKey('auditor');
    const [here, there, elsewhere] = [await signedIn({ key }), await signedIn({ key }), await signedIn({ key })];
    const statuses = async (): Promise<number[]> =>
      Promise.all([here, there, elsewhere].map(async (browser) => (await ask('GET /v1/session', browser)).status));
    const out = await ask('DELETE /v1/session', here);
    expect(out.headers.getSetCookie()[0]).toMatch(/^lkc_session=; Max-Age=0/);
    expect(await statuses()).toEqual([401, 200, 200]);
    expect((await ask('DELETE /v1/sessions', there)).status).toBe(204);
    expect(await statuses()).toEqual([401, 401, 401]);
  });

  it('of one workspace is unknown to the other', async () => {
    const { cookie } = await signedIn({ key: system.keys.credentialsAdmin });
    const headers = { ...FROM_THE_CONSOLE, cookie: cookie!.replace('lkc_', 'lkt_') };
    expect((await fetch(`${system.accessTokensUrl}/v1/session`, { headers })).status).toBe(401);
  });
});
