import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';

/** What an issuer says of itself at one moment. */
export interface IssuerDocument {
  /** As its tokens spell it. */
  issuer: string;
  keys: JSONWebKeySet;
}

interface Held {
  issuer: string;
  find: ReturnType<typeof createLocalJWKSet>;
  since: number;
}

/** After so long a newer set is asked for, while the one that is held still serves. */
const FRESH_MS = 300_000;
/** Nothing that a caller sends makes us ask more often than this. */
const ASK_AT_MOST_EVERY_MS = 10_000;

/** There is no key yet to check any token with. */
export class IssuerKeysUnheard extends Error {}

/**
 * The public keys of a foreign issuer. They are fetched when the first token comes, and again when they are old or a token names a key that
 * isn't among them, one fetch at a time and never many in a row. As long as the issuer can't be reached, the last keys that it had go on.
 */
export class IssuerKeys {
  private held: Held | null = null;
  private asking: Promise<void> | null = null;
  private askedAt = -Infinity;

  constructor(
    private readonly load: () => Promise<IssuerDocument>,
    private readonly onTrouble: (error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws IssuerKeysUnheard */
  async issuer(): Promise<string> {
    return (await this.current()).issuer;
  }

  /** @throws IssuerKeysUnheard; jose's `JWKSNoMatchingKey` where the issuer has no such key */
  async keyFor(header: JWSHeaderParameters): Promise<CryptoKey> {
    const held = await this.current();
    try {
      return await held.find(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayAsk) throw error;
      await this.ask();
      return this.held!.find(header);
    }
  }

  private async current(): Promise<Held> {
    if (this.held === null && this.mayAsk) await this.ask();
    if (this.held === null) throw new IssuerKeysUnheard();
    if (this.now() - this.held.since > FRESH_MS && this.mayAsk) void this.ask();
    return this.held;
  }

  /** Who comes while it is asked already waits for that answer. */
  private get mayAsk(): boolean {
    return this.asking !== null || this.now() - this.askedAt >= ASK_AT_MOST_EVERY_MS;
  }

  /** Never fails: what is held stays held. */
  private ask(): Promise<void> {
    this.asking ??= this.fetch().finally(() => (this.asking = null));
    return this.asking;
  }

  private async fetch(): Promise<void> {
    this.askedAt = this.now();
    try {
      const { issuer, keys } = await this.load();
      this.held = { issuer, find: createLocalJWKSet(keys), since: this.now() };
    } catch (error) {
      this.onTrouble(error);
    }
  }
}
