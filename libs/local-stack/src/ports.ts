import { randomInt } from 'node:crypto';
import { createServer, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const LOOPBACK = '127.0.0.1';

/** Below those that Linux draws for outgoing connections (from 32768 on): else any of them could take a port before its server is up. */
const DRAWN_FROM = { first: 15_000, end: 23_000 };
/** To the port beside each, on which whoever drew it listens for as long as it lives: so nobody else here draws the same, whether its server is up or not. */
const TO_ITS_CLAIM = 8_500;

/**
 * A TCP port on loopback that nobody listens on now, and that no other process draws while this one lives. A program that draws none may
 * still take it: whoever uses it must be ready to choose again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(DRAWN_FROM.first, DRAWN_FROM.end);
    if ((await claims(port + TO_ITS_CLAIM)) && (await isPortFree(port))) return port;
  }
}

function claims(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const claim = createServer((socket) => socket.destroy()).unref();
    claim.once('error', () => resolve(false)).listen(port, LOOPBACK, () => resolve(true));
  });
}

export function isPortFree(port: number, host: string = LOOPBACK): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** The first bytes that a server says by itself, or null if it doesn't take connections or stays silent. */
export function greeting(port: number, timeoutMs = 1000): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const settle = (text: string | null): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(timeoutMs, () => settle(null));
    socket.once('error', () => settle(null)).once('close', () => settle(null));
    socket.once('data', (bytes) => settle(bytes.toString('latin1')));
    socket.connect(port, LOOPBACK);
  });
}

/** Asks again and again until the answer is true. @returns false once the deadline passed */
export async function becomesTrue(ask: () => Promise<boolean> | boolean, deadlineMs: number): Promise<boolean> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    if (await ask()) return true;
    if (Date.now() >= deadline) return false;
    await delay(25);
  }
}

/** The same port as before if it is free, or soon is: a killed server's children may hold it for a moment. Else another one. */
export async function samePortIfFree(port: number, patienceMs = 3000): Promise<number> {
  return (await becomesTrue(() => isPortFree(port), patienceMs)) ? port : freePort();
}
