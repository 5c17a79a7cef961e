import { LockkeeperError } from '@lockkeeper/doors';
import { type JwkSet, Secret, couldBeKey } from '@lockkeeper/sealing';
import { SettingsInvalid } from './settings-invalid.js';

/** A key file holds something else than it should. */
class KeyFileRefused extends Error {}

/** Collects what is wrong with key files, by setting, until all of them were looked at. */
export class KeyFiles {
  private readonly faults: string[] = [];

  constructor(private readonly workspace: string) {}

  /** What `read` makes of the file; undefined, and a fault noted, if it refuses. */
  async take<T>(setting: string, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      const told = error instanceof KeyFileRefused || error instanceof LockkeeperError;
      this.faults.push(`${setting}: ${told ? error.message : 'can’t be read'}`);
      return undefined;
    }
  }

  /** @throws SettingsInvalid naming settings and key ids, never a key */
  assertAllGood(): void {
    if (this.faults.length > 0) throw new SettingsInvalid(this.workspace, this.faults);
  }
}

/** A public half where the secret one is needed would be noticed at the first message only; a secret one too many, never. */
export function readJwkSet(json: string, { curve, secret }: { curve: 'X25519' | 'Ed25519'; secret: boolean }): JwkSet {
  const keys = parsedKeys(json);
  keys.forEach((key, index) => {
    const name = key.kid === undefined ? `key ${index + 1}` : `key \`${key.kid}\``;
    if (!key.kid) throw new KeyFileRefused(`${name} has no kid`);
    if (key.kty !== 'OKP' || key.crv !== curve) throw new KeyFileRefused(`${name} is not an ${curve} key`);
    if (secret && key.d === undefined) throw new KeyFileRefused(`${name} is a public key, the private one is needed`);
    if (!secret && key.d !== undefined) {
      throw new KeyFileRefused(
        `${name} is a private key: only its own workspace may hold it, replace it by its public half`,
      );
    }
  });
  return { keys };
}

/** One line; null where no file was named. */
export function readAdminKey(text: string | null, prefix: 'lkc_' | 'lkt_'): Secret | null {
  const line = text?.trim() ?? null;
  if (line !== null && !couldBeKey(line, prefix)) {
    throw new KeyFileRefused(
      `it must hold one line, \`${prefix}\` and 43 base64url characters, with or without the 6 of a checksum`,
    );
  }
  return Secret.from(line);
}

function parsedKeys(json: string): JwkSet['keys'] {
  let set: Partial<JwkSet>;
  try {
    set = JSON.parse(json) as Partial<JwkSet>;
  } catch (cause) {
    throw new KeyFileRefused('it is not JSON', { cause });
  }
  if (!Array.isArray(set?.keys) || set.keys.length === 0)
    throw new KeyFileRefused('it is not a JWK set with keys (RFC 7517)');
  return set.keys;
}
