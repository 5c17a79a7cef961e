import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedRequest } from './provider.js';

/** One request, before it is answered. */
export interface Exchange {
  request: RecordedRequest;
  response: ServerResponse;
  /** What the provider does of itself: it may be called before misbehaving, so that the request has had its effect. */
  behave(): Answer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** How a request is answered. Returns an answer to be sent, or nothing if it dealt with the response itself. */
export type Behaviour = (exchange: Exchange) => Answer | null | Promise<Answer | null>;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** A fixed answer: a JSON value, or text with its type. */
export const answer =
  (status: number, body: unknown, headers?: Record<string, string>): Behaviour =>
  () =>
    json(status, body, headers);

/** RFC 6749 section 5.2. */
export const oauthError = (error: string, status = 400): Behaviour =>
  answer(status, { error, error_description: `the provider says ${error}` });

export const tooMany = (retryAfterSeconds: number): Behaviour =>
  answer(429, { error: 'slow_down' }, { 'retry-after': String(retryAfterSeconds) });

export const unavailable = (retryAfterSeconds?: number): Behaviour =>
  answer(
    503,
    { error: 'temporarily_unavailable' },
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );

/** What a proxy in front of a provider says. */
export const htmlPage =
  (status: number): Behaviour =>
  () => ({ status, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Oops</title><h1>Oops</h1>' });

export const empty =
  (status: number): Behaviour =>
  () => ({ status });

export const redirect =
  (status: number, location: string): Behaviour =>
  () => ({ status, headers: { location } });

/** More than anybody should read: a stream of so many bytes. */
export const huge =
  (bytes: number): Behaviour =>
  async ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(64 * 1024, ' ');
    for (let sent = 0; sent < bytes && !response.destroyed; sent += chunk.length) {
      if (!response.write(chunk)) await Promise.race([drained(response), closed(response)]);
    }
    response.end();
    return null;
  };

/** Takes the request and never answers. */
export const hang: Behaviour = async ({ response }) => {
  await closed(response);
  return null;
};

/** A byte a second, for ever. */
export const drip: Behaviour = async ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  while (!response.destroyed) {
    response.write(' ');
    await Promise.race([delay(1000), closed(response)]);
  }
  return null;
};

/** Reads the request and closes the connection; nothing was done. */
export const closeConnection: Behaviour = ({ response }) => {
  response.destroy();
  return null;
};

/** Does what was asked for, and closes the connection instead of telling: a rotated token that nobody received. */
export const actAndCloseConnection: Behaviour = (exchange) => {
  exchange.behave();
  exchange.response.destroy();
  return null;
};

/** Does what was asked for, late. */
export const slowly =
  (ms: number, then: Behaviour = ({ behave }) => behave()): Behaviour =>
  async (exchange) => {
    await Promise.race([delay(ms), closed(exchange.response)]);
    return then(exchange);
  };

/** Until the test says `release()`. */
export interface Gate {
  behaviour: Behaviour;
  reached: Promise<void>;
  release(): void;
}

/** Waits for a word from the test before it does what was asked for. */
export function held(then: Behaviour = ({ behave }) => behave()): Gate {
  const [reached, released] = [signal(), signal()];
  const behaviour: Behaviour = async (exchange) => {
    reached.give();
    await Promise.race([released.given, closed(exchange.response)]);
    return then(exchange);
  };
  return { behaviour, reached: reached.given, release: released.give };
}

/** Does what was asked for at once, and keeps the answer back. */
export function actedAndHeld(): Gate & { withheld(): Record<string, string> } {
  let usual: Answer | null = null;
  const gate = held(() => usual);
  const behaviour: Behaviour = (exchange) => {
    usual = exchange.behave();
    return gate.behaviour(exchange);
  };
  const withheld = () => JSON.parse(usual!.body!) as Record<string, string>;
  return { ...gate, behaviour, withheld };
}

/** The usual answer with some members of its JSON changed; `undefined` takes one out. */
export const withMembers =
  (changes: Record<string, unknown>): Behaviour =>
  ({ behave }) => {
    const usual = behave();
    return { ...usual, body: JSON.stringify({ ...(JSON.parse(usual.body ?? '{}') as object), ...changes }) };
  };

const closed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => (response.destroyed ? resolve() : response.once('close', () => resolve())));
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => response.once('drain', () => resolve()));

function signal(): { given: Promise<void>; give(): void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}
