import { describe, expect, it } from '@jest/globals';
import { FailedRounds } from './failed-rounds.js';

describe('rounds that fail', () => {
  function listening() {
    const told: string[] = [];
    const tell = ({ event, tick, times }: { event: string; tick: string; times: number }): void => {
      told.push(`${event} ${tick} ${times}`);
    };
    return { told, rounds: new FailedRounds({ error: tell, log: tell }) };
  }

  it('are told when it begins and when it is over, not each time', () => {
    const { told, rounds } = listening();
    rounds.succeeded('rotation');
    for (let time = 0; time < 50; time += 1) rounds.failed('rotation', new Error('no disk'));
    rounds.succeeded('rotation');
    rounds.succeeded('rotation');
    expect(told).toEqual(['tick_failed rotation 1', 'tick_recovered rotation 50']);
  });

  it('are told again where the reason is another one, each kind of work by itself', () => {
    const { told, rounds } = listening();
    rounds.failed('rotation', new Error('no disk'));
    rounds.failed('notices', new Error('no disk'));
    rounds.failed('rotation', new Error('no database'));
    rounds.failed('rotation', new Error('no database'));
    expect(told).toEqual(['tick_failed rotation 1', 'tick_failed notices 1', 'tick_failed rotation 2']);
  });
});
