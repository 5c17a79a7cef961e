import { compactVerify, importJWK } from 'jose';
import type { JwkSet } from './transit.js';

/**
 * What was signed with one of the keys, as this type; null for anything else. Runs in browsers too, where the console checks an audit log:
 * nothing of Node's may be imported here.
 */
export async function checkedStatement<T extends object>(
  statement: string,
  { type, keys }: { type: string; keys: JwkSet },
): Promise<T | null> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      statement,
      ({ kid }) => {
        const key = keys.keys.find((candidate) => candidate.kid === kid);
        if (!key) throw new Error(`no key \`${kid}\``);
        return importJWK(key, 'EdDSA');
      },
      { algorithms: ['EdDSA'] },
    );
    return protectedHeader.typ === type ? (JSON.parse(new TextDecoder().decode(payload)) as T) : null;
  } catch {
    return null; // Not a signature, of another key, or not over this: all the same to whoever asks.
  }
}
