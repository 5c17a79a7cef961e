import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';
import { couldBeKey, drawKeyText } from './key-text.js';

const DOCUMENT = resolve(import.meta.dirname, '..', '..', '..', 'docs', 'secret-scanning.md');

/** The patterns of the document's table, as a scanner would take them over. */
function patterns(): Record<string, RegExp> {
  const rows = readFileSync(DOCUMENT, 'utf8').matchAll(/^\| `([^`]+)`\s*\|[^|]*\| `([^`]+)`\s*\|/gm);
  return Object.fromEntries([...rows].map(([, name, pattern]) => [name, new RegExp(pattern!)]));
}

describe('the text of a key', () => {
  it.each(['lkc_', 'lkt_'] as const)('begins with %s, ends with a checksum, and is never the same', (prefix) => {
    const keys = Array.from({ length: 200 }, () => drawKeyText(prefix));
    expect(new Set(keys).size).toBe(200);
    for (const key of keys) {
      expect(key).toMatch(new RegExp(`^${prefix}[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$`));
      expect(couldBeKey(key, prefix)).toBe(true);
    }
  });

  it('with any one character changed is none', () => {
    const key = drawKeyText('lkt_');
    for (let at = 0; at < key.length; at += 1) {
      const other = key[at] === 'x' ? 'y' : 'x';
      expect([at, couldBeKey(key.slice(0, at) + other + key.slice(at + 1), 'lkt_')]).toEqual([at, false]);
    }
  });

  it('from before there were checksums could still be one', () => {
    expect(couldBeKey(drawKeyText('lkc_').slice(0, 47), 'lkc_')).toBe(true);
    expect(couldBeKey(drawKeyText('lkc_').slice(0, 48), 'lkc_')).toBe(false);
  });

  it('is found by the patterns that are written down for scanners, as everything else that is secret', () => {
    const keys = { k1: Buffer.alloc(32, 1).toString('base64url') };
    const sealed = (['lks1', 'lks2'] as const).map((format) =>
      KeyRing.fromFile({ writing: 'k1', format, keys }, 'credentials').seal('x', { table: 't', id: '1', column: 'c' }),
    );
    const found = patterns();
    expect(Object.keys(found)).toEqual(['lkc_', 'lkt_', 'lks2.', 'whsec_', 'whsk_']);
    expect(`key: "${drawKeyText('lkc_')}"`).toMatch(found['lkc_']!);
    expect(`key: "${drawKeyText('lkt_').slice(0, 47)}"`).toMatch(found['lkt_']!);
    for (const text of sealed) expect(text).toMatch(found['lks2.']!);
    expect('lkc_too-short and lks2.k1.short').not.toMatch(found['lkc_']!);
  });
});
