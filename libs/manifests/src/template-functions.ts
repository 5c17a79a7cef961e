import { createHash, createHmac } from 'node:crypto';

interface TemplateFunction {
  /** Fewest and most arguments. */
  arity: [number, number];
  apply: (args: string[]) => string;
}

const hash = (algorithm: string): TemplateFunction => ({
  arity: [1, 1],
  apply: ([text = '']) => createHash(algorithm).update(text).digest('hex'),
});

/** All that a template may do with its values: pure text functions, hashes in lower-case hex. */
export const TEMPLATE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  base64: { arity: [1, 1], apply: ([text = '']) => Buffer.from(text).toString('base64') },
  base64url: { arity: [1, 1], apply: ([text = '']) => Buffer.from(text).toString('base64url') },
  sha256: hash('sha256'),
  // Broken as a hash, and still what some providers sign their requests with.
  md5: hash('md5'),
  hmac_sha256: {
    arity: [2, 2],
    apply: ([key = '', text = '']) => createHmac('sha256', key).update(text).digest('hex'),
  },
  url_encode: { arity: [1, 1], apply: ([text = '']) => encodeURIComponent(text) },
  slice: {
    arity: [2, 3],
    apply: ([text = '', from, to]) => text.slice(Number(from), to === undefined ? undefined : Number(to)),
  },
  concat: { arity: [1, Infinity], apply: (args) => args.join('') },
};
