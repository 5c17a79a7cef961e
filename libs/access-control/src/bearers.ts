import type { AccessKeys } from './access-keys.js';
import type { Principal } from './principal.js';

/** Another kind of bearer than keys of this workspace, told from them by its form. */
export interface ForeignBearers {
  couldBe(presented: string): boolean;
  /** Only what is remembered: null says nothing about it. */
  recall(presented: string): Principal | null;
  /** @throws BearerRefused; BearersUncheckable where nothing can be said of it now */
  recognise(presented: string): Promise<Principal>;
  /** Of one that was let in: whether it would be still. */
  isLiving(principal: Principal): boolean;
}

/** Who stands behind what an `Authorization: Bearer` header presents: a key of this workspace, or a token of the organisation's issuer. */
export class Bearers {
  private foreign: ForeignBearers | null = null;

  constructor(private readonly keys: AccessKeys) {}

  /** Once, before the doors open. */
  alsoTake(foreign: ForeignBearers): void {
    this.foreign = foreign;
  }

  /** Null for whatever is neither. @throws BearerRefused, BearersUncheckable */
  recognise(presented: string): Promise<Principal | null> {
    return this.foreign?.couldBe(presented) ? this.foreign.recognise(presented) : this.keys.recognise(presented);
  }

  /** Only what is remembered: null says nothing about it. */
  recall(presented: string): Principal | null {
    return this.foreign?.couldBe(presented) ? this.foreign.recall(presented) : this.keys.recall(presented);
  }

  /** For what goes on after it was let in: whether what opened the door would open it still. */
  isLiving(principal: Principal): Promise<boolean> {
    if (principal.bearer) return Promise.resolve(this.foreign!.isLiving(principal));
    return this.keys.isLiving(principal.keyId);
  }
}
