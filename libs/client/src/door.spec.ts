import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.js';
import { ScriptedServer } from '../../../test/support/scripted-server.js';
import { Door } from './door.js';
import { LockkeeperUnreachable } from './errors.js';

describe('The door', () => {
  let server: ScriptedServer;
  let answersBegun = 0;
  const begun = (): void => void (answersBegun += 1);
  beforeAll(async () => {
    server = await ScriptedServer.start();
    subscribe('undici:request:headers', begun);
    setFlagsFromString('--expose-gc');
  });
  afterAll(async () => {
    unsubscribe('undici:request:headers', begun);
    await server?.close();
  });

  /** An answer that begins and never ends, and of which whatever nobody holds is gone. */
  async function stalled<T>(ask: () => Promise<T>): Promise<{ asked: Promise<T> }> {
    server.answers((response) => void response.writeHead(200).write('{'));
    const before = answersBegun;
    const asked = ask();
    asked.catch(() => undefined);
    await eventually(() => answersBegun > before, { what: 'the answer begins' });
    const collect = runInNewContext('gc') as () => void;
    for (let turns = 0; turns < 20; turns += 1) {
      await turn();
      collect();
    }
    return { asked };
  }

  it('ends with the signal also in the middle of an answer', async () => {
    const life = new AbortController();
    const reason = new Error('no more');
    const { asked } = await stalled(() => new Door(server.url, 'key').json('/', { signal: life.signal }));
    life.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  it('ends when it is late also in the middle of an answer', async () => {
    const { asked } = await stalled(() => new Door(server.url, 'key').json('/', { timeoutMs: 5000 }));
    await expect(asked).rejects.toThrow(LockkeeperUnreachable);
  });
});
