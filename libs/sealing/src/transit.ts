import { KeyObject } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { compactDecrypt, importJWK, jwtVerify } from 'jose';
import {
  type ApiServicePublication,
  type Publication,
  apiServiceMessageId,
  publicationMessageId,
} from '@lockkeeper/contracts';
import { type AgreedKey, agreedWith, compactJwe, compactJws, encoded } from './compact-jose.js';
import { SealingError } from './sealing.errors.js';

const ISSUER = 'credentials';
const AUDIENCE = 'access-tokens';
const CONNECTION_TYPE = 'publication+jwt';
const API_SERVICE_TYPE = 'api-service-publication+jwt';

/** What a sealed publication turned out to be about. */
export type OpenedPublication =
  { about: 'connection'; publication: Publication } | { about: 'api_service'; publication: ApiServicePublication };

interface Envelope {
  type: typeof CONNECTION_TYPE | typeof API_SERVICE_TYPE;
  subject: string;
  messageId: string;
}

export interface JwkSet {
  keys: JWK[];
}

interface TransitKey {
  kid: string;
  key: CryptoKey | Uint8Array;
}

interface NodeKey {
  kid: string;
  key: KeyObject;
}

/** Checked by jose as all keys are; used by Node itself, which takes a fourth of the time. */
const nodeKey = ({ kid, key }: TransitKey): NodeKey => ({ kid, key: KeyObject.from(key as CryptoKey) });

/**
 * For how many messages, and for how long, one agreed key serves. Drawing a pair and agreeing takes longer than all the rest of a message's
 * encryption. A random nonce of 96 bits comes twice among so few with a probability of 2^-73 (NIST SP 800-38D section 8.3 allows 2^32 messages).
 */
const MESSAGES_OF_A_KEY = 4096;
const LIFE_OF_A_KEY_MS = 60_000;

/**
 * Seals publications for access-tokens: signed by credentials, then encrypted to the reader (a nested JWT, RFC 7519 section 5.2).
 * Sign-then-encrypt with the addressee inside the signature, so that a reader can't pass it on as its own or to somebody else.
 */
export class PublicationSealer {
  /** Of what is signed, by its type. */
  private readonly headers: Readonly<Record<Envelope['type'], string>>;
  private agreed: AgreedKey | null = null;
  private messagesLeft = 0;
  private agreedUntil = 0;

  private constructor(
    private readonly signing: NodeKey,
    private readonly recipient: NodeKey,
  ) {
    const headerOf = (typ: Envelope['type']): string => encoded({ alg: 'EdDSA', typ, kid: signing.kid });
    this.headers = {
      [CONNECTION_TYPE]: headerOf(CONNECTION_TYPE),
      [API_SERVICE_TYPE]: headerOf(API_SERVICE_TYPE),
    };
  }

  /** The first key of each set is the one in use. @throws SealingError `transit_keys_invalid` */
  static async fromJwkSets(signing: JwkSet, recipients: JwkSet): Promise<PublicationSealer> {
    const [signingKeys, recipientKeys] = await Promise.all([
      importAll(signing, 'EdDSA'),
      importAll(recipients, 'ECDH-ES'),
    ]);
    return new PublicationSealer(nodeKey(signingKeys[0]!), nodeKey(recipientKeys[0]!));
  }

  /** A compact JWE; its content is one Publication. */
  seal(publication: Publication): Promise<string> {
    return this.sealed(publication, envelopeOf({ about: 'connection', publication }));
  }

  /** A compact JWE; its content is one ApiServicePublication. */
  sealApiService(publication: ApiServicePublication): Promise<string> {
    return this.sealed(publication, envelopeOf({ about: 'api_service', publication }));
  }

  private async sealed(publication: object, { type, subject, messageId }: Envelope): Promise<string> {
    const claims = { publication, iss: ISSUER, aud: AUDIENCE, sub: subject, jti: messageId, iat: nowSeconds() };
    const signed = await compactJws(this.headers[type], claims, this.signing.key);
    return compactJwe(signed, this.agreedKey());
  }

  private agreedKey(): AgreedKey {
    const now = performance.now();
    if (this.agreed === null || this.messagesLeft === 0 || now >= this.agreedUntil) {
      const { kid, key } = this.recipient;
      this.agreed = agreedWith(key, { alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT', kid });
      this.messagesLeft = MESSAGES_OF_A_KEY;
      this.agreedUntil = now + LIFE_OF_A_KEY_MS;
    }
    this.messagesLeft -= 1;
    return this.agreed;
  }
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

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
   * @param subject the connection or API service that the NATS subject names: a genuine publication sent under another name is refused
   * @throws SealingError `publication_refused`: not encrypted to us, not signed by credentials, or misaddressed
   */
  async open(sealed: string, subject: string): Promise<OpenedPublication> {
    try {
      const signed = await compactDecrypt(sealed, ({ kid }) => pick(this.decryption, kid), {
        keyManagementAlgorithms: ['ECDH-ES'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const { payload, protectedHeader } = await jwtVerify(
        signed.plaintext,
        ({ kid }) => pick(this.verification, kid),
        {
          algorithms: ['EdDSA'],
          issuer: ISSUER,
          audience: AUDIENCE,
          subject,
        },
      );
      return checked(payload as SignedPublication, protectedHeader.typ);
    } catch (cause) {
      if (cause instanceof SealingError) throw cause;
      throw SealingError.publication('does not open: it was not sealed by credentials for this workspace', cause);
    }
  }
}

interface SignedPublication {
  sub?: string;
  jti?: string;
  publication?: object;
}

/** The type is signed too: a publication about one kind can't be taken for one about the other. */
function checked({ sub, jti, publication }: SignedPublication, type: string | undefined): OpenedPublication {
  const about = type === CONNECTION_TYPE ? 'connection' : type === API_SERVICE_TYPE ? 'api_service' : null;
  if (about === null) throw SealingError.publication('is of a type that this version does not know');
  if (!publication) throw SealingError.publication('contradicts its own envelope');
  const opened = { about, publication } as OpenedPublication;
  const { subject, messageId } = envelopeOf(opened);
  if (subject !== sub || messageId !== jti) throw SealingError.publication('contradicts its own envelope');
  return opened;
}

function envelopeOf({ about, publication }: OpenedPublication): Envelope {
  return about === 'connection'
    ? { type: CONNECTION_TYPE, subject: publication.connectionId, messageId: publicationMessageId(publication) }
    : { type: API_SERVICE_TYPE, subject: publication.apiServiceId, messageId: apiServiceMessageId(publication) };
}

async function importAll(set: JwkSet, algorithm: 'EdDSA' | 'ECDH-ES'): Promise<TransitKey[]> {
  if (!Array.isArray(set?.keys) || set.keys.length === 0) throw SealingError.transitKeys('it has no keys');
  return Promise.all(
    set.keys.map(async (jwk) => {
      if (!jwk.kid) throw SealingError.transitKeys('a key has no kid');
      try {
        // Extractable, as Node asks of a key that it shall use itself; the set that it came from lies in a file beside.
        return { kid: jwk.kid, key: await importJWK(jwk, algorithm, { extractable: true }) };
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
