import ipaddr from 'ipaddr.js';
import { TooManyRequests } from './access.errors.js';
import { SecondWindows } from './second-windows.js';

export interface RateSettings {
  /** Of one key, or of one person's session, in a second. */
  requestsPerKey: number;
  /** Of one address in a second, at doors that need no key. */
  requestsPerAddress: number;
  /** Of one address in a minute; after so many, each further one doubles the time for which its keys are not even looked at. */
  refusedKeysPerAddress: number;
}

/**
 * How much one caller may ask for. Counted by each replica for itself: the bound is there so that nobody takes all of a replica's time,
 * not for billing.
 */
export class CallRates {
  private readonly perKey: SecondWindows;
  private readonly perAddress: SecondWindows;

  constructor({ requestsPerKey, requestsPerAddress }: RateSettings) {
    this.perKey = new SecondWindows(requestsPerKey);
    this.perAddress = new SecondWindows(requestsPerAddress);
  }

  /** @param actor as the audit log names it. @throws TooManyRequests */
  admit(actor: string): void {
    within(this.perKey, actor);
  }

  /** The same, for who says no to nobody: whoever isn't admitted here is refused by `admit`. */
  admits(actor: string): boolean {
    return this.perKey.take(actor) === 0;
  }

  /** @throws TooManyRequests */
  admitStranger(address: string | null): void {
    within(this.perAddress, neighbourhood(address));
  }
}

function within(windows: SecondWindows, name: string): void {
  const waitMs = windows.take(name);
  if (waitMs > 0) throw new TooManyRequests(waitMs / 1000);
}

/** One subscriber has one IPv4 address, or a whole /64 of IPv6. */
export function neighbourhood(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return 'elsewhere';
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).join(':')}/64` : parsed.toString();
}
