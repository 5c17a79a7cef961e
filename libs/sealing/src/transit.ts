import type { CryptoKey, JWK } from 'jose';
import { CompactEncrypt, SignJWT, compactDecrypt, importJWK, jwtVerify } from 'jose';
import { type Publication, publicationMessageId } from '@lockkeeper/contracts';
import { SealingError } from './sealing.errors.js';

const ISSUER = 'credentials';
const AUDIENCE = 'access-tokens';
const TYPE = 'publication+jwt';

export interface JwkSet {
  keys: JWK[];
}

interface TransitKey {
  kid: string;
  key: CryptoKey | Uint8Array;
}

/**
 * Seals publications for access-tokens: signed by credentials, then encrypted to the reader (a nested JWT, RFC 7519 section 5.2).
 * Sign-then-encrypt with the addressee inside the signature, so that a reader can't pass it on as its own or to somebody else.
 */
export class PublicationSealer {
  private constructor(
    private readonly signing: TransitKey,
    private readonly recipient: TransitKey,
  ) {}

  /** The first key of each set is the one in use. @throws SealingError `transit_keys_invalid` */
  static async fromJwkSets(signing: JwkSet, recipients: JwkSet): Promise<PublicationSealer> {
    const [signingKeys, recipientKeys] = await Promise.all([
      importAll(signing, 'EdDSA'),
      importAll(recipients, 'ECDH-ES'),
    ]);
    return new PublicationSealer(signingKeys[0]!, recipientKeys[0]!);
  }

  /** A compact JWE; its content is one Publication. */
  async seal(publication: Publication): Promise<string> {
    const signed = await new SignJWT({ publication })
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid: this.signing.kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(publication.connectionId)
      .setJti(publicationMessageId(publication))
      .setIssuedAt()
      .sign(this.signing.key);
    return new CompactEncrypt(new TextEncoder().encode(signed))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT', kid: this.recipient.kid })
      .encrypt(this.recipient.key);
  }
}

/** Opens what PublicationSealer made, and nothing else. Several keys of each kind may be held while they rotate. */
export class PublicationOpener {
  private constructor(
    private readonly decryption: ReadonlyMap<string, TransitKey>,
    private readonly verification: ReadonlyMap<string, TransitKey>,
  ) {}

  static async fromJwkSets(decryption: JwkSet, verification: JwkSet): Promise<PublicationOpener> {
    return new PublicationOpener(
      byId(await importAll(decryption, 'ECDH-ES')),
      byId(await importAll(verification, 'EdDSA')),
    );
  }

  /**
   * @param sealed a compact JWE
   * @param connectionId the connection that the subject names: a genuine publication sent under another name is refused
   * @throws SealingError `publication_refused`: not encrypted to us, not signed by credentials, or misaddressed
   */
  async open(sealed: string, connectionId: string): Promise<Publication> {
    try {
      const signed = await compactDecrypt(sealed, ({ kid }) => pick(this.decryption, kid), {
        keyManagementAlgorithms: ['ECDH-ES'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const { payload } = await jwtVerify(signed.plaintext, ({ kid }) => pick(this.verification, kid), {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: AUDIENCE,
        subject: connectionId,
        typ: TYPE,
      });
      return checked(payload as { jti?: string; publication?: Publication }, connectionId);
    } catch (cause) {
      if (cause instanceof SealingError) throw cause;
      throw SealingError.publication('does not open: it was not sealed by credentials for this workspace', cause);
    }
  }
}

function checked({ jti, publication }: { jti?: string; publication?: Publication }, connectionId: string): Publication {
  if (!publication || publication.connectionId !== connectionId || jti !== publicationMessageId(publication)) {
    throw SealingError.publication('contradicts its own envelope');
  }
  return publication;
}

async function importAll(set: JwkSet, algorithm: 'EdDSA' | 'ECDH-ES'): Promise<TransitKey[]> {
  if (!Array.isArray(set?.keys) || set.keys.length === 0) throw SealingError.transitKeys('it has no keys');
  return Promise.all(
    set.keys.map(async (jwk) => {
      if (!jwk.kid) throw SealingError.transitKeys('a key has no kid');
      try {
        return { kid: jwk.kid, key: await importJWK(jwk, algorithm) };
      } catch (cause) {
        throw SealingError.transitKeys(`key \`${jwk.kid}\` is not usable for ${algorithm}`, cause);
      }
    }),
  );
}

const byId = (keys: TransitKey[]): Map<string, TransitKey> => new Map(keys.map((key) => [key.kid, key]));

function pick(keys: ReadonlyMap<string, TransitKey>, kid: string | undefined): CryptoKey | Uint8Array {
  const found = kid === undefined ? undefined : keys.get(kid);
  if (!found) throw SealingError.publication('names a key that this workspace does not hold');
  return found.key;
}
