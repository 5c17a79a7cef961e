import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface Item {
  connectionId: string;
  diesAt: string;
  because: string;
  cause: string;
  avoidable: boolean;
}
interface View {
  items: Item[];
  next: string | null;
  groups: { week?: string; cause?: string; connections: number }[];
}

const DAY = 86_400;

describe('The death forecast, and answers that can’t be read', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start({ credentialsReplicas: 2 }), Provider.start()]);
    desk = new Desk(system);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const forecast = async (query: string): Promise<View> =>
    succeeded(await system.admin.get<View>(`/v1/forecast?${query}`));

  describe('tells of each connection when it dies, and why', () => {
    let kept: Connected;
    let mortal: Connected;

    beforeAll(async () => {
      await desk.registerManifest('kept', provider, { lifetimes: { idleSeconds: 20 * DAY } });
      await desk.registerManifest('mortal', provider, { lifetimes: { grantSeconds: 8 * DAY } });
      kept = await desk.connect('kept');
      mortal = await desk.connect('mortal');
    });

    it('at the connection itself', async () => {
      const look = async ({ id }: Connected) => (await system.admin.get(`/v1/connections/${id}`)).body;
      expect(await look(kept)).toMatchObject({
        diesBecause: 'idle',
        because: expect.stringContaining('not refreshed'),
      });
      const { diesAt, because } = (await look(mortal)) as { diesAt: string; because: string };
      expect(Math.round((Date.parse(diesAt) - Date.now()) / (DAY * 1000))).toBe(8);
      expect(because).toMatch(/however often it is refreshed/);
    });

    it('of all: who dies first comes first, filtered, paged, and counted by week and cause', async () => {
      const all = await forecast('limit=1000');
      expect(all.items.map(({ connectionId }) => connectionId)).toEqual([mortal.id, kept.id]);
      expect(all.items.map(({ avoidable }) => avoidable)).toEqual([false, true]);
      const [first, none] = [await forecast('limit=1'), await forecast('withinDays=3')];
      const second = await forecast(`limit=1&after=${first.next}`);
      expect([first.items[0]!.connectionId, second.items[0]!.connectionId]).toEqual([mortal.id, kept.id]);
      expect(none.items).toEqual([]);
      expect((await forecast('avoidable=false')).items).toHaveLength(1);
      expect((await forecast('cause=idle&apiService=kept')).items).toHaveLength(1);
      expect((await forecast('groupBy=cause')).groups).toEqual([
        { cause: 'grant_ends', connections: 1 },
        { cause: 'idle', connections: 1 },
      ]);
      const weeks = (await forecast('groupBy=week')).groups;
      expect(weeks.every(({ week }) => new Date(`${week}T00:00:00Z`).getUTCDay() === 1)).toBe(true);
      expect((await system.admin.get('/v1/forecast?cause=boredom')).status).toBe(400);
    });

    it('and announces what nobody prevents, once, however many replicas look', async () => {
      await desk.registerManifest('soon', provider, { lifetimes: { grantSeconds: 30 * DAY + 5 } });
      const events = await system.listenTo('soon');
      const connection = await desk.connect('soon');
      const noticesOf = async ({ id }: Connected): Promise<{ cause: string; state: string }[]> => {
        const path = `/v1/notices?connection=${id}`;
        return succeeded(await system.admin.get<{ items: { cause: string; state: string }[] }>(path)).items;
      };
      await desk.registerManifest('nearly', provider, { lifetimes: { grantSeconds: 7 * DAY + 5 } });
      const nearly = await desk.connect('nearly');
      const event = await events.hears('connection.expiring', ({ subject }) => subject === connection.id);
      expect(event.data).toMatchObject({ daysAhead: 30, diesAt: expect.any(String), because: expect.any(String) });
      const told = (await desk.timeline(connection)).filter((entry) => entry.event === 'expiring');
      expect(told).toHaveLength(1);
      // A refresh doesn’t move that end, and so isn’t news.
      await desk.refresh(connection);
      await desk.reads(connection, 2);
      expect(events.heard.filter(({ type }) => type === 'connection.expiring')).toHaveLength(1);
      // A month ahead is early enough to know, and too early to be asked; a week ahead its user is asked.
      const asked = await eventually(async () => (await noticesOf(nearly)).length > 0 && noticesOf(nearly), {
        what: 'its user is asked',
      });
      expect(asked).toMatchObject([{ cause: 'expiring', requestedBy: 'forecast', state: 'open' }]);
      expect(await noticesOf(connection)).toEqual([]);
    });
  });

  describe('D133 an answer that the manifest misreads', () => {
    const refreshesWith = (token: string): number =>
      provider.tokenRequests('refresh_token').filter(({ form }) => form['refresh_token'] === token).length;

    /** The provider has rotated; its answer has the tokens where this manifest doesn’t look. */
    const moved = ({ behave }: answers.Exchange): answers.Answer => {
      const usual = behave();
      return { ...usual, body: JSON.stringify({ data: JSON.parse(usual.body!) as object }) };
    };

    it('keeps the answer, leaves the spent token alone, and applies it once the manifest was mended', async () => {
      await desk.registerManifest('moving', provider, {});
      const connection = await desk.connect('moving');
      provider.next('token', moved);
      expect(await desk.refresh(connection)).toMatchObject({
        outcome: 'failed',
        status: 'refresh_failing',
        version: 1,
      });
      const { form } = provider.tokenRequests('refresh_token').at(-1)!;
      const replay = () =>
        system.admin.post<{ outcome: string; version: number }>(`/v1/connections/${connection.id}/replay`);
      expect((await replay()).body).toMatchObject({ outcome: 'failed' });
      expect(await desk.refresh(connection)).toMatchObject({
        outcome: 'failed',
        hint: expect.stringContaining('replay'),
      });
      expect((await desk.look(connection)).fault).toMatchObject({ code: 'answer_unread' });
      expect(refreshesWith(form['refresh_token']!)).toBe(1);

      const manifest = {
        manifest: 1,
        authorize: { url: provider.address('authorize') },
        token: { url: provider.address('token') },
        answer: {
          accessToken: '/data/access_token',
          refreshToken: '/data/refresh_token',
          tokenType: '/data/token_type',
          expires: { at: '/data/expires_in' },
        },
      };
      succeeded(await system.admin.patch('/v1/api-services/moving', { manifest }));
      expect((await replay()).body).toMatchObject({ outcome: 'rotated', version: 2 });
      expect((await desk.reads(connection, 2)).version).toBe(2);
      expect(refreshesWith(form['refresh_token']!)).toBe(1);
      provider.next('token', moved);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 3 });
      expect((await replay()).body).toMatchObject({ code: 'nothing_to_replay' });
      const audit = succeeded(
        await system.admin.get<{ items: { action: string }[] }>(`/v1/audit?objectId=${connection.id}`),
      );
      expect(audit.items.map(({ action }) => action)).toContain('connection.replayed');
    });

    it('a new refresh token inside an error’s body counts as one, whatever the error says', async () => {
      await desk.registerManifest('confused', provider, {});
      const connection = await desk.connect('confused');
      provider.next('token', (exchange) => ({ ...moved(exchange), status: 400 }));
      await desk.refresh(connection);
      expect(await desk.look(connection)).toMatchObject({
        status: 'refresh_failing',
        fault: { code: 'answer_unread' },
      });
    });

    it('a page without any token in it is tried again as the manifest says, and kept all the same', async () => {
      await desk.registerManifest('paged', provider, {});
      const connection = await desk.connect('paged');
      provider.next('token', answers.htmlPage(200));
      await desk.refresh(connection);
      await eventually(async () => (await desk.look(connection)).version === 2, { what: 'it is refreshed' });
      const { status } = await system.admin.post(`/v1/connections/${connection.id}/replay`);
      expect(status).toBe(200);
      expect((await desk.look(connection)).version).toBe(2);
    });
  });
});
