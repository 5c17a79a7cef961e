import { describe, expect, it } from '@jest/globals';
import { JsonLogger } from './json-logger.js';
import { runInContext } from './request-context.js';

function printed(work: (logger: JsonLogger) => void): string {
  const lines: string[] = [];
  work(new JsonLogger('credentials', 'info', { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

describe('JsonLogger', () => {
  it('prints one JSON line with the workspace, the time and what was listed', () => {
    const line = JSON.parse(
      printed((logger) => logger.log({ event: 'token_rotated', connectionId: 'c1' }, 'rotation')),
    ) as object;
    expect(line).toMatchObject({
      level: 'info',
      workspace: 'credentials',
      context: 'rotation',
      event: 'token_rotated',
      connectionId: 'c1',
    });
  });

  it('carries the request id and actor without being told', () => {
    const context = { requestId: 'r1', actor: 'key:1', sourceAddress: null };
    expect(printed((logger) => runInContext(context, () => logger.log({ event: 'x' })))).toContain(
      '"requestId":"r1","actor":"key:1"',
    );
  });

  it('prints nothing of an error but what is known to be harmless', () => {
    const cause = Object.assign(new Error('the cause'), { body: 'canary' });
    const error = Object.assign(new Error('it failed', { cause }), {
      code: '23505',
      query: 'canary',
      parameters: ['canary'],
    });
    const text = printed((logger) => logger.error({ event: 'x', err: error }));
    expect(text).toMatch(/it failed.*23505.*the cause/s);
    expect(text).not.toContain('canary');
  });

  it('has each line on its way at once, and does nothing for one that its level leaves out', () => {
    const done: string[] = [];
    const sink = { write: () => done.push('written'), flushSync: () => void done.push('flushed') };
    const logger = new JsonLogger('credentials', 'info', sink);
    logger.debug({ event: 'x' });
    expect(done).toEqual([]);
    logger.log({ event: 'x' });
    expect(done).toEqual(['written', 'flushed']);
  });

  it('blots out what should never have been listed', () => {
    expect(
      printed((logger) => logger.log({ accessToken: 'canary', nested: { refreshToken: 'canary' } })),
    ).not.toContain('canary');
  });
});
