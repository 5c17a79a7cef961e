import { describe, expect, it } from '@jest/globals';
import { plannedDeliveries } from './notice-channels.js';

describe('plannedDeliveries', () => {
  const all = {
    channels: ['email', 'webhook', 'event'],
    mailAddress: 'a@b.de',
    mailIsSetUp: true,
    hasWebhook: true,
  } as const;

  it('goes every way that is wanted', () => {
    expect(plannedDeliveries(all).map(({ status }) => status)).toEqual(['pending', 'pending', 'delivered']);
  });

  it('tells what is missing for a way that can’t be gone', () => {
    expect(plannedDeliveries({ ...all, mailIsSetUp: false })[0]).toMatchObject({
      status: 'skipped',
      problem: expect.stringContaining('SMTP'),
    });
    expect(plannedDeliveries({ ...all, mailAddress: null })[0]).toMatchObject({
      problem: expect.stringContaining('notify'),
    });
    expect(plannedDeliveries({ ...all, hasWebhook: false })[1]).toMatchObject({ status: 'skipped' });
  });
});
