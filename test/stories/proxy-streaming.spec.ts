import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallDesk } from '../support/call-desk.js';
import { eventually } from '../support/eventually.js';

const MEGABYTE = 1_048_576;
const HUNDRED = 100 * MEGABYTE;
/** What one such body may cost the process at most, garbage not collected yet included. All of it in memory would cost more. */
const FLAT = 80 * MEGABYTE;

/** An API that sends what it is asked for, and counts what it is sent. */
class BulkApi {
  received = 0;
  broken = 0;
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<BulkApi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const api = new BulkApi(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (incoming, response) => api.serve(incoming, response));
    return api;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(incoming: IncomingMessage, response: ServerResponse): void {
    incoming.on('error', () => undefined);
    response.on('close', () => void (this.broken += response.writableFinished ? 0 : 1));
    if (incoming.url === '/refused') {
      incoming.resume(); // a close with unread bytes would take the answer with it
      return void response.writeHead(413).end('too much');
    }
    if (incoming.method === 'GET') return void megabytes(100).pipe(response);
    incoming.on('data', (chunk: Buffer) => void (this.received += chunk.length));
    incoming.on('end', () => response.end('taken'));
  }
}

function megabytes(count: number): Readable {
  let left = count;
  return new Readable({
    read() {
      this.push(left === 0 ? null : Buffer.alloc(MEGABYTE, 'x'));
      left -= 1;
    },
  });
}

describe('bodies that are larger than memory should be', () => {
  let desk: CallDesk;
  let api: BulkApi;
  let door: string;

  beforeAll(async () => {
    api = await BulkApi.start();
    desk = await CallDesk.start({ env: { ACCESS_TOKENS_CALL_MEGABYTES: '128' } });
    ({ door } = await desk.held({ baseUrls: [api.url] }));
    await warmUp();
  });
  afterAll(async () => {
    await desk?.stop();
    await api?.stop();
  });

  /** Of the process that passes them on, as it tells itself. */
  const memory = async (): Promise<number> => {
    const text = await (await fetch(`${desk.workspace.url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]);
  };

  /** The most that it came to while this went on, above what it was before. */
  const growthDuring = async (work: Promise<unknown>): Promise<number> => {
    const before = await memory();
    let most = before;
    let done = false;
    const ended = work.finally(() => (done = true));
    while (!done) most = Math.max(most, await memory());
    await ended;
    return most - before;
  };

  const upload = (count: number, headers: Record<string, string> = {}) => {
    const { hostname, port, pathname } = new URL(door);
    const sent = request({
      ...{ hostname, port, path: `${pathname}/up`, method: 'POST', agent: false },
      headers: { authorization: `Bearer ${desk.key}`, ...headers },
    });
    // After its answer a connection may break unheard.
    sent.on('error', () => undefined);
    const answer = once(sent, 'response').then(async ([response]: IncomingMessage[]) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response!) chunks.push(chunk as Buffer);
      return { status: response!.statusCode!, text: Buffer.concat(chunks).toString() };
    });
    return { sent, answer, written: pipeline(megabytes(count), sent) };
  };

  const download = async (): Promise<number> => {
    const answer = await desk.pass(door, 'down');
    let size = 0;
    for await (const chunk of answer.body!) size += (chunk as Uint8Array).length;
    return size;
  };

  /** What is loaded and compiled at first use isn't what is measured. */
  const warmUp = async (): Promise<void> => {
    const { answer, written } = upload(5);
    await Promise.all([answer, written, download()]);
  };

  it('P3 come down: 100 MB at flat memory', async () => {
    const work = download();
    expect(await growthDuring(work)).toBeLessThan(FLAT);
    expect(await work).toBe(HUNDRED);
  });

  it.each([
    ['with their length', { 'content-length': String(HUNDRED) }],
    ['in chunks', {}],
  ])('P3 go up %s: 100 MB at flat memory', async (_, headers) => {
    api.received = 0;
    const { answer, written } = upload(100, headers as Record<string, string>);
    expect(await growthDuring(Promise.all([answer, written]))).toBeLessThan(FLAT);
    expect([await answer, api.received]).toEqual([{ status: 200, text: 'taken' }, HUNDRED]);
  });

  it('are refused over the limit, by what they say or by what they are', async () => {
    const told = upload(0, { 'content-length': String(129 * MEGABYTE) });
    told.written.catch(() => undefined);
    expect((await told.answer).status).toBe(413);
    told.sent.destroy();
    // Whoever is turned away in the middle of sending may find the connection broken before the answer is read (RFC 9112 section 9.6).
    const turnedAway = (): Promise<{ status: number; text: string }> => {
      const found = upload(140);
      found.written.catch(() => undefined);
      return found.answer;
    };
    const { status, text } = await eventually(turnedAway, { what: 'the refusal is read' });
    expect([status, JSON.parse(text)]).toEqual([413, expect.objectContaining({ code: 'body_too_large' })]);
  });

  it('are given up with a caller that goes away', async () => {
    const before = api.broken;
    const gone = new AbortController();
    const answer = await desk.pass(door, 'down', { signal: gone.signal });
    expect(answer.status).toBe(200);
    gone.abort();
    await eventually(() => api.broken > before, { what: 'the API’s connection ended too' });
    const { sent, answer: never, written } = upload(50, { 'content-length': String(HUNDRED) });
    never.catch(() => undefined);
    await written.catch(() => undefined);
    sent.destroy();
    await eventually(() => api.broken > before + 1, { what: 'the API’s connection ended too' });
    expect((await fetch(`${desk.workspace.url}/health/live`)).status).toBe(200);
  });

  it('let the API answer before it has read them', async () => {
    const answer = await desk.pass(door, 'refused', { method: 'POST', body: 'x'.repeat(3 * MEGABYTE) });
    expect([answer.status, await answer.text()]).toEqual([413, 'too much']);
  });
});
