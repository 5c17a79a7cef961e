import { ANY_API_SERVICE, type Entitlement } from '../consumers/entitlements.js';

export interface Hearing {
  /** API services whose events a durable may bring, all users' of them; `*` alone where that covers the others. */
  apiServices: string[];
  /** Entitlements that no durable can serve: a subject names no user, so the server can't tell one user's events from another's. */
  leftOut: Entitlement[];
}

/** What of a consumer's entitlements can be heard over NATS. A durable has one filter (nats-server 2.9), so there is one for each API service. */
export function hearingOf(entitlements: Entitlement[]): Hearing {
  const whole = new Set(entitlements.filter(({ user }) => user === null).map(({ apiService }) => apiService));
  const everything = whole.has(ANY_API_SERVICE);
  const covered = ({ apiService }: Entitlement): boolean => everything || whole.has(apiService);
  return {
    apiServices: everything ? [ANY_API_SERVICE] : [...whole].sort(),
    leftOut: entitlements.filter((entitlement) => !covered(entitlement)),
  };
}
