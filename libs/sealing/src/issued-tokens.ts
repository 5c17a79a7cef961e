import { type JWTPayload, type JWTVerifyResult, decodeJwt, errors, jwtVerify } from 'jose';
import { type IssuerKeys } from './issuer-keys.js';

/** RFC 9068 wants RS256 at least; `none` and everything with a shared secret can't be an issuer's signature. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Between the issuer's clock and ours. */
const CLOCK_SKEW_SECONDS = 10;
const LONGEST = 8192;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** RFC 9068 section 2.1 names access tokens `at+jwt`; many issuers still say `JWT`, or nothing. */
const KINDS = [undefined, 'jwt', 'application/jwt', 'at+jwt', 'application/at+jwt'];
/** Claims that only an ID token has (OpenID Connect Core 1.0 sections 2 and 3.3.2.11), or a logout token. */
const NOT_OF_ACCESS_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];
/** What Keycloak (`typ`) and Amazon Cognito (`token_use`) call tokens that are none for an API. */
const OTHER_KINDS = ['id', 'refresh', 'offline', 'logout'];

/** Why a token is refused; nothing in it is the token's own text. */
export type TokenFault =
  | 'unreadable'
  | 'algorithm'
  | 'issuer'
  | 'key'
  | 'signature'
  | 'audience'
  | 'expired'
  | 'not_yet'
  | 'incomplete'
  | 'kind'
  | 'bound';

export class TokenUnfit extends Error {
  constructor(
    readonly fault: TokenFault,
    cause?: unknown,
  ) {
    super(`the token is refused: ${fault}`, { cause });
  }

  /** The issuer did sign it: whoever sent it did not make it up. */
  get isSigned(): boolean {
    return ['audience', 'expired', 'not_yet', 'incomplete', 'kind', 'bound'].includes(this.fault);
  }
}

/** A token's claims, checked. */
export type IssuedClaims = Readonly<Record<string, unknown>> & { iss: string; sub: string; exp: number };

/** Whether it has the form of a signed JWT; keys of ours have no dots. */
export const couldBeToken = (presented: string): boolean => presented.length <= LONGEST && JWT.test(presented);

/** Access tokens that one issuer signed for us: JWT (RFC 7519) by the rules of RFC 9068 section 4 and RFC 8725. */
export class IssuedTokens {
  constructor(
    private readonly keys: IssuerKeys,
    private readonly audiences: readonly string[],
  ) {}

  /** @throws TokenUnfit; IssuerKeysUnheard where nothing can be said of any token */
  async check(token: string): Promise<IssuedClaims> {
    const issuer = await this.keys.issuer();
    // First, and without its signature: a token of somebody else must not make us look for its key.
    if (claimedIssuer(token) !== issuer) throw new TokenUnfit('issuer');
    const { payload, protectedHeader } = await this.verified(token, issuer);
    if (!KINDS.includes(protectedHeader.typ?.toLowerCase())) throw new TokenUnfit('kind');
    if (looksLikeAnother(payload)) throw new TokenUnfit('kind');
    // RFC 7800, RFC 8705 section 3, RFC 9449 section 6: it is for whoever holds a key, and nobody has shown one.
    if (payload['cnf'] !== undefined) throw new TokenUnfit('bound');
    if (payload.sub === undefined || payload.sub === '') throw new TokenUnfit('incomplete');
    return payload as IssuedClaims;
  }

  private async verified(token: string, issuer: string): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, (header) => this.keys.keyFor(header), {
        issuer,
        audience: [...this.audiences],
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_SKEW_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
    } catch (error) {
      throw unfit(error);
    }
  }
}

function claimedIssuer(token: string): unknown {
  try {
    return decodeJwt(token).iss;
  } catch (cause) {
    throw new TokenUnfit('unreadable', cause);
  }
}

const looksLikeAnother = (payload: JWTPayload): boolean =>
  NOT_OF_ACCESS_TOKENS.some((claim) => payload[claim] !== undefined) ||
  [payload['typ'], payload['token_use']].some(
    (kind) => typeof kind === 'string' && OTHER_KINDS.includes(kind.toLowerCase()),
  );

/** What is none of the token's faults goes on as it is. */
function unfit(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new TokenUnfit('expired', error);
  if (error instanceof errors.JWTClaimValidationFailed) return new TokenUnfit(claimFault(error), error);
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return new TokenUnfit('algorithm', error);
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenUnfit('signature', error);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return new TokenUnfit('key', error);
  return error instanceof errors.JOSEError ? new TokenUnfit('unreadable', error) : error;
}

function claimFault({ claim, reason }: errors.JWTClaimValidationFailed): TokenFault {
  if (reason === 'missing' || reason === 'invalid') return claim === 'aud' ? 'audience' : 'incomplete';
  if (claim === 'nbf') return 'not_yet';
  return claim === 'aud' ? 'audience' : claim === 'iss' ? 'issuer' : 'incomplete';
}
