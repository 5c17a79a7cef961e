import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.js';
import { failureOf } from '../../../test/support/failure.js';
import { ScriptedServer } from '../../../test/support/scripted-server.js';
import { EgressRefused, EgressUnreachable } from './egress.errors.js';
import type { EgressError } from './egress.errors.js';
import { Egress } from './egress.js';
import type { EgressOptions } from './egress.js';
import type { AddressLookup } from './connector.js';

const LOOPBACK = ['127.0.0.1/32'];
const CA_FILE = fileURLToPath(new URL('../../../test/support/tls/ca.pem', import.meta.url));

let server: ScriptedServer;
let tlsServer: ScriptedServer;
const opened: Egress[] = [];

const egress = (options: EgressOptions = {}) => {
  const made = new Egress({ allowedNetworks: LOOPBACK, timeoutMs: 5_000, ...options });
  opened.push(made);
  return made;
};

/** A lookup that gives these addresses, one list per question, the last one from then on. */
const resolving = (...turns: string[][]): AddressLookup & { asked: number } => {
  const lookup: AddressLookup & { asked: number } = Object.assign(
    (...[, , callback]: Parameters<AddressLookup>) => {
      const addresses = turns[Math.min(lookup.asked++, turns.length - 1)]!;
      setImmediate(() =>
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
      );
    },
    { asked: 0 },
  );
  return lookup;
};

beforeAll(async () => {
  [server, tlsServer] = await Promise.all([ScriptedServer.start(), ScriptedServer.start({ tls: true })]);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
afterAll(async () => {
  await Promise.all([server.close(), tlsServer.close()]);
});

describe('Egress passes through', () => {
  it('what comes, and ends its connection without the stack of an error that nobody is told', async () => {
    const written: unknown[] = [];
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (error) => {
      written.push((error as NodeJS.ErrnoException).code);
      return String(error);
    };
    try {
      server.answers({ status: 200, body: 'fine' });
      expect((await egress().fetch(server.url)).status).toBe(200);
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
    expect(written).not.toContain('UND_ERR_INFO');
  });

  it('method, path, query, headers and body, and hands the answer over', async () => {
    server.answers({ status: 201, headers: { 'X-One': 'a', 'content-type': 'text/plain' }, body: 'grüße' });
    const answer = await egress().fetch(`${server.url}/a/b?c=d%20e`, {
      method: 'PATCH',
      headers: { 'X-In': '1' },
      body: 'ü',
    });
    expect(server.onlyRequest).toMatchObject({ method: 'PATCH', url: '/a/b?c=d%20e', body: 'ü' });
    expect(server.onlyRequest.headers).toMatchObject({
      'x-in': '1',
      'user-agent': 'Lockkeeper',
      'accept-encoding': 'identity',
    });
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'x-one': 'a', 'content-type': 'text/plain' },
      body: 'grüße',
    });
    expect(answer.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('a caller’s own User-Agent instead of ours', async () => {
    server.answers({ body: 'ok' });
    await egress().fetch(server.url, { headers: { 'User-Agent': 'mine' } });
    expect(server.onlyRequest.headers['user-agent']).toBe('mine');
  });

  it.each([301, 302, 303, 307, 308])('D023 a %i as it is, without following it', async (status) => {
    server.answers({ status, headers: { location: `${server.url}/elsewhere` } });
    const answer = await egress().fetch(server.url, { method: 'POST', body: 'secret=1' });
    expect(answer).toMatchObject({ status, headers: { location: `${server.url}/elsewhere` } });
    expect(server.requests).toHaveLength(1);
  });

  it('no connection of one request to the next, unless both may use the same', async () => {
    server.answers({ body: 'ok' });
    const one = egress();
    for (const keptConnection of [undefined, undefined, true, true, true])
      await one.fetch(server.url, { keptConnection });
    expect(server.requests.map(({ headers }) => headers.connection)).toEqual([
      ...['close', 'close'],
      ...['keep-alive', 'keep-alive', 'keep-alive'],
    ]);
    // The pool may open another one while the last answer is just being handed over, but no third.
    const ports = server.requests.map(({ clientPort }) => clientPort);
    expect(new Set(ports.slice(0, 3)).size).toBe(3);
    expect(new Set(ports.slice(2)).size).toBeLessThan(3);
  });

  it('no connection that was idle for too long', async () => {
    server.answers({ body: 'ok' });
    const one = egress({ keptIdleMs: 50 });
    await one.fetch(server.url, { keptConnection: true });
    const { clientPort } = server.requests[0]!;
    await eventually(async () => (await server.connections) === 0, {
      what: 'the kept connection is ended from this side',
    });
    await one.fetch(server.url, { keptConnection: true });
    expect(server.requests[1]!.clientPort).not.toBe(clientPort);
  });

  it('an interim answer before the real one', async () => {
    server.answers((response) => {
      response.writeProcessing();
      response.end('done');
    });
    expect(await egress().fetch(server.url)).toMatchObject({ status: 200, body: 'done' });
  });
});

describe('Egress refuses, before a byte is sent,', () => {
  const refusal = async (url: string, options: EgressOptions = {}) => {
    server.answers({ body: 'reached' });
    const error = await failureOf<EgressError>(egress({ allowedNetworks: [], ...options }).fetch(url));
    expect(error).toBeInstanceOf(EgressRefused);
    expect(error).toMatchObject({ sent: false, owner: 'configuration', code: 'egress_refused' });
    expect(server.requests).toHaveLength(0);
    return error as EgressRefused;
  };

  it.each([
    ['127.0.0.1', 'loopback'],
    ['[::1]', 'loopback'],
    ['[::ffff:127.0.0.1]', 'loopback'],
    ['[::ffff:7f00:1]', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['0', 'unspecified'],
    ['169.254.169.254', 'linkLocal'],
    ['2130706433', 'loopback'],
    ['0x7f000001', 'loopback'],
    ['0177.0.0.1', 'loopback'],
    ['127.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['[fd00::1]', 'uniqueLocal'],
    ['[fd00:ec2::254]', 'uniqueLocal'],
    ['[fe80::1]', 'linkLocal'],
    ['[64:ff9b::a9fe:a9fe]', 'rfc6052'],
    ['[2002:7f00:1::]', '6to4'],
    ['[::]', 'unspecified'],
    ['100.100.100.200', 'carrierGradeNat'],
  ])('https://%s, naming its class', async (host, addressClass) => {
    const error = await refusal(`https://${host}:${server.port}/`);
    expect(error).toMatchObject({ reason: 'address', addressClass });
    expect(error.detail).toContain(addressClass);
    expect(error.hint).toContain('EGRESS_ALLOWED_NETWORKS');
  });

  it('a name that leads to a private address', async () => {
    const error = await refusal('https://api.example.com/', { lookup: resolving(['127.0.0.1']) });
    expect(error).toMatchObject({ reason: 'address', addressClass: 'loopback' });
    expect(error.detail).toContain('api.example.com (127.0.0.1)');
  });

  it('a name that leads home at the second look (DNS rebinding)', async () => {
    const lookup = resolving(['127.0.0.1'], ['127.0.0.2']);
    const rebound = egress({ lookup });
    server.answers({ body: 'ok' });
    expect((await rebound.fetch(`http://rebind.example:${server.port}/`)).body).toBe('ok');
    const error = await failureOf<EgressError>(rebound.fetch(`http://rebind.example:${server.port}/`));
    expect(error).toMatchObject({ reason: 'address', sent: false });
    expect(error.detail).toContain('127.0.0.2');
    expect([lookup.asked, server.requests.length]).toEqual([2, 1]);
  });

  it('plain http to a public address, by name or by number', async () => {
    expect(await refusal('http://8.8.8.8/')).toMatchObject({ reason: 'scheme' });
    expect(await refusal('http://api.example.com/', { lookup: resolving(['8.8.8.8']) })).toMatchObject({
      reason: 'scheme',
    });
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,x', 'gopher://127.0.0.1/'])(
    '%s',
    async (url) => {
      expect(await refusal(url)).toMatchObject({ reason: 'scheme' });
    },
  );

  it.each([22, 25, 465, 6000, 6667])('port %i, in whatever network: it belongs to another protocol', async (port) => {
    const allowedNetworks = ['127.0.0.0/8'];
    for (const host of ['example.com', '127.0.0.1'])
      expect(await refusal(`https://${host}:${port}/`, { allowedNetworks })).toMatchObject({ reason: 'port' });
  });

  it.each(['https://user@example.com/', 'https://user:pass@example.com/', 'https://:pass@example.com/'])(
    '%s',
    async (url) => {
      const error = await refusal(url);
      expect(error.reason).toBe('userinfo');
      expect(JSON.stringify(error) + error.detail).not.toContain('pass@');
    },
  );

  it('what is no URL, without repeating it', async () => {
    const error = await refusal('/v1?token=abc');
    expect(error).toMatchObject({ reason: 'url' });
    expect(error.detail).not.toContain('abc');
  });

  it.each(['Host', 'Transfer-Encoding', 'connection', 'Content-Length', 'Proxy-Authorization', 'Upgrade'])(
    'a %s header of the caller',
    async (name) => {
      server.answers({ body: 'reached' });
      expect(await failureOf<EgressError>(egress().fetch(server.url, { headers: { [name]: 'x' } }))).toMatchObject({
        reason: 'header',
        sent: false,
      });
      expect(server.requests).toHaveLength(0);
    },
  );

  it('a header value with a line break, and methods that tunnel', async () => {
    server.answers({ body: 'reached' });
    const split = await failureOf<EgressError>(egress().fetch(server.url, { headers: { 'x-a': 'b\r\nx-c: d' } }));
    expect(split).toMatchObject({ reason: 'header', sent: false });
    expect(await failureOf<EgressError>(egress().fetch(server.url, { method: 'CONNECT' }))).toMatchObject({
      reason: 'method',
      sent: false,
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe('Egress admits', () => {
  it('plain http, any port and odd spellings of a host within the named networks', async () => {
    server.answers({ body: 'ok' });
    const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'];
    const answers = await Promise.all(hosts.map((host) => egress().fetch(`http://${host}:${server.port}/`)));
    expect(answers.map(({ body }) => body)).toEqual(hosts.map(() => 'ok'));
  });

  it('of a name’s addresses only those that may be called', async () => {
    server.answers({ body: 'ok' });
    const lookup = resolving(['10.0.0.1', 'fe80::1', '127.0.0.1']);
    expect((await egress({ lookup }).fetch(`http://mixed.example:${server.port}/`)).body).toBe('ok');
  });
});

describe('Egress and TLS', () => {
  it('D019 refuses a certificate of an unknown authority, even if the environment says not to check', async () => {
    tlsServer.answers({ body: 'reached' });
    // Node reads the real environment, of which a Jest test's own `process.env` is a copy.
    const environment = (runInThisContext('process') as NodeJS.Process).env;
    environment.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const error = await failureOf<EgressError>(egress().fetch(tlsServer.url));
      expect(error).toBeInstanceOf(EgressUnreachable);
      expect(error).toMatchObject({ breakage: 'tls', sent: false });
      expect(error.hint).toContain('CA file');
    } finally {
      delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(tlsServer.requests).toHaveLength(0);
  });

  it('D019 trusts a private authority whose file is given, for the names in its certificate only', async () => {
    tlsServer.answers({ body: 'ok' });
    const trusting = egress({ caFile: CA_FILE, lookup: resolving(['127.0.0.1']) });
    expect((await trusting.fetch(`https://localhost:${tlsServer.port}/`)).body).toBe('ok');
    const error = await failureOf<EgressError>(trusting.fetch(`https://other.example:${tlsServer.port}/`));
    expect(error).toMatchObject({ breakage: 'tls', sent: false });
  });
});
