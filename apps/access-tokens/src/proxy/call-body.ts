import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { LockkeeperError } from '@lockkeeper/doors';
import { CallBodyBroken, CallBodyTooLarge } from './proxy.errors.js';

/** Bodies up to this size are held until the call is answered, so that they can be sent a second time. */
const HELD_BODY_BYTES = 256 * 1024;

/** What a call sends. */
export interface CallBody {
  /** Whether it can be sent once more. */
  again: boolean;
  /** Null where it isn't known before it ends. */
  bytes: number | null;
  open(): Uint8Array | Readable | undefined;
}

export const NO_BODY: CallBody = { again: true, bytes: null, open: () => undefined };

export const heldBody = (bytes: Uint8Array): CallBody => ({ again: true, bytes: bytes.length, open: () => bytes });

/** RFC 9112 section 6.3, of the methods whose bodies mean something (RFC 9110 section 9.3). */
export function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/**
 * A caller's body: held if it says that it is small, else passed on as it comes.
 * @throws CallBodyTooLarge, CallBodyBroken
 */
export async function readCallBody(source: IncomingMessage, limitBytes: number): Promise<CallBody> {
  const length = source.headers['content-length'];
  const bytes = length === undefined ? null : Number(length);
  if (bytes !== null && bytes > limitBytes) throw new CallBodyTooLarge(limitBytes);
  if (bytes !== null && bytes <= HELD_BODY_BYTES) return heldBody(await whole(source));
  return { again: false, bytes, open: () => bounded(source, limitBytes) };
}

async function whole(source: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new CallBodyBroken(error);
  }
  return Buffer.concat(chunks);
}

/**
 * Piped, not pipelined: when the API answers before it has read all, its end of the pipe is destroyed, and the caller's connection must
 * not be destroyed with it, for the answer goes there. What is left of the body is read and dropped.
 */
function bounded(source: IncomingMessage, limitBytes: number): Readable {
  let size = 0;
  const body = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      size += chunk.length;
      if (size > limitBytes) done(new CallBodyTooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  const broken = (error?: Error): void => {
    if (!source.readableEnded) body.destroy(error instanceof LockkeeperError ? error : new CallBodyBroken(error));
  };
  source.once('error', broken).once('close', broken);
  // Whoever sends it hears of its end; afterwards nobody does, and an unheard error would end the process.
  body.on('error', () => undefined);
  body.once('close', () => {
    source.unpipe(body);
    source.resume();
  });
  return source.pipe(body);
}
