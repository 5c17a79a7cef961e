import { describe, expect, it } from '@jest/globals';
import { type Msg, headers } from '@nats-io/transport-node';
import { CommandContext, DEADLINE_HEADER } from './command.context.js';

const contextOf = (told?: string): CommandContext => {
  const carried = headers();
  if (told !== undefined) carried.set(DEADLINE_HEADER, told);
  return new CommandContext([{ subject: 'lockkeeper.commands.refresh', headers: carried } as Msg]);
};

describe('a command’s deadline', () => {
  it('is what the asker still waits', () => {
    expect(contextOf('5000').remainingMs).toBeLessThanOrEqual(5000);
    expect(contextOf('5000').remainingMs).toBeGreaterThan(0);
  });

  it('is thirty seconds where nothing sensible is told', () => {
    for (const told of [undefined, '', '0', '-1', 'soon', 'NaN']) {
      const { remainingMs } = contextOf(told);
      expect(remainingMs).toBeGreaterThan(5000);
      expect(remainingMs).toBeLessThanOrEqual(30_000);
    }
  });

  it('ends before NATS forgets whom to answer, however long somebody wants to wait', () => {
    expect(contextOf('86400000').remainingMs).toBeLessThanOrEqual(110_000);
  });
});
