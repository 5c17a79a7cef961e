import { CompactSign, type CryptoKey, type JWK, decodeJwt, importJWK } from 'jose';
import { SealingError } from './sealing.errors.js';
import type { JwkSet } from './transit.js';

/** Signs what others must be able to check later, without us: JWS, EdDSA (RFC 7515, RFC 8037). The type is signed with it. */
export class StatementSigner {
  private constructor(
    private readonly kid: string,
    private readonly key: CryptoKey | Uint8Array,
    readonly publicKeys: JwkSet,
  ) {}

  /** The first key signs; all are shown, so that what an older one signed can still be checked. @throws SealingError `transit_keys_invalid` */
  static async fromJwkSet({ keys }: JwkSet): Promise<StatementSigner> {
    const [first] = keys;
    if (!first?.kid) throw SealingError.transitKeys('its first key has no kid');
    return new StatementSigner(first.kid, await importJWK(first, 'EdDSA'), { keys: keys.map(publicHalf) });
  }

  /** A compact JWS. */
  sign(type: string, statement: object): Promise<string> {
    return new CompactSign(new TextEncoder().encode(JSON.stringify(statement)))
      .setProtectedHeader({ alg: 'EdDSA', typ: type, kid: this.kid })
      .sign(this.key);
  }

  /** What a statement of our own says, its signature not looked at. */
  read<T extends object>(statement: string): T {
    return decodeJwt(statement) as T;
  }
}

const publicHalf = ({ kid, kty, crv, x, use, alg }: JWK): JWK =>
  Object.fromEntries(Object.entries({ kid, kty, crv, x, use, alg }).filter(([, value]) => value !== undefined)) as JWK;
