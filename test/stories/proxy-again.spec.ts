import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallDesk } from '../support/call-desk.js';

describe('calls through the proxy', () => {
  let desk: CallDesk;
  beforeAll(async () => {
    desk = await CallDesk.start();
  });
  beforeEach(() => desk.reset());
  afterAll(() => desk?.stop());

  it('are answered and refused the same again as the first time', async () => {
    const { door } = await desk.held();
    desk.api.answers({ status: 200, headers: { etag: '"e"', 'x-frame-options': 'SAMEORIGIN' }, body: 'x' });
    const seen = async (path: string, headers: Record<string, string>) => {
      const answer = await desk.pass(door, path, { headers: { 'x-request-id': 'told-by-the-caller', ...headers } });
      const lasting = [...answer.headers].filter(([name]) => name !== 'date');
      return { status: answer.status, headers: Object.fromEntries(lasting), text: await answer.text() };
    };
    for (const [path, headers] of [
      ['me?a=b', {}],
      ['%2e%2e/me', {}],
      ['me', { 'lockkeeper-deadline-seconds': 'soon' }],
      ['me', { 'lockkeeper-base-url': 'https://example.org' }],
    ] as [string, Record<string, string>][]) {
      const first = await seen(path, headers);
      expect(first.headers).toMatchObject({
        'x-request-id': 'told-by-the-caller',
        'x-content-type-options': 'nosniff',
      });
      expect(await seen(path, headers)).toEqual(first);
    }
    expect((await seen('me', {})).headers).toMatchObject({
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-store',
    });
  });
});
