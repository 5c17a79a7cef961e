import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';
import { FileKeyWrapping } from './key-wrapping.js';

const base64url = (): string => randomBytes(32).toString('base64url');
const place = { table: 'connections', id: '1', column: 'refresh_token' };
const ringOf = async (wrapping: FileKeyWrapping, key: Buffer, id = 'k1'): Promise<string> =>
  JSON.stringify({ writing: id, keys: { [id]: { wrappedBy: 'file', ciphertext: await wrapping.wrap(key, id) } } });

describe('a ring whose keys are wrapped', () => {
  const wrapping = FileKeyWrapping.parse(base64url());
  const key = randomBytes(32);

  it('seals and opens as with the key itself', async () => {
    const ring = await KeyRing.load(await ringOf(wrapping, key), 'credentials', wrapping);
    const open = KeyRing.fromFile({ writing: 'k1', keys: { k1: key.toString('base64url') } }, 'credentials');
    expect(open.open(ring.seal('x', place), place).reveal()).toBe('x');
  });

  it('may hold open keys beside them', async () => {
    const { keys } = JSON.parse(await ringOf(wrapping, key)) as { keys: object };
    const ring = await KeyRing.load(
      JSON.stringify({ writing: 'k0', keys: { k0: base64url(), ...keys } }),
      'credentials',
      wrapping,
    );
    expect(ring.keyIds).toEqual(['k0', 'k1']);
  });

  it('shows nothing of them', async () => {
    expect(await ringOf(wrapping, key)).not.toContain(key.toString('base64url'));
  });

  it('is refused by the key’s id where nothing can open it, or another key wrapped it', async () => {
    const text = await ringOf(wrapping, key);
    await expect(KeyRing.load(text, 'credentials', null)).rejects.toThrow('key `k1` is wrapped by `file`');
    expect(() => KeyRing.parse(text, 'credentials')).toThrow('key `k1`');
    await expect(KeyRing.load(text, 'credentials', FileKeyWrapping.parse(base64url()))).rejects.toThrow(
      'key `k1` was not wrapped',
    );
  });

  it('does not take one wrapped key for another', async () => {
    const { keys } = JSON.parse(await ringOf(wrapping, key)) as { keys: { k1: object } };
    const moved = JSON.stringify({ writing: 'k2', keys: { k2: keys.k1 } });
    await expect(KeyRing.load(moved, 'credentials', wrapping)).rejects.toThrow('key `k2` was not wrapped');
  });

  it.each(['', 'AAAA', '%'])('refuses %j as wrapped key', async (ciphertext) => {
    const text = JSON.stringify({ writing: 'k1', keys: { k1: { wrappedBy: 'file', ciphertext } } });
    await expect(KeyRing.load(text, 'credentials', wrapping)).rejects.toMatchObject({ code: 'key_ring_invalid' });
  });
});
