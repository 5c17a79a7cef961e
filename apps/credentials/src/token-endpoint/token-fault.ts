import { LockkeeperError } from '@lockkeeper/doors';
import type { ErrorDescription } from '@lockkeeper/doors';
import { decided, type TraceStep } from './trace.js';

/**
 * Whose fault it is: the client's credentials or permissions, this one grant, how the API service is set up here,
 * the provider, the way there, or ourselves.
 */
export type FaultOwner = 'client' | 'grant' | 'configuration' | 'provider' | 'network' | 'us';

export interface TokenFaultDescription extends ErrorDescription {
  owner: FaultOwner;
  /** Trying the same again can't help. */
  permanent: boolean;
  /** Not to be tried again by itself, not even later. */
  final?: boolean | undefined;
  /** Whether the provider may have acted on the request. False is certain, true is not. */
  reachedProvider: boolean;
  /** The provider's error code, in the standard's words (RFC 6749 section 5.2). */
  oauthError?: string | undefined;
  /** With `slow_down`: the least that is to lie between two polls from now on, where the answer says so. */
  intervalSeconds?: number | undefined;
  trace?: TraceStep[] | undefined;
}

/** A request to a provider that did not bring what it was sent for. Made in faults.ts; whoever reads it decides by its owner. */
export class TokenFault extends LockkeeperError {
  readonly owner: FaultOwner;
  readonly permanent: boolean;
  readonly final: boolean;
  readonly reachedProvider: boolean;
  readonly oauthError: string | null;
  readonly intervalSeconds: number | null;
  readonly trace: TraceStep[];
  /** What was made of the answer, in plain words. */
  readonly decision: string;

  constructor(private readonly description: TokenFaultDescription) {
    const { owner, permanent, reachedProvider, oauthError, trace = [], members } = description;
    super({
      ...description,
      members: { ...members, owner, permanent, ...(oauthError !== undefined && { oauthError }) },
    });
    this.owner = owner;
    this.permanent = permanent;
    this.final = description.final ?? false;
    this.reachedProvider = reachedProvider;
    this.oauthError = oauthError ?? null;
    this.decision = decisionOn(description);
    this.intervalSeconds = description.intervalSeconds ?? null;
    this.trace = decided(trace, this.decision);
  }

  /** The same fault, with what helps in the circumstances of this request. */
  withHint(hint: string): TokenFault {
    return new TokenFault({ ...this.description, hint });
  }
}

const OWNERS: Record<FaultOwner, string> = {
  client: 'the client’s',
  grant: 'the grant’s',
  configuration: 'how it is set up here',
  provider: 'the provider’s',
  network: 'the network’s',
  us: 'ours',
};

const decisionOn = ({ owner, title, permanent }: TokenFaultDescription): string =>
  `Not accepted. ${title}. Whose fault it is: ${OWNERS[owner]}; ${permanent ? 'the same again can’t help' : 'it may pass by itself'}.`;
