import { ANY_API_SERVICE, type Entitlement } from './entitlements.js';

/** The one rule of who may use what, over entitlements in memory; `entitled` in entitlements.ts is the same rule as SQL. */
export class Coverage {
  private readonly users = new Map<string, Set<string> | 'all'>();

  constructor(readonly entitlements: readonly Entitlement[]) {
    for (const { apiService, user } of entitlements) this.add(apiService, user);
  }

  covers(apiService: string, user: string): boolean {
    return this.has(apiService, user) || this.has(ANY_API_SERVICE, user);
  }

  private has(apiService: string, user: string): boolean {
    const users = this.users.get(apiService);
    return users !== undefined && (users === 'all' || users.has(user));
  }

  private add(apiService: string, user: string | null): void {
    const users = this.users.get(apiService) ?? new Set<string>();
    if (users === 'all') return;
    this.users.set(apiService, user === null ? 'all' : users.add(user));
  }
}
