import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../test/support/failure.js';
import { ScriptedServer } from '../../../test/support/scripted-server.js';
import type { AddressLookup } from './connector.js';
import { AnswerTooLarge, EgressTimeout, EgressUnreachable } from './egress.errors.js';
import type { EgressError } from './egress.errors.js';
import { Egress } from './egress.js';
import type { EgressOptions } from './egress.js';

let server: ScriptedServer;
const opened: Egress[] = [];

const egress = (options: EgressOptions = {}) => {
  const made = new Egress({ allowedNetworks: ['127.0.0.1/32'], timeoutMs: 5_000, ...options });
  opened.push(made);
  return made;
};

beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
afterAll(() => server.close());

describe('Egress gives up', () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => silent.close(resolve)));

  it('D023 on a server that drips its answer (slow-loris), at the total deadline', async () => {
    server.answers((response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const error = await failureOf<EgressError>(egress({ timeoutMs: 300 }).fetch(server.url));
    expect(error).toBeInstanceOf(EgressTimeout);
    expect(error).toMatchObject({ phase: 'total', sent: true, owner: 'network', code: 'egress_timeout' });
  });

  it('on a server that takes the request and says nothing', async () => {
    server.answers(() => undefined);
    const error = await failureOf<EgressError>(egress({ silenceTimeoutMs: 200 }).fetch(server.url));
    expect(error).toMatchObject({ phase: 'headers', sent: true });
  });

  it('on a server that stops half-way', async () => {
    server.answers((response) => response.writeHead(200).write('half'));
    const error = await failureOf<EgressError>(egress({ silenceTimeoutMs: 200 }).fetch(server.url));
    expect(error).toMatchObject({ phase: 'body', sent: true });
  });

  it('on a connection without TLS, knowing that nothing was sent', async () => {
    const { port } = silent.address() as AddressInfo;
    const error = await failureOf<EgressError>(egress({ connectTimeoutMs: 200 }).fetch(`https://127.0.0.1:${port}/`));
    expect(error).toMatchObject({ phase: 'connect', sent: false });
  });

  it('at a deadline before there is a connection, and sends nothing afterwards', async () => {
    server.answers({ body: 'reached' });
    const answered: (() => void)[] = [];
    const slowLookup: AddressLookup = (...[, , callback]) =>
      void answered.push(() => callback(null, [{ address: '127.0.0.1', family: 4 }]));
    const late = egress({ lookup: slowLookup });
    const error = await failureOf<EgressError>(late.fetch(`http://late.example:${server.port}/`, { timeoutMs: 50 }));
    expect(error).toMatchObject({ phase: 'connect', sent: false });
    answered.forEach((answer) => answer());
    await late.close();
    expect(server.requests).toHaveLength(0);
  });

  it('never later than the whole installation’s deadline', async () => {
    server.answers(() => undefined);
    const error = await failureOf<EgressError>(egress({ timeoutMs: 100 }).fetch(server.url, { timeoutMs: 60_000 }));
    expect(error).toMatchObject({ phase: 'total' });
  });
});

describe('Egress reports', () => {
  it('D023 a body that is too large, announced or not, without reading it all', async () => {
    let written = 0;
    const flood = (announced: boolean) => (response: ServerResponse) => {
      response.writeHead(200, announced ? { 'content-length': String(100 * 1024 * 1024) } : {});
      const part = Buffer.alloc(64 * 1024, 'x');
      const more = () => {
        while (!response.destroyed && written < 100 * 1024 * 1024) {
          written += part.length;
          if (!response.write(part)) return void response.once('drain', more);
        }
      };
      more();
    };
    for (const announced of [true, false]) {
      written = 0;
      server.answers(flood(announced));
      const error = await failureOf<EgressError>(egress({ maxResponseBytes: 100_000 }).fetch(server.url));
      expect(error).toBeInstanceOf(AnswerTooLarge);
      expect(error).toMatchObject({ sent: true, owner: 'provider', code: 'egress_answer_too_large' });
      expect(written).toBeLessThan(50 * 1024 * 1024);
    }
  });

  it('a name without an address, and a port without a server: nothing was sent', async () => {
    const nowhere: AddressLookup = (...[hostname, , callback]) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), []);
    expect(await failureOf<EgressError>(egress({ lookup: nowhere }).fetch('https://no.example/'))).toMatchObject({
      breakage: 'dns',
      sent: false,
    });
    const { port } = await freePort();
    expect(await failureOf<EgressError>(egress().fetch(`http://127.0.0.1:${port}/`))).toMatchObject({
      breakage: 'connect',
      sent: false,
    });
  });

  it('a connection that breaks after the request: it may have been acted upon', async () => {
    server.answers((response) => response.destroy());
    const error = await failureOf<EgressError>(egress().fetch(server.url, { method: 'POST', body: 'x' }));
    expect(error).toBeInstanceOf(EgressUnreachable);
    expect(error).toMatchObject({ breakage: 'connection_lost', sent: true });
    expect(server.requests).toHaveLength(1);
  });

  it('an answer that is no HTTP, without what was in it', async () => {
    server.answers((response) => response.socket!.end('HTTP/1.1 200 OK\r\nContent-Length: s3cret\r\n\r\ns3cret'));
    const error = await failureOf<EgressError>(egress().fetch(server.url));
    expect(error).toMatchObject({ breakage: 'connection_lost', sent: true });
    expect(inspect(error, { depth: 10 })).not.toContain('s3cret');
  });

  it('every failure with its cause, and no secret of the request', async () => {
    server.answers((response) => response.destroy());
    const error = await failureOf<EgressError>(
      egress().fetch(`${server.url}/?token=s3cret`, { headers: { authorization: 'Bearer s3cret' } }),
    );
    expect(error.cause).toBeInstanceOf(Error);
    expect(`${error.detail} ${error.hint} ${JSON.stringify(error)}`).not.toContain('s3cret');
  });
});

async function freePort(): Promise<AddressInfo> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return address;
}
