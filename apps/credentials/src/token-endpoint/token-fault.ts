import { LockkeeperError } from '@lockkeeper/doors';
import type { ErrorDescription } from '@lockkeeper/doors';
import type { TraceStep } from './trace.js';

/**
 * Whose fault it is: the client's credentials or permissions, this one grant, how the API service is set up here,
 * the provider, the way there, or ourselves.
 */
export type FaultOwner = 'client' | 'grant' | 'configuration' | 'provider' | 'network' | 'us';

export interface TokenFaultDescription extends ErrorDescription {
  owner: FaultOwner;
  /** Trying the same again can't help. */
  permanent: boolean;
  /** Whether the provider may have acted on the request. False is certain, true is not. */
  reachedProvider: boolean;
  /** The provider's error code, in the standard's words (RFC 6749 section 5.2). */
  oauthError?: string | undefined;
  trace?: TraceStep[] | undefined;
}

/** A request to a provider that did not bring what it was sent for. Made in faults.ts; whoever reads it decides by its owner. */
export class TokenFault extends LockkeeperError {
  readonly owner: FaultOwner;
  readonly permanent: boolean;
  readonly reachedProvider: boolean;
  readonly oauthError: string | null;
  readonly trace: TraceStep[];

  constructor(description: TokenFaultDescription) {
    const { owner, permanent, reachedProvider, oauthError, trace = [], members } = description;
    super({
      ...description,
      members: { ...members, owner, permanent, ...(oauthError !== undefined && { oauthError }) },
    });
    this.owner = owner;
    this.permanent = permanent;
    this.reachedProvider = reachedProvider;
    this.oauthError = oauthError ?? null;
    this.trace = trace;
  }
}
