import { createHash, createHmac } from 'node:crypto';

interface TemplateFunction {
  /** Fewest and most arguments. */
  arity: [number, number];
  /** What goes in can't be found again in what comes out: a secret may be its argument where the secret itself may not stand. */
  oneWay?: true;
  apply: (args: string[]) => string;
}

const hash = (algorithm: string): TemplateFunction => ({
  arity: [1, 1],
  apply: ([text = '']) => createHash(algorithm).update(text).digest('hex'),
});

const hmac = (algorithm: string): TemplateFunction => ({
  arity: [2, 2],
  oneWay: true,
  apply: ([key = '', text = '']) => createHmac(algorithm, key).update(text).digest('hex'),
});

/** All that a template may do with its values: pure text functions, hashes in lower-case hex. */
export const TEMPLATE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  base64: { arity: [1, 1], apply: ([text = '']) => Buffer.from(text).toString('base64') },
  base64url: { arity: [1, 1], apply: ([text = '']) => Buffer.from(text).toString('base64url') },
  /** Turns a hash's hexadecimal digits into Base64 of the bytes that they stand for. */
  base64_of_hex: { arity: [1, 1], apply: ([hex = '']) => Buffer.from(hex, 'hex').toString('base64') },
  sha256: hash('sha256'),
  // Broken as a hash, and still what some providers sign their requests with; so is SHA-1.
  md5: hash('md5'),
  hmac_sha1: hmac('sha1'),
  hmac_sha256: hmac('sha256'),
  hmac_sha512: hmac('sha512'),
  url_encode: { arity: [1, 1], apply: ([text = '']) => encodeURIComponent(text) },
  upper: { arity: [1, 1], apply: ([text = '']) => text.toUpperCase() },
  lower: { arity: [1, 1], apply: ([text = '']) => text.toLowerCase() },
  slice: {
    arity: [2, 3],
    apply: ([text = '', from, to]) => text.slice(Number(from), to === undefined ? undefined : Number(to)),
  },
  concat: { arity: [1, Infinity], apply: (args) => args.join('') },
  /** The first that isn't empty. */
  first_of: { arity: [2, Infinity], apply: (args) => args.find((text) => text !== '') ?? '' },
};
