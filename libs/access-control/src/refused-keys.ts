import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { AuditLog } from '@lockkeeper/audit-chain';
import { currentContext, newRequestContext, runInContext } from '@lockkeeper/observability';
import { type KeyRing, Secret } from '@lockkeeper/sealing';
import { BearerRefused } from './access.errors.js';
import { BoundedEntries, ELSEWHERE, type EntryLimits } from './bounded-entries.js';
import type { HoldOff } from './hold-off.js';

export interface RefusedKeysLimits extends EntryLimits {
  windowMs: number;
}

/** Names are addresses. */
const LIMITS: RefusedKeysLimits = { perName: 20, inAll: 300, windowMs: 60_000 };

/**
 * Failed logins. Each has an entry, up to a bound: strangers must not be able to fill the database. What goes over the bound is counted,
 * and told by one entry for each address when the window ends.
 */
export class RefusedKeys implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('access');
  private readonly windowMs: number;
  private readonly entries: BoundedEntries;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly audit: AuditLog,
    private readonly keyRing: KeyRing,
    private readonly holdOff: HoldOff,
    limits: Partial<RefusedKeysLimits> = {},
  ) {
    const { windowMs, ...bounds } = { ...LIMITS, ...limits };
    this.windowMs = windowMs;
    this.entries = new BoundedEntries(bounds);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.endWindow(), this.windowMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.endWindow();
  }

  /** The caller is refused whatever comes of it here. @param why where it is known: what its issuer did sign was not guessed, and holds nobody off */
  async note(presented: string, why?: Error): Promise<void> {
    const sourceAddress = currentContext()?.sourceAddress ?? null;
    if (!(why instanceof BearerRefused && why.isGenuine)) await this.holdOff.refused(sourceAddress);
    if (!this.entries.admit(sourceAddress ?? ELSEWHERE)) return;
    await this.append({ keyFingerprint: this.keyRing.fingerprint(new Secret(presented)) });
  }

  /** Whether keys from this address are looked at again. @throws TooManyRefusedKeys */
  assertOver(sourceAddress: string | null): Promise<void> {
    return this.holdOff.assertOver(sourceAddress);
  }

  /** Tells what was only counted, and begins anew. */
  async endWindow(): Promise<void> {
    for (const [address, times] of this.entries.end()) {
      const sourceAddress = address === ELSEWHERE ? null : address;
      const context = newRequestContext({ actor: 'anonymous', sourceAddress });
      await runInContext(context, () => this.append({ times }));
    }
  }

  private async append(details: { keyFingerprint: string } | { times: number }): Promise<void> {
    try {
      await this.audit.append({
        action: 'key.refused',
        objectType: 'key',
        objectId: 'unknown',
        outcome: 'refused',
        details,
      });
    } catch (error) {
      this.logger.error({ event: 'refused_key_not_noted', ...details, err: error });
    }
  }
}
