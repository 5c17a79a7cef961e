import jwt, { type KeyPair } from '@nats-io/jwt';
import { LockkeeperError } from '@lockkeeper/doors';
import { Secret } from '@lockkeeper/sealing';

export interface ConsumerUserRequest {
  /** For people who look at the server's connections. */
  name: string;
  /** The durables that it may pull from. */
  durables: string[];
  /** The consumer's own nkey, `U…`; null if one is to be drawn for it. */
  publicKey: string | null;
  /** It ends then at the latest; null: by its terms alone. */
  notAfter: Date | null;
}

export interface ConsumerUserTerms {
  /** Where consumers find the server. */
  url: string;
  lifetimeSeconds: number;
}

/** A NATS user of the CONSUMERS account. */
export interface ConsumerUser {
  url: string;
  publicKey: string;
  /** No secret: of no use without the nkey's seed. */
  jwt: string;
  /** JWT and seed in the form of a `.creds` file; null if the consumer has its seed itself. */
  creds: Secret | null;
  expiresAt: Date;
}

const USER_KEY = /^U[A-Z2-7]{55}$/;
/** The server reads a client's first line up to 4 KiB; the JWT shares it with a signature and what the client tells of itself. */
const LONGEST_JWT = 3200;

/**
 * Makes NATS users for consumers, without asking the server: it trusts the scoped signing key, which can give nothing but what the
 * account's template allows. Whoever has the key can read events, and never publish anything.
 */
export class ConsumerUsers {
  private constructor(
    private readonly signer: KeyPair,
    private readonly account: KeyPair,
    private readonly terms: ConsumerUserTerms,
  ) {}

  /** @param seed of the scoped signing key, `SA…` @param accountId of the CONSUMERS account, `A…` @throws NatsKeyRefused */
  static parse(seed: string, accountId: string, terms: ConsumerUserTerms): ConsumerUsers {
    return new ConsumerUsers(signerOf(seed.trim()), accountOf(accountId.trim()), terms);
  }

  /** @throws TooManyDurables, NatsKeyRefused */
  async make({ name, durables, publicKey, notAfter }: ConsumerUserRequest): Promise<ConsumerUser> {
    const user = publicKey === null ? jwt.createUser() : userOf(publicKey);
    const end = Math.min(Date.now() + this.terms.lifetimeSeconds * 1000, notAfter?.getTime() ?? Infinity);
    const exp = Math.floor(end / 1000);
    const tags = durables.map((durable) => `durable:${durable}`);
    const options = { signer: this.signer, scopedUser: true, exp };
    // The library's type wants the permissions too, which the scope decides alone: a JWT that names any is refused.
    const token = await jwt.encodeUser(name, user, this.account, { tags } as object, options);
    if (token.length > LONGEST_JWT) throw new TooManyDurables(durables.length);
    return {
      url: this.terms.url,
      publicKey: user.getPublicKey(),
      jwt: token,
      creds: publicKey === null ? new Secret(new TextDecoder().decode(jwt.fmtCreds(token, user))) : null,
      expiresAt: new Date(exp * 1000),
    };
  }
}

function signerOf(seed: string): KeyPair {
  const pair = parsed(() => jwt.fromSeed(new TextEncoder().encode(seed)));
  if (!pair?.getPublicKey().startsWith('A')) throw new NatsKeyRefused('it must hold an account’s signing seed, `SA…`');
  return pair;
}

function accountOf(id: string): KeyPair {
  const pair = id.startsWith('A') ? parsed(() => jwt.fromPublic(id)) : null;
  if (!pair) throw new NatsKeyRefused('it must hold an account’s public id, `A…`');
  return pair;
}

function userOf(publicKey: string): KeyPair {
  const pair = USER_KEY.test(publicKey) ? parsed(() => jwt.fromPublic(publicKey)) : null;
  if (!pair) throw new NatsKeyRefused('must be the public nkey of a user, `U…` and 55 characters');
  return pair;
}

/** Null instead of the library's error, which quotes what it was given. */
function parsed(parse: () => KeyPair): KeyPair | null {
  try {
    return parse();
  } catch {
    return null; // whoever asked says what was expected
  }
}

export class NatsKeyRefused extends LockkeeperError {
  constructor(expected: string) {
    super({
      kind: 'invalid',
      code: 'nats_key_refused',
      title: 'That is not the right kind of nkey',
      detail: expected,
      hint: 'Send the public key only, never the seed: `nk -gen user -pubout`, or `createUser().getPublicKey()` of @nats-io/nkeys.',
    });
  }
}

export class TooManyDurables extends LockkeeperError {
  constructor(count: number) {
    super({
      kind: 'conflict',
      code: 'too_many_api_services',
      title: 'Too many API services for one NATS user',
      detail: `A NATS user that may read the events of ${count} API services is larger than a NATS server accepts.`,
      hint: 'Split it into several consumers, entitle it to all API services (`*`), or listen at GET /v1/events instead.',
    });
  }
}
