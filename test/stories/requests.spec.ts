import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallDesk } from '../support/call-desk.js';

describe('POST /v1/requests', () => {
  let desk: CallDesk;
  beforeAll(async () => {
    desk = await CallDesk.start();
  });
  beforeEach(() => desk.reset());
  afterAll(() => desk?.stop());

  describe('in one JSON', () => {
    it('P3 send and answer', async () => {
      const connection = await desk.held();
      desk.api.answers({ status: 404, headers: { 'x-told': 'a' }, body: { error: 'none' } });
      const { status, body, headers } = await desk.request(connection, {
        method: 'POST',
        url: `${desk.api.url}/v1/notes?x=1`,
        headers: { 'X-Mine': '1' },
        json: { text: '{{ user }}' },
      });
      expect([status, body]).toEqual([
        200,
        {
          status: 404,
          headers: expect.objectContaining({ 'x-told': 'a' }),
          body: { error: 'none' },
          encoding: 'json',
          found: null,
          attempts: 1,
          tokenVersion: 1,
        },
      ]);
      expect(headers.get('lockkeeper-token-version')).toBe('1');
      expect(desk.api.onlyRequest).toMatchObject({
        method: 'POST',
        url: '/v1/notes?x=1',
        body: '{"text":"{{ user }}"}',
      });
      expect(desk.api.onlyRequest.headers).toMatchObject({ 'content-type': 'application/json', 'x-mine': '1' });
    });

    it('P4 find a key, or what a JSONPath says, in the answer', async () => {
      const connection = await desk.held();
      const text = '{"b":{"deep":[{"id":7}]},"1":{"id":8},"items":[{"id":null},{"id":"x"}]}';
      desk.api.answers({ headers: { 'content-type': 'application/json' }, body: text });
      const found = async (how: object) => (await desk.request(connection, { url: '/me', ...how })).body.found;
      expect(await found({ find: 'id' })).toBe(7);
      expect(await found({ find: 'nowhere' })).toBeNull();
      expect(await found({ jsonPath: '$.items[1].id' })).toBe('x');
      expect(await found({ jsonPath: '$.items[*].id' })).toEqual([null, 'x']);
      expect(await found({ jsonPath: '$.nowhere' })).toBeNull();
      expect(await found({ jsonPath: '$.b.deep[?@.id > 6]' })).toEqual([{ id: 7 }]);
    });

    it('P4 give up a JSONPath that takes too long, and go on for everybody else', async () => {
      const connection = await desk.held();
      desk.api.answers({
        headers: { 'content-type': 'application/json' },
        body: { items: [{ a: `${'a'.repeat(40)}!` }] },
      });
      const endless = desk.request(connection, { url: '/me', jsonPath: "$.items[?match(@.a, '(a+)+')]" });
      expect((await desk.request(connection, { url: '/me', find: 'a' })).status).toBe(200);
      expect((await endless).body).toMatchObject({ status: 400, code: 'json_path_too_costly' });
    });

    it('refuse what contradicts itself before anything is called', async () => {
      const connection = await desk.held();
      const wrong = [
        { json: 1, body: 'x', method: 'POST' },
        { find: 'a', jsonPath: '$' },
        { body: 'x' },
        { method: 'TRACE' },
        { jsonPath: '$.a[' },
        { jsonPath: 'a.b' },
        { headers: { a: 1 } },
        { deadlineSeconds: 0 },
      ];
      for (const body of wrong) {
        expect([body, (await desk.request(connection, { url: '/me', ...body })).status]).toEqual([body, 400]);
      }
      expect(desk.api.requests).toHaveLength(0);
    });

    it('tell text, bytes and nothing apart', async () => {
      const connection = await desk.held();
      const told = async () => (await desk.request(connection, { url: '/me' })).body;
      desk.api.answers({ headers: { 'content-type': 'application/json' }, body: '{broken' });
      expect(await told()).toMatchObject({ body: '{broken', encoding: 'text' });
      desk.api.answers((response) => void response.end(Buffer.from([0xff, 0xfe])));
      expect(await told()).toMatchObject({ body: '//4=', encoding: 'base64' });
      desk.api.answers({ status: 204 });
      expect(await told()).toMatchObject({ status: 204, body: null });
    });

    it('refuse an answer that is larger than a JSON should be', async () => {
      const connection = await desk.held();
      desk.api.answers({ body: 'x'.repeat(6_000_000) });
      expect((await desk.request(connection, { url: '/me' })).body).toMatchObject({
        status: 502,
        code: 'answer_too_large',
      });
    });
  });
});
