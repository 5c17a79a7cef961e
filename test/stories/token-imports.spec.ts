import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { Desk } from '../support/desk.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface ImportView {
  dryRun: boolean;
  lines: { line: number; user: string; outcome: string; problems: string[]; connectionId: string | null }[];
}

/** Tokens that were obtained elsewhere. */
describe('importing tokens', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    desk = new Desk(system);
    await desk.registerProvider('elsewhere', provider);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const post = (body: object, query = '') => system.admin.post<ImportView>(`/v1/api-services/import${query}`, body);

  const rows = () => [
    {
      apiService: 'elsewhere',
      user: 'ada',
      accessToken: 'at-canary-ada',
      refreshToken: 'rt-canary-ada',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      scope: 'read',
    },
    { apiService: 'elsewhere', user: 'bob', accessToken: 'at-canary-bob' },
    { apiService: 'nowhere', user: 'eve', accessToken: 'at-canary-eve' },
    { apiService: 'elsewhere', user: 'dan', accessToken: 'at-canary-dan', expiresAt: '2001-01-01T00:00:00Z' },
    { apiService: 'elsewhere', user: 'ada', accessToken: 'at-canary-ada2', pasword: 'x' },
  ];
  const count = async () =>
    (await rowsOf<{ n: string }>(system.databases.credentialsDatabaseUrl, `SELECT count(*) AS n FROM connections`))[0]!
      .n;

  it('tokens: a dry run says line by line what would happen, does nothing, and repeats no secret', async () => {
    const before = await count();
    const dry = await post({ tokens: rows() }, '?dryRun=true');
    expect(succeeded(dry).lines.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'connected'],
      [2, 'connected'],
      [3, 'refused'],
      [4, 'refused'],
      [5, 'refused'],
    ]);
    expect(dry.body.lines[3]!.problems).toEqual(['has expired, and there is no refresh token']);
    expect(dry.text).not.toContain('canary');
    expect(await count()).toBe(before);
  });

  it('tokens: all or none, where that is asked for', async () => {
    const before = await count();
    const none = succeeded(await post({ tokens: rows() }, '?transaction=all'));
    expect(none.lines.filter(({ connectionId }) => connectionId !== null)).toEqual([]);
    expect(await count()).toBe(before);
  });

  it('tokens: each good line becomes a connection that is read and refreshed like any other', async () => {
    const imported = await post({ tokens: rows() });
    const [ada] = succeeded(imported).lines;
    expect(imported.text).not.toContain('canary');
    const connection = { id: ada!.connectionId!, apiService: 'elsewhere', user: 'ada' };
    expect(await desk.reads(connection, 1)).toMatchObject({ accessToken: 'at-canary-ada', scope: 'read' });
    expect((await desk.timeline(connection))[0]).toMatchObject({ event: 'imported' });
    provider.next('token', answers.answer(200, { access_token: 'at-next', token_type: 'Bearer', expires_in: 3600 }));
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    expect(provider.tokenRequests('refresh_token').at(-1)!.form['refresh_token']).toBe('rt-canary-ada');
    const again = succeeded(await post({ tokens: rows().slice(0, 1) }));
    expect(again.lines[0]).toMatchObject({
      outcome: 'refused',
      problems: [expect.stringContaining('is there with version 2')],
    });
  });

  it('tokens: a line that is wrong is told with it, and stops no other one', async () => {
    const shop = { label: 'Shop', example: 'one', pattern: '[a-z]+' };
    await desk.registerManifest('asking', provider, { fields: { shop } });
    await desk.registerManifest('machine', provider, { grant: 'client_credentials', authorize: {} });
    const expiresAt = (value: unknown, more: object = {}) => ({
      apiService: 'elsewhere',
      user: `odd-${String(value)}`,
      accessToken: 'at-canary-odd',
      refreshToken: 'rt-canary-odd',
      expiresAt: value,
      ...more,
    });
    const problems = succeeded(
      await post({
        tokens: [
          expiresAt('2026-02-30T00:00:00Z'),
          expiresAt('2026-01-31'),
          expiresAt(1_999_999_999_000),
          expiresAt('2001-01-01T00:00:00Z', { refreshToken: null }),
          { apiService: 'asking', user: 'zoe', accessToken: 'at-canary-zoe' },
          { apiService: 'machine', user: 'zoe', accessToken: 'at-canary-zoe' },
          { apiService: 'elsewhere', user: 'ze\u0000ro', accessToken: 'at-canary-zero' },
          { apiService: 'elsewhere', user: 'last', accessToken: 'at-canary-last' },
        ],
      }),
    ).lines.map(({ problems: [problem] }) => problem);
    expect(problems).toEqual([
      ...Array<unknown>(3).fill(expect.stringContaining('neither an ISO 8601 moment with its time zone')),
      'has expired, and there is no refresh token',
      expect.stringContaining('asks for values (shop): make the connection by POST /v1/connections'),
      expect.stringContaining('gets its tokens by itself (client_credentials)'),
      expect.stringContaining('user must be a text'),
      undefined,
    ]);
    const opened = { apiService: 'asking', user: 'zoe', params: { shop: 'one' } };
    succeeded(await system.admin.post('/v1/connections', opened));
    const { lines } = succeeded(
      await post({ tokens: [{ apiService: 'asking', user: 'zoe', accessToken: 'at-canary-zoe' }] }),
    );
    expect(lines).toMatchObject([{ outcome: 'reconnected' }]);
  });

  it('tokens: as CSV from a spreadsheet, with semicolons, carriage returns, empty lines and empty columns', async () => {
    const csv = `\uFEFFuser;apiService;accessToken;refreshToken;scope;expiresAt\r\n\r\n dora ;elsewhere;at-canary-dora;;;\r\n`;
    const { lines } = succeeded(await post({ csv }));
    expect(lines).toMatchObject([{ user: 'dora', outcome: 'connected' }]);
  });

  it.each([
    [
      'no line of names',
      'elsewhere,ada,at-canary-9,rt-canary-9',
      /column 1, 2, 3, 4 .*lacks apiService, user, accessToken/,
    ],
    ['a name twice', 'apiService,user,accessToken,user\nelsewhere,a,at-canary-9,b', /column 4/],
    ['a name that is missing', 'apiService,user\nelsewhere,a', /lacks accessToken/],
    ['nothing but names', 'apiService,user,accessToken\n', /there is nothing to import/],
  ])('tokens: CSV with %s is refused as a whole, and repeats nothing of it', async (_what, csv, said) => {
    const refused = await post({ csv });
    expect([refused.status, refused.text]).toEqual([400, expect.stringMatching(said)]);
    expect(refused.text).not.toContain('canary');
  });

  it('tokens: ten thousand lines are taken in one request, with a word on each; more are refused', async () => {
    const line = (count: number) =>
      `elsewhere,many-${count},at-${'x'.repeat(200)}-${count},rt-${'y'.repeat(100)}-${count}`;
    const csv = (count: number) =>
      ['apiService,user,accessToken,refreshToken', ...Array.from({ length: count }, (_, at) => line(at))].join('\n');
    const { lines } = succeeded(await post({ csv: csv(10_000) }, '?dryRun=true'));
    expect(lines.filter(({ outcome }) => outcome === 'connected')).toHaveLength(10_000);
    const tooMany = await post({ csv: csv(10_001) }, '?dryRun=true');
    expect([tooMany.status, tooMany.text]).toEqual([400, expect.stringContaining('import it in parts')]);
  });

  it('tokens: as CSV, with quotes and a byte order mark; what is no CSV is told by its line', async () => {
    const csv = `\uFEFFapiService,user,accessToken,refreshToken,expiresAt,scope\nelsewhere,"carl, jr","at-canary-""csv""",,1999999999,"a b"\n`;
    const { lines } = succeeded(await post({ csv }));
    expect(lines).toMatchObject([{ line: 1, outcome: 'connected' }]);
    const connection = { id: lines[0]!.connectionId!, apiService: 'elsewhere', user: 'carl, jr' };
    expect(await desk.reads(connection, 1)).toMatchObject({ accessToken: 'at-canary-"csv"', scope: 'a b' });
    const broken = await post({ csv: 'apiService,user,accessToken\nelsewhere,"at-canary-broken' });
    expect([broken.status, broken.text]).toEqual([400, expect.stringContaining('is no CSV')]);
    expect(broken.text).not.toContain('canary');
    const raw = await fetch(`${system.credentialsUrl}/v1/api-services/import?dryRun=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.keys.credentialsAdmin}`, 'content-type': 'text/csv' },
      body: csv,
    });
    expect(await raw.json()).toMatchObject({ dryRun: true, lines: [{ outcome: 'refused' }] });
  });
});
