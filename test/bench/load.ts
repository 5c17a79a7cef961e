import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { AnswerReader } from './answer-reader.js';
import { quantile } from './measurement.js';

export interface Load {
  baseUrl: string;
  /** Asked one after the other, round and round, over all connections. */
  paths: readonly string[];
  headers?: Record<string, string>;
  connections: number;
  seconds: number;
}

export interface Throughput {
  /** Answered, a second. */
  rate: number;
  /** Milliseconds from the request to the end of its answer. */
  p50: number;
  p99: number;
}

/**
 * Keep-alive connections that ask the next thing as soon as they are answered. Of its own, and not by a library: what it takes to ask and to
 * read an answer has to be small beside what it takes to give one, or it is the asking that is measured. Requests are made beforehand.
 * @throws unless every single answer is a 2xx
 */
export async function loaded({ baseUrl, paths, connections, seconds, headers = {} }: Load): Promise<Throughput> {
  const { hostname, port, host } = new URL(baseUrl);
  const fields = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const requests = paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\n${fields.join('')}\r\n`, 'latin1'));
  const sockets = Array.from({ length: connections }, () => connect({ host: hostname, port: Number(port) }));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const took: number[] = [];
  let next = Math.floor(Math.random() * requests.length);
  const nextRequest = (): Buffer => requests[(next += 1) % requests.length]!;
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  try {
    await Promise.all(sockets.map((socket) => asking(socket, { nextRequest, endAt, took })));
  } finally {
    sockets.forEach((socket) => socket.destroy());
  }
  if (took.length === 0) throw new Error(`${baseUrl} answered nothing`);
  const tookSeconds = (performance.now() - startedAt) / 1000;
  return { rate: took.length / tookSeconds, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

interface Turn {
  nextRequest: () => Buffer;
  /** Of `performance.now()`: the last request is sent before it. */
  endAt: number;
  /** Milliseconds of each answer. */
  took: number[];
}

/** Until the end of the answer to the last request. */
function asking(socket: Socket, { nextRequest, endAt, took }: Turn): Promise<void> {
  return new Promise((resolve, reject) => {
    let askedAt = 0;
    const ask = (): void => {
      askedAt = performance.now();
      socket.write(nextRequest());
    };
    const reader = new AnswerReader(() => {
      const now = performance.now();
      took.push(now - askedAt);
      if (now < endAt) ask();
      else resolve();
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.take(chunk);
      } catch (error) {
        reject(error as Error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The connection was closed before the answer was whole.')));
    ask();
  });
}
