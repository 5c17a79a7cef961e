import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

const DECODERS = { gzip: gunzipSync, 'x-gzip': gunzipSync, br: brotliDecompressSync, deflate: inflateSync } as const;

/**
 * A few bytes without their Content-Encoding (RFC 9110 section 8.4), to be looked at here.
 * Throws a RangeError where they would grow beyond the limit, and an Error for an encoding that isn't known or not kept.
 */
export function uncompressed(bytes: Buffer, encoding: string | undefined, mostBytes: number): Buffer {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return bytes;
  if (!Object.hasOwn(DECODERS, name)) throw new Error('an encoding that is not known here');
  return DECODERS[name as keyof typeof DECODERS](bytes, { maxOutputLength: mostBytes });
}
