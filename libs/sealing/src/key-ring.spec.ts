import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { KeyRing, type KeyRingFile } from './key-ring.js';
import type { SealingError } from './sealing.errors.js';
import { Secret } from './secret.js';

const key = (): string => randomBytes(32).toString('base64url');
const place = { table: 'connections', id: '1', column: 'refresh_token' };
const k1 = key();
const ringOf = (file: Partial<KeyRingFile>, workspace: 'credentials' | 'access-tokens' = 'credentials'): KeyRing =>
  KeyRing.fromFile({ writing: 'k1', format: 'lks2', keys: { k1 }, ...file }, workspace);
const ring = ringOf({});

const codeOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return (error as SealingError).code;
  }
};

describe('KeyRing', () => {
  it('opens what it sealed, in the same place', () => {
    expect(ring.open(ring.seal(new Secret('täken'), place), place).reveal()).toBe('täken');
  });

  it('seals the same value differently each time', () => {
    expect(ring.seal('x', place)).not.toBe(ring.seal('x', place));
  });

  it.each([
    ['table', { ...place, table: 'revocations' }],
    ['row', { ...place, id: '2' }],
    ['column', { ...place, column: 'access_token' }],
  ])('does not open a value that was moved to another %s', (_what, elsewhere) => {
    expect(codeOf(() => ring.open(ring.seal('x', place), elsewhere))).toBe('seal_broken');
  });

  it('does not open a value that was moved to the other workspace, even where both have the same key', () => {
    const accessTokens = ringOf({}, 'access-tokens');
    expect(codeOf(() => accessTokens.open(ring.seal('x', place), place))).toBe('seal_broken');
    expect(codeOf(() => ring.open(accessTokens.seal('x', place), place))).toBe('seal_broken');
  });

  it('opens what was sealed without the workspace in it, and seals so where its file says nothing of formats', () => {
    const held = 'lks1.k1.B6C0sSQNZJubpLb_4dEiemtWjs_dMx_7z7xvsQhV_joYig';
    const keys = { k1: Buffer.alloc(32, 1).toString('base64url') };
    expect(ringOf({ keys }).open(held, place).reveal()).toBe('täken');
    expect(codeOf(() => ringOf({ keys }).open(held, { ...place, id: '2' }))).toBe('seal_broken');
    const older = KeyRing.fromFile({ writing: 'k1', keys }, 'credentials');
    expect(older.seal('x', place)).toMatch(/^lks1\.k1\./);
    for (const one of [older, ringOf({ keys })]) {
      for (const other of [older, ringOf({ keys })]) expect(one.open(other.seal('x', place), place).reveal()).toBe('x');
    }
  });

  it('does not take a value of one format for one of the other', () => {
    const [, ...rest] = ring.seal('x', place).split('.');
    expect(codeOf(() => ring.open(['lks1', ...rest].join('.'), place))).toBe('seal_broken');
  });

  it('does not open a value of which any single bit was changed', () => {
    const [format, id, body] = ring.seal('secret', place).split('.') as [string, string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => ring.open(`${format}.${id}.${changed.toString('base64url')}`, place))).toBe('seal_broken');
    }
  });

  it.each(['', 'lks2', 'lks2.k1.', 'lks3.k1.AAAA', 'lks2.k1.AAAA', 'lks2.k1.AAAA.AAAA'])(
    'refuses %j as malformed',
    (text) => {
      expect(codeOf(() => ring.open(text, place))).toBe('seal_broken');
    },
  );

  it('opens with every key of the ring and seals with the writing one', () => {
    const both = ringOf({ writing: 'k2', keys: { k1, k2: key() } });
    expect(both.open(ring.seal('old', place), place).reveal()).toBe('old');
    expect(both.seal('new', place)).toMatch(/^lks2\.k2\./);
  });

  it('names the key that is missing', () => {
    const sealed = ringOf({ writing: 'k9', keys: { k9: key() } }).seal('x', place);
    expect(() => ring.open(sealed, place)).toThrow(/`k9`/);
  });

  it('does not open with another key under the same id', () => {
    const other = ringOf({ keys: { k1: key() } });
    expect(codeOf(() => other.open(ring.seal('x', place), place))).toBe('seal_broken');
  });

  it.each([
    ['{}', /writing key/],
    ['not json', /not JSON/],
    [JSON.stringify({ writing: 'k1', keys: { k1: 'dG9vIHNob3J0' } }), /`k1` is not 32 bytes/],
    [JSON.stringify({ writing: 'k2', keys: { k1 } }), /`k2` is not among/],
    [JSON.stringify({ writing: 'k1', format: 'lks3', keys: { k1 } }), /format is none of lks1, lks2/],
  ])('refuses the file %j without showing any of it', (file, message) => {
    expect(() => KeyRing.parse(file, 'credentials')).toThrow(message);
    expect(() => KeyRing.parse(file, 'credentials')).not.toThrow(k1);
  });

  it('gives equal fingerprints to equal secrets, and no part of the secret', () => {
    expect(ring.fingerprint(new Secret('one'))).toBe(ring.fingerprint(new Secret('one')));
    expect(ring.fingerprint(new Secret('one'))).not.toBe(ring.fingerprint(new Secret('two')));
    expect(ring.fingerprint(new Secret('one'))).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('Secret', () => {
  it('shows itself to nobody but whoever reveals it', () => {
    const secret = new Secret('swordfish');
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ a: { secret } }),
      secret + '',
    ];
    for (const text of shown) expect(text).not.toContain('swordfish');
    expect(secret.reveal()).toBe('swordfish');
  });

  it('is null where there is nothing to hide', () => {
    expect([Secret.from(null), Secret.from(undefined), Secret.from('')]).toEqual([null, null, null]);
  });
});
