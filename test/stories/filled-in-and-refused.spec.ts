import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { Browser, type Page } from '../support/browser.js';
import { Desk } from '../support/desk.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

const PASSWORD = 'canary-0123456789';
const PIECE = PASSWORD.slice(0, 6);

interface TracedStep {
  status: number | null;
  answerBody: string;
  answerHeaders: Record<string, string>;
}

/** The page of a generic connection, after the test of what was filled in failed. */
describe('what was filled in and refused', () => {
  let system: System;
  let desk: Desk;
  let api: ScriptedServer;

  beforeAll(async () => {
    [system, api] = await Promise.all([System.start({ accessTokensReplicas: 0 }), ScriptedServer.start()]);
    desk = new Desk(system);
    await register('paired', api.url);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), api?.close()]);
  });

  async function register(slug: string, base: string): Promise<void> {
    const manifest = {
      manifest: 1,
      kind: 'generic',
      fields: { user: { label: 'User' }, password: { label: 'Password', sensitive: true } },
      use: { basic: { user: '<User>', password: '<Password>' }, baseUrls: [base] },
      test: { request: { url: `${base}/me` }, shows: [{ at: '/id', present: true }] },
    };
    succeeded(await system.admin.post('/v1/api-services', { slug, name: slug, kind: 'generic', manifest }));
  }

  async function fillIn(slug: string, language = 'en'): Promise<Page> {
    const browser = new Browser(undefined, language);
    const page = await browser.open(await desk.link(await desk.open(slug)));
    return browser.submit(page, { form: 'continue', fields: { user: 'ada', password: PASSWORD } });
  }

  function keepsAllButSecrets(page: Page): void {
    expect(page.status).toBe(422);
    expect(page.forms[0]!.fields).toEqual({ user: 'ada', password: '' });
    expect(page.body).not.toContain(PIECE);
  }

  it.each([
    {
      language: 'en',
      status: 401,
      why: 'does not know this key',
      words: 'paired answered 401: “No *** for <ada>, ***”',
    },
    {
      language: 'de',
      status: 403,
      why: 'erlaubt aber nicht',
      words: 'paired hat mit 403 geantwortet: „No *** for <ada>, ***“',
    },
    { language: 'es', status: 404, why: 'nada con ese nombre', words: 'paired respondió 404: «No *** for <ada>, ***»' },
    {
      language: 'fr',
      status: 429,
      why: 'a reçu trop de demandes',
      words: 'paired a répondu 429 : « No *** for <ada>, *** »',
    },
    {
      language: 'pt',
      status: 422,
      why: 'não aceita estes dados',
      words: 'paired respondeu 422: “No *** for <ada>, ***”',
    },
    {
      language: 'ja',
      status: 503,
      why: '側で問題が起きています',
      words: 'paired の応答：503 「No *** for <ada>, ***」',
    },
    { language: 'zh', status: 200, why: '没有给出预期的响应', words: 'paired 的响应：200 “No *** for <ada>, ***”' },
  ])('F1 is explained in $language after a $status, without a secret', async ({ language, status, why, words }) => {
    api.answers({ status, body: { error: { message: `No ${PASSWORD} for <ada>, ${PIECE}...` } } });
    const page = await fillIn('paired', language);
    expect(page.text).toContain(why);
    expect(page.text).toContain(words);
    expect(page.body).not.toContain('<ada>');
    keepsAllButSecrets(page);
  });

  it.each([
    { slug: 'nowhere', base: () => 'https://nowhere.invalid', why: 'The address of nowhere was not found.' },
    { slug: 'broken', base: () => api.url, why: 'broken could not be reached.' },
    { slug: 'inside', base: () => 'https://169.254.169.254', why: 'inside can’t be called like this.' },
  ])('F1 is explained where no answer came: $slug', async ({ slug, base, why }) => {
    await register(slug, base());
    api.answers((response) => response.destroy());
    const page = await fillIn(slug);
    expect(page.text).toContain(why);
    keepsAllButSecrets(page);
  });

  it('F1 is told to operators in the API’s own words, too: by the test of a connection, and in its timeline', async () => {
    const connection = await desk.open('paired');
    const browser = new Browser();
    const page = await browser.open(await desk.link(connection));
    const refusal = { status: 401, body: { error: { message: `No ${PASSWORD} for <ada>, ${PIECE}...` } } };
    api.answers(refusal);
    const fields = { user: 'ada', password: PASSWORD };
    const again = await browser.submit(page, { form: 'continue', fields });
    const words = 'The API answered 401. It says: “No *** for <ada>, ***”';
    expect((await desk.tells(connection, 'authorization_failed')).detail).toContain(words);
    api.answers({ status: 200, body: { id: 1 } });
    expect((await browser.submit(again, { form: 'continue', fields })).status).toBe(200);

    api.answers(refusal);
    const tested = await system.admin.post<{ ok: boolean; detail: string }>(`/v1/connections/${connection.id}/test`);
    expect(succeeded(tested)).toMatchObject({ ok: false, detail: words });
    expect(await desk.tells(connection, 'test_failed')).toMatchObject({ detail: words });
    expect(tested.text).not.toContain(PIECE);
  });

  it('F1 no piece of it stands in the trace of a test, in whatever form the API repeats it', async () => {
    const connection = await desk.open('paired');
    const browser = new Browser();
    const page = await browser.open(await desk.link(connection));
    const basic = Buffer.from(`ada:${PASSWORD}`).toString('base64');
    const message = `Key …${PASSWORD.slice(-8)}, ${PASSWORD.slice(0, 9)}…, ${basic.slice(0, 16)}… of <ada> is wrong`;
    const challenge = `Basic realm="${PASSWORD.slice(2, 12)}"`;
    api.answers({ status: 401, headers: { 'www-authenticate': challenge }, body: { error: { message } } });
    await browser.submit(page, { form: 'continue', fields: { user: 'ada', password: PASSWORD } });

    const timeline = await system.admin.get<{ items: { steps: TracedStep[] }[] }>(
      `/v1/connections/${connection.id}/timeline`,
    );
    const step = succeeded(timeline)
      .items.flatMap(({ steps }) => steps)
      .find(({ status }) => status === 401)!;
    expect(JSON.parse(step.answerBody)).toEqual({ error: { message: 'Key *** *** *** of <ada> is wrong' } });
    expect(step.answerHeaders['www-authenticate']).toBe('Basic ***');
    expect(timeline.text).not.toContain(PASSWORD.slice(-8));
    expect(timeline.text).not.toContain(basic.slice(4, 16));
  });
});
