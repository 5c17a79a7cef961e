import { createHash, hash as digest } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { BearerRefused, BearersUncheckable, type ForeignBearers, type Principal } from '@lockkeeper/access-control';
import type { Egress } from '@lockkeeper/egress';
import {
  type IssuedClaims,
  IssuedTokens,
  type IssuerDocument,
  IssuerKeys,
  IssuerKeysUnheard,
  type TokenFault,
  TokenUnfit,
  couldBeToken,
} from '@lockkeeper/sealing';
import { LRUCache } from 'lru-cache';
import type { BearerSettings } from './bearer.settings.js';
import { type BearerRule, grantedBy, ruleFor } from './bearer-rules.js';
import { IssuerMetadata } from './issuer-metadata.js';
import { StandingRules } from './standing-rules.js';

/** Finds, and if need be makes, the consumer that a token's subject is by a rule. */
export interface SubjectConsumers {
  /** @returns its id */
  consumerOf(subject: BearerSubject): Promise<string>;
}

export interface BearerSubject {
  issuer: string;
  subject: string;
  /** For people. */
  name: string;
  /** The rule's name. */
  rule: string;
  entitlements: { apiService: string; user: string | null }[];
}

interface Known {
  principal: Principal;
  /** No longer than its token lives. */
  goodUntil: number;
}

const REMEMBERED = 20_000;
/** Then it is checked anew: what its issuer took back may be another matter by now. */
const REMEMBERED_FOR_MS = 300_000;

/** Access tokens of the organisation's issuer, as bearers: who they stand for is decided by rules over their claims. */
export class IssuerBearers implements ForeignBearers {
  private readonly logger = new Logger('access');
  private readonly tokens: IssuedTokens;
  private readonly rules: StandingRules;
  private readonly known = new LRUCache<string, Known>({ max: REMEMBERED, ttl: REMEMBERED_FOR_MS });
  /** Whom the rules let in as they are now. */
  private letIn = new WeakSet<Principal>();
  private readonly underway = new Map<string, Promise<Principal>>();

  constructor(
    private readonly settings: BearerSettings,
    private readonly egress: Egress,
    /** Null in a workspace without consumers. */
    private readonly consumers: SubjectConsumers | null,
  ) {
    const metadata = new IssuerMetadata(settings.issuer, egress);
    const keys = new IssuerKeys(
      () => this.load(metadata),
      (error) => this.logger.warn({ event: 'issuer_unheard', issuer: settings.issuer, err: error }),
    );
    this.tokens = new IssuedTokens(keys, settings.audiences);
    this.rules = new StandingRules(settings.rules);
  }

  /** From now on the rules follow their file. */
  start(): void {
    this.rules.watch(() => this.forgetAll());
  }

  stop(): void {
    this.rules.stop();
  }

  couldBe(presented: string): boolean {
    return couldBeToken(presented);
  }

  recall(presented: string): Principal | null {
    const known = this.known.get(nameOf(presented));
    return known && known.goodUntil > Date.now() ? known.principal : null;
  }

  isLiving(principal: Principal): boolean {
    return principal.bearer!.expiresAt > new Date() && this.letIn.has(principal);
  }

  /** However many come with the same token at once, it is checked once. */
  recognise(presented: string): Promise<Principal> {
    const recalled = this.recall(presented);
    if (recalled) return Promise.resolve(recalled);
    const name = nameOf(presented);
    const joined = this.underway.get(name) ?? this.meet(presented, name).finally(() => this.underway.delete(name));
    this.underway.set(name, joined);
    return joined;
  }

  private async meet(presented: string, name: string): Promise<Principal> {
    const claims = await this.checked(presented);
    const rules = this.rules.now;
    const principal = await this.principalOf(claims, rules);
    // By rules that changed meanwhile it is let in this once.
    if (rules === this.rules.now) {
      this.known.set(name, { principal, goodUntil: claims.exp * 1000 });
      this.letIn.add(principal);
    }
    return principal;
  }

  private async checked(presented: string): Promise<IssuedClaims> {
    try {
      return await this.tokens.check(presented);
    } catch (error) {
      if (error instanceof IssuerKeysUnheard) throw new BearersUncheckable(this.settings.issuer);
      if (!(error instanceof TokenUnfit)) throw error;
      const [detail, hint] = this.explain(error.fault);
      throw new BearerRefused({ detail, hint, isGenuine: error.isSigned, cause: error });
    }
  }

  /** Each token is looked at anew; who listens comes back with its own. */
  private forgetAll(): void {
    this.known.clear();
    this.underway.clear();
    this.letIn = new WeakSet();
  }

  private async principalOf(claims: IssuedClaims, rules: readonly BearerRule[]): Promise<Principal> {
    const rule = ruleFor(claims, rules);
    if (!rule || rule.role === null) throw noRule(rule);
    const bearer = { issuer: claims.iss, subject: claims.sub, expiresAt: new Date(claims.exp * 1000) };
    const subjectId = rule.role === this.settings.consumerRole ? await this.consumerOf(claims, rule) : null;
    return { keyId: idOf(claims), name: displayNameOf(claims), role: rule.role, subjectId, bearer };
  }

  private async consumerOf(claims: IssuedClaims, rule: BearerRule): Promise<string> {
    if (rule.consumer !== undefined) return rule.consumer;
    return this.consumers!.consumerOf({
      issuer: claims.iss,
      subject: claims.sub,
      name: displayNameOf(claims),
      rule: rule.name,
      entitlements: grantedBy(rule, claims),
    });
  }

  private async load(metadata: IssuerMetadata): Promise<IssuerDocument> {
    const { issuer, jwks_uri: address } = await metadata.server();
    if (address === undefined) throw new Error('its metadata names no jwks_uri');
    const answer = await this.egress.fetch(address, { method: 'GET', headers: { accept: 'application/json' } });
    if (answer.status !== 200) throw new Error(`its jwks_uri answered ${answer.status}`);
    return { issuer, keys: JSON.parse(answer.body) as IssuerDocument['keys'] };
  }

  private explain(fault: TokenFault): [detail: string, hint: string] {
    const { issuer, audiences } = this.settings;
    const EXPLANATIONS: Record<TokenFault, [string, string]> = {
      unreadable: ['It is no signed JWT.', 'Send an access token in its compact form, or a key of this workspace.'],
      algorithm: [
        'Its signature is of a kind that is not taken.',
        'Have the issuer sign with RS, PS, ES or EdDSA keys.',
      ],
      issuer: [
        `It is not of the issuer whose tokens are taken here, ${issuer}.`,
        'Compare its `iss`, to the last character.',
      ],
      key: [
        'It is signed with a key that its issuer does not publish.',
        'Get a new token; the issuer may have changed its keys.',
      ],
      signature: ['Its signature is wrong.', 'It was altered, or is another issuer’s: get a new one.'],
      audience: [
        'It is for somebody else.',
        `Ask the issuer for a token for ${audiences.join(' or ')} (\`resource\` or \`audience\`).`,
      ],
      expired: ['It has run out.', 'Get a new one from the issuer.'],
      not_yet: ['It is not good yet.', 'Compare the clocks of the issuer and of this server.'],
      incomplete: [
        'It lacks what an access token has to say: `sub` and `exp`.',
        'Have the issuer write tokens by RFC 9068.',
      ],
      kind: [
        'It is no access token.',
        'An ID token says who signed in and opens no API: ask the issuer for an access token.',
      ],
      bound: [
        'It is bound to a key (`cnf`), and can’t be used as a bearer.',
        'Ask the issuer for a bearer token: without DPoP and without a client certificate.',
      ],
    };
    return EXPLANATIONS[fault];
  }
}

function noRule(rule: BearerRule | undefined): BearerRefused {
  return new BearerRefused({
    detail: rule ? `The rule ${rule.name} gives its subject no role here.` : 'None of the rules here fits its claims.',
    hint: 'Whoever runs Lockkeeper: …_JWT_RULES_FILE says which claims give which role.',
    isGenuine: true,
  });
}

/** Tokens aren’t kept, not even in memory: this finds the same one again. */
const nameOf = (presented: string): string => digest('sha256', presented, 'base64url');

/** Where a key would have its id. A UUID, and of no key. */
function idOf({ iss, sub }: IssuedClaims): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([iss, sub]))
    .digest('hex');
  // RFC 9562 section 5.8: version 8, what is in it is our own business.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

const LONGEST_NAME = 200;

function displayNameOf(claims: IssuedClaims): string {
  const names = [claims['name'], claims['preferred_username'], claims['email'], claims['client_id'], claims['azp']];
  const found = names.find((name): name is string => typeof name === 'string' && name !== '') ?? claims.sub;
  return found.replaceAll('\0', '').slice(0, LONGEST_NAME);
}
