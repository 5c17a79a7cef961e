import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { MASK } from './mask.js';
import { maskPieces } from './pieces.js';

const KEY = 'sk_live_51H8xQvT2mZr4WkL9pYbN';

describe('pieces of a secret', () => {
  it.each([
    ['its end', `Key ending in …${KEY.slice(-8)} is not valid`, `Key ending in ${MASK} is not valid`],
    ['its beginning', 'sk_live_51H… is wrong', `${MASK} is wrong`],
    ['both of them, in one word', `No key ${KEY.slice(0, 9)}...${KEY.slice(-4)}.`, `No key ${MASK}`],
    ['what was cut off', `key=${KEY.slice(0, 20)} in the header`, `${MASK} in the header`],
    ['in capital letters', `UNKNOWN ${KEY.slice(4, 14).toUpperCase()}`, `UNKNOWN ${MASK}`],
    ['the whole of it', `No ${KEY}, sorry`, `No ${MASK}, sorry`],
    ['a piece in Base64', `Bad ${Buffer.from(KEY.slice(0, 12)).toString('base64')}`, `Bad ${MASK}`],
    ['twice', `${KEY.slice(0, 8)} or ${KEY.slice(1, 9)}`, `${MASK} or ${MASK}`],
  ])('is masked with the word around it: %s', (_what, text, told) => {
    expect(maskPieces(text, [KEY])).toBe(told);
  });

  it.each([
    ['percent-encoding', encodeURIComponent],
    ['a form', (text: string) => new URLSearchParams({ key: text }).toString()],
    ['JSON', (text: string) => JSON.stringify(text)],
    ['HTML', (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')],
    ['Base64 behind a user name', (text: string) => Buffer.from(`ada:${text}:x`).toString('base64')],
    ['Base64 for URLs', (text: string) => Buffer.from(`ad:${text}`).toString('base64url')],
  ])('are masked in %s, whole and cut off', (_where, encoded) => {
    const secret = '"p<4&ß:5~?/ü+q>7}{\\=';
    const written = encoded(secret);
    const masked = maskPieces(`a ${written} b ${written.slice(0, -6)}`, [secret]);
    expect(masked.replace(/^a (\S*) b (\S*)$/, '$1 $2')).not.toMatch(/[^*=&"\s]{8}/);
    expect(masked).toMatch(/^a \S+ b \S+$/);
  });

  it('are as short as half of a short secret, and never less than five characters', () => {
    expect(maskPieces('hunter is no key', ['hunter2hunt'])).toBe(`${MASK} is no key`);
    expect(maskPieces('the crest of s3cret and s3cre', ['s3cret'])).toBe(`the crest of ${MASK} and ${MASK}`);
    expect(maskPieces('abc abcd', ['abcd', ''])).toBe(`abc ${MASK}`);
  });

  it('are no shorter than eight characters of a long one, so that words stay readable', () => {
    const text = 'invalid_client: this client’s secret has ended';
    expect(maskPieces(text, ['the-client-and-its-secret-0123456789'])).toBe(text);
    expect(maskPieces('a client', ['the-client-and-its-secret-0123456789'], 5)).toBe(`a ${MASK}`);
  });

  it('take a piece that goes over several words with all of them', () => {
    expect(maskPieces('it is “correct horse” and more', ['correct horse battery staple'])).toBe(
      `it is ${MASK} and more`,
    );
  });

  it('are found wherever comparing each with each finds them, and nothing else is masked', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'c', ' '), maxLength: 60 });
    const secret = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 16, maxLength: 30 });
    const told = (said: string, known: string) =>
      said.split(' ').map((word) => {
        const pieces = Array.from({ length: Math.max(0, word.length - 7) }, (_, from) => word.slice(from, from + 8));
        return pieces.some((piece) => known.includes(piece.toLowerCase())) ? MASK : word;
      });
    const property = fc.property(text, secret, (said, known) => {
      fc.pre(!said.includes(known));
      expect(maskPieces(said, [known])).toBe(told(said, known).join(' '));
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('are looked for in time that grows with the text, and not with its square', () => {
    const secrets = Object.freeze([KEY.repeat(100)]);
    const fastest = (words: number): number => {
      const text = `${KEY.slice(1, 9)} `.repeat(words);
      const times = Array.from({ length: 7 }, () => {
        const begun = performance.now();
        expect(maskPieces(text, secrets)).not.toContain(KEY.slice(1, 9));
        return performance.now() - begun;
      });
      return Math.min(...times);
    };
    fastest(500);
    expect(fastest(10_000)).toBeLessThan(80 * fastest(500));
  });
});
