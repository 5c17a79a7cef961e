import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type ApiAnswer, type ApiClient, succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { type Connected, Desk, tokenPath } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { MailServer, type ReceivedMail } from '../support/mail-server.js';
import { Provider } from '../support/provider.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

interface NoticeView {
  id: string;
  cause: string;
  state: string;
  closedBecause: string | null;
  deliveries: { channel: string; status: string; problem: string | null; attempts: number }[];
}
interface HeldNotice {
  id: string;
  state: string;
  sentAt: string | null;
  closedAt: string | null;
  channels: { channel: string; status: string }[];
}
type Reply = ApiAnswer<{ noticeId: string; created: boolean }>;

describe('G9: people are asked to reauthorize, by two replicas', () => {
  let system: System;
  let mails: MailServer;
  let provider: Provider;
  let hooks: ScriptedServer;
  let events: EventListener;
  let desk: Desk;
  beforeAll(async () => {
    [mails, provider, hooks] = await Promise.all([MailServer.start(), Provider.start(), ScriptedServer.start()]);
    const env = { ...mails.settings, CREDENTIALS_ORGANISATION_NAME: 'Example Ltd' };
    system = await System.start({ credentialsReplicas: 2, env });
    desk = new Desk(system);
    await desk.registerProvider('five', provider, { name: 'Five & Co' });
    events = await system.listenTo('five');
  });
  afterEach(() => provider.always('token', null));
  afterAll(async () => {
    await Promise.all([system?.stop(), mails?.stop(), provider?.stop(), hooks?.close()]);
  });

  let users = 0;
  const someone = (): string => `user${(users += 1)}@example.com`;
  /** On a busy machine a try may have failed, and the next one be due later than anybody waits here. */
  const mailTo = (address: string, count = 1): Promise<ReceivedMail> =>
    eventually(() => hurry().then(() => mails.to(address)[count - 1]), { what: `${address} has ${count} mails` });
  const notices = async ({ id }: Connected, query = ''): Promise<NoticeView[]> =>
    succeeded(await system.admin.get<{ items: NoticeView[] }>(`/v1/notices?connection=${id}${query}`)).items;
  const ask = ({ id }: Connected, body: object = {}): Promise<Reply> =>
    system.admin.post(`/v1/connections/${id}/notices`, body);
  const linkIn = ({ text }: ReceivedMail): string => /http:\S+\/connect\/\S+/.exec(text!)![0];
  /** Every notice that waits for another try has it now. */
  const hurry = () =>
    rowsOf(
      system.databases.credentialsDatabaseUrl,
      `UPDATE notice_deliveries SET due_at = now() WHERE lease IS NULL AND status = 'pending'`,
    );
  const dead = async (user: string): Promise<Connected> => {
    const connection = await desk.connect('five', user);
    provider.grants.withdraw('alice');
    await desk.refresh(connection);
    return connection;
  };

  it('G9 a dead grant is told by mail: service, user, why, since when, what stops working, and a link that mends it', async () => {
    const user = someone();
    const connection = await dead(user);
    const mail = await mailTo(user);
    expect(mail.subject).toBe('Please reconnect Five & Co');
    expect(mail.from?.text).toBe('"Example Ltd" <keeper@example.com>');
    const { fault } = await desk.look(connection);
    for (const said of [
      'Five & Co',
      user,
      (fault as unknown as { detail: string }).detail,
      ' UTC',
      'can’t reach it any more',
      'Example Ltd',
    ])
      expect(mail.text).toContain(said);
    expect(mail.html).toContain(`<a href="${linkIn(mail)}">`);
    expect(mail.html).toContain('Five &amp; Co');
    const notice = await eventually(async () => (await notices(connection, '&state=sent'))[0], {
      what: 'it is noted as sent',
    });
    expect(notice).toMatchObject({ cause: 'reauthorization_required', state: 'sent' });

    // Longer-lived, of one browser from its opening on, and used once.
    const browser = new Browser();
    expect((await browser.open(linkIn(mail))).status).toBe(200);
    expect((await new Browser().open(linkIn(mail))).status).toBeGreaterThanOrEqual(400);
    const page = await browser.enter(linkIn(mail));
    const end = page.forms.some(({ id }) => id === 'allow') ? await browser.submit(page, { form: 'allow' }) : page;
    expect(end.status).toBe(200);
    expect(await desk.reads(connection, 2)).toMatchObject({ connectionId: connection.id, version: 2 });
    expect(await notices(connection)).toMatchObject([{ state: 'closed', closedBecause: 'reauthorized' }]);
    expect((await new Browser().open(linkIn(mail))).status).toBeGreaterThanOrEqual(400);
  });

  it('G9 other programs ask for it too: once for each cause in a day, unless an operator forces it', async () => {
    const user = someone();
    const connection = await desk.connect('five', user);
    const consumer = await desk.consumerOf('five');
    const asked = await consumer.post<{ created: boolean }>(`${tokenPath(connection)}/notices`, {
      reason: 'New scopes.',
    });
    expect(succeeded(asked).created).toBe(true);
    const mail = await mailTo(user);
    expect(mail.text).toContain('New scopes.');
    expect(mail.text).toContain('go on for now');
    const heard = await events.hears('connection.reauthorization_required', ({ subject }) => subject === connection.id);
    expect(heard.data).toMatchObject({ reason: 'New scopes.', status: 'active' });
    expect(succeeded(await ask(connection)).created).toBe(false);
    const forced = succeeded(await ask(connection, { force: true, reason: 'Once more.' }));
    expect(forced.created).toBe(true);
    await mailTo(user, 2);
    // A death is another cause than a wish.
    provider.grants.withdraw('alice');
    await desk.refresh(connection);
    await mailTo(user, 3);
    await rowsOf(
      system.databases.credentialsDatabaseUrl,
      `UPDATE notice_deliveries SET created_at = created_at - interval '25 hours'`,
    );
    expect(succeeded(await ask(connection)).created).toBe(true);
    await mailTo(user, 4);
    expect(mails.to(user)).toHaveLength(4);
    expect(new Set((await notices(connection)).map(({ id }) => id)).size).toBe(1);
  });

  it('goes to the connection’s own address, where the user’s id is none', async () => {
    const connection = await desk.connect('five', `item-${someone().replace('@', '-')}`);
    succeeded(await ask(connection));
    const skipped = (await notices(connection))[0]!.deliveries.find(({ channel }) => channel === 'email');
    expect(skipped).toMatchObject({ status: 'skipped', problem: expect.stringContaining('notify') });
    const address = someone();
    succeeded(await system.admin.patch(`/v1/connections/${connection.id}`, { notify: address }));
    succeeded(await ask(connection, { force: true }));
    await mailTo(address);
    const wrong = await system.admin.patch(`/v1/connections/${connection.id}`, { notify: 'a@b.de\r\nBcc: c@d.de' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'input_invalid' } });
    const opened = { apiService: 'five', user: 'item-x', notify: address };
    expect(succeeded(await system.admin.post('/v1/connections', opened))).toMatchObject({ notify: address });
  });

  it('is tried again while the mail server can’t take it, and given up where it won’t', async () => {
    const [patient, unknown] = [someone(), someone()];
    const connection = await desk.connect('five', patient);
    mails.refusals.push(451, 451);
    succeeded(await ask(connection));
    await eventually(() => hurry().then(() => mails.to(patient).length === 1), { what: 'it arrives' });
    const attempts = async (): Promise<number> => (await notices(connection))[0]!.deliveries[0]!.attempts;
    await eventually(async () => (await attempts()) === 3, { what: 'three attempts are noted' });
    const other = await desk.connect('five', unknown);
    mails.refusals.push(550);
    succeeded(await ask(other));
    await eventually(async () => (await notices(other))[0]!.deliveries[0]!.status === 'failed', {
      what: 'it is given up',
    });
    expect((await notices(other))[0]!.deliveries[0]!.problem).toContain('550');
    expect((await notices(other))[0]!.state).toBe('open');
  });

  it('goes to a webhook too, signed; and only by the ways that the API service names', async () => {
    await desk.registerProvider('hooked', provider);
    hooks.answers({ status: 204 });
    const ways = { channels: ['webhook'], webhookUrl: `${hooks.url}/notices?key=of-the-url` };
    const set = succeeded(
      await system.admin.send<{ webhookSecret: string }>('PUT', '/v1/api-services/hooked/notices', { body: ways }),
    );
    const shown = await system.admin.get('/v1/api-services/hooked/notices');
    expect(shown.body).toEqual({ channels: ['webhook'], webhook: hooks.url, webhookSecret: null });
    const user = someone();
    const connection = await desk.connect('hooked', user);
    succeeded(await ask(connection, { reason: 'Please.' }));
    await eventually(() => hooks.requests.length === 1, { what: 'the webhook is told' });
    const { body, headers } = hooks.onlyRequest;
    const message = new Webhook(set.webhookSecret).verify(body, headers as Record<string, string>) as {
      data: Record<string, string>;
    };
    expect(message.data).toMatchObject({
      connectionId: connection.id,
      user,
      service: 'hooked',
      reason: 'Please.',
      link: expect.stringContaining('/connect/'),
    });
    expect(mails.to(user)).toEqual([]);
    expect(await everyRow(system.databases.credentialsDatabaseUrl)).not.toContain('of-the-url');
    expect(system.logs).not.toContain('of-the-url');
    expect(system.logs).not.toContain(message.data['link']!.split('/').at(-1));
  });

  it('is said in the words of one’s own template, checked when it is given', async () => {
    const put = (path: string, body: object) => system.admin.send('PUT', path, { body });
    const bad = await put('/v1/notice-template', { subject: 'Hi {{ password }}', text: 'no link' });
    expect(bad).toMatchObject({ status: 400, body: { code: 'input_invalid' } });
    expect(bad.text).toMatch(/password.*link/s);
    await desk.registerProvider('worded', provider, { name: 'Worded' });
    const template = {
      subject: '{{ user }}!',
      text: 'Bitte: {{ link }}',
      html: '<b>{{ service }}</b> <a href="{{ link }}">da</a>',
    };
    expect((await put('/v1/api-services/worded/notice-template', template)).status).toBe(204);
    const user = someone();
    succeeded(await ask(await desk.connect('worded', user)));
    const mail = await mailTo(user);
    expect([mail.subject, mail.text]).toEqual([`${user}!`, expect.stringMatching(/^Bitte: http/)]);
    expect(mail.html).toContain('<b>Worded</b> <a href="http');
    expect((await system.admin.delete('/v1/api-services/worded/notice-template')).status).toBe(204);
    expect((await system.admin.get('/v1/api-services/worded/notice-template')).body).toMatchObject({
      subject: 'Please reconnect {{ service }}',
    });
  });

  it('is closed, and what waits is not sent any more, once the connection is revoked', async () => {
    const user = someone();
    const connection = await desk.connect('five', user);
    mails.refusals.push(451);
    succeeded(await ask(connection));
    await eventually(async () => (await notices(connection))[0]!.deliveries[0]!.attempts === 1, {
      what: 'it was tried',
    });
    succeeded(await desk.revoke(connection));
    await eventually(async () => (await notices(connection, '&state=closed')).length === 1, { what: 'it is closed' });
    await hurry();
    expect((await notices(connection))[0]).toMatchObject({
      closedBecause: 'revoked',
      deliveries: [{ status: 'cancelled' }, {}],
    });
    expect(mails.to(user)).toEqual([]);
  });

  it('is listed in access-tokens from its opening to the consent: to consumers those of connections that they may use', async () => {
    const user = someone();
    const connection = await desk.connect('five', user);
    const consumer = await desk.consumerOf('five');
    const listed = async (client: ApiClient, state?: string) => {
      const query = `/v1/notices?connection=${connection.id}${state === undefined ? '' : `&state=${state}`}`;
      return succeeded(await client.get<{ items: HeldNotice[] }>(query)).items;
    };
    expect(await listed(consumer)).toEqual([]);
    mails.refusals.push(451);
    const { noticeId } = succeeded(
      await consumer.post<{ noticeId: string }>(`${tokenPath(connection)}/notices`, { reason: 'New scopes.' }),
    );
    const [opened] = await eventually(
      async () => ((await listed(consumer, 'open')).length > 0 ? listed(consumer, 'open') : undefined),
      { what: 'it is open' },
    );
    expect(opened).toMatchObject({ id: noticeId, apiService: 'five', user, cause: 'requested', reason: 'New scopes.' });
    expect(opened).toMatchObject({ requestedBy: expect.stringMatching(/^consumer:/), sentAt: null, closedAt: null });
    await eventually(() => hurry().then(() => mails.to(user).length === 1), { what: 'it arrives' });
    const [sent] = await eventually(
      async () => ((await listed(system.tokensAdmin, 'sent')).length > 0 ? listed(system.tokensAdmin) : undefined),
      { what: 'it is sent' },
    );
    expect(sent!.channels.map(({ channel, status }) => [channel, status])).toEqual([
      ['email', 'delivered'],
      ['event', 'delivered'],
    ]);
    const link = linkIn(mails.to(user)[0]!);
    const told = await everyRow(system.databases.accessTokensDatabaseUrl);
    expect(told).toContain(noticeId);
    expect(told).not.toContain(link.split('/').at(-1));

    const stranger = await desk.consumerOf('none');
    expect(await listed(stranger)).toEqual([]);
    await desk.consent(connection);
    await eventually(async () => (await listed(consumer, 'closed')).length === 1, { what: 'it is closed' });
    expect(await listed(consumer)).toMatchObject([{ state: 'closed', closedBecause: 'reauthorized' }]);
    const asked = events.heard.filter(
      ({ subject, type }) => subject === connection.id && type === 'connection.reauthorization_required',
    );
    expect(asked).toHaveLength(1);
  });

  it('lists notices page by page, newest first, each once', async () => {
    const page = async (query: string) =>
      succeeded(await system.tokensAdmin.get<{ items: HeldNotice[] }>(`/v1/notices?${query}`)).items;
    const all = await page('limit=1000');
    expect(all.length).toBeGreaterThan(3);
    const paged: HeldNotice[] = [];
    for (let after = ''; ; after = `&after=${paged.at(-1)!.id}`) {
      const items = await page(`limit=3${after}`);
      paged.push(...items);
      if (items.length < 3) break;
    }
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(await page('apiService=nothing-of-the-kind')).toEqual([]);
  });

  it('is sent once by two replicas, however many are asked at once', async () => {
    const connections = await Promise.all(Array.from({ length: 6 }, async () => desk.connect('five', someone())));
    await Promise.all(connections.flatMap((connection) => [ask(connection), ask(connection)]));
    await Promise.all(connections.map(({ user }) => mailTo(user)));
    for (const connection of connections) {
      const [email, event] = await eventually(
        async () => {
          const [notice] = await notices(connection);
          return notice!.deliveries[0]!.status === 'delivered' && notice!.deliveries;
        },
        { what: 'it is noted as delivered' },
      );
      expect([email, event]).toMatchObject([{ channel: 'email', attempts: 1 }, { channel: 'event' }]);
      expect(mails.to(connection.user)).toHaveLength(1);
    }
  });
});
