import { describe, expect, it } from '@jest/globals';
import { Alarm } from './alarm.js';

const FOR_EVER_MS = 600_000;

describe('an alarm', () => {
  it('ends a sleep early', async () => {
    const alarm = new Alarm();
    const slept = alarm.sleep(FOR_EVER_MS);
    alarm.ring();
    await slept;
  });

  it('that rings while nobody sleeps shortens the next sleep, and that one only', async () => {
    const alarm = new Alarm();
    alarm.ring();
    alarm.ring();
    await alarm.sleep(FOR_EVER_MS);
    let woke = false;
    const second = alarm.sleep(FOR_EVER_MS).then(() => (woke = true));
    await Promise.resolve();
    expect(woke).toBe(false);
    alarm.ring();
    await second;
  });

  it('ends by itself when the time is over', async () => {
    await new Alarm().sleep(1);
  });
});
