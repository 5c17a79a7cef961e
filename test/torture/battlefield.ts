import type { FailPoint } from '@lockkeeper/observability';
import type { AppProcess } from '../support/app-process.js';
import { succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import type { GrantRules } from '../support/provider-grants.js';
import { seedConnections } from '../support/seeded-connections.js';
import { System, type SystemOptions } from '../support/workspaces.js';

/** What became of one connection, by our own books. */
export interface Fate {
  id: string;
  status: string;
  version: number;
  /** The outcomes of its refreshes, oldest first; null for one that is still open. */
  outcomes: (string | null)[];
  notices: number;
  told: number;
}

/** Of each replica: so few that a hung provider could take all of them, if it were let. */
export const SLOTS = 50;

/** Short enough for a lease to run out while somebody watches. */
const ENV = {
  NODE_ENV: 'test',
  CREDENTIALS_LEASE_SECONDS: '10',
  CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '5',
  CREDENTIALS_SCHEDULER_INTERVAL_MS: '100',
  CREDENTIALS_SCHEDULER_SLOTS: String(SLOTS),
  LOG_LEVEL: 'warn',
};
const LOOKED_AT_ONCE = 25;
const SETTLED_WITHIN_MS = 240_000;

/** Lockkeeper as it runs in earnest, providers that rotate and notice reuse, and means to end any part of it in the middle of its work. */
export class Battlefield {
  private readonly providers = new Map<string, Provider>();
  private users = 0;

  private constructor(
    readonly system: System,
    readonly desk: Desk,
  ) {}

  static async open(options: SystemOptions = {}): Promise<Battlefield> {
    const system = await System.start({ ownPostgres: true, ...options, env: { ...ENV, ...options.env } });
    return new Battlefield(system, new Desk(system));
  }

  async close(): Promise<void> {
    await Promise.all([...this.providers.values()].map((provider) => provider.stop()));
    await this.system.stop();
  }

  /** One API service of its own, at a provider that rotates refresh tokens and ends the grant where a spent one comes again. */
  async provider(slug: string, rules: Partial<GrantRules> = {}, manifest: object = {}): Promise<Provider> {
    const provider = await Provider.start(rules);
    this.providers.set(slug, provider);
    await this.desk.registerManifest(slug, provider, manifest);
    return provider;
  }

  /** Connections that are due at once, with living grants. */
  due(
    slug: string,
    count: number,
    more: { refreshIn?: number; expiresIn?: (index: number) => number } = {},
  ): Promise<string[]> {
    const { grants } = this.providers.get(slug)!;
    return seedConnections({
      databaseUrl: this.databaseUrl,
      secrets: this.system.secrets,
      apiService: slug,
      count,
      refreshIn: () => more.refreshIn ?? 0,
      refreshToken: () => grants.newGrant(`user-${(this.users += 1)}`),
      ...(more.expiresIn && { expiresIn: more.expiresIn }),
    });
  }

  /** Starts the replica so that it ends, or freezes, at that point: with what was left to do, it may come there before it is ready. */
  async arm(name: string, harm: `${FailPoint}=${'kill' | 'freeze'}#${number}`): Promise<AppProcess> {
    const replica = this.system.replica(name);
    await replica.stop();
    await replica.start({ LOCKKEEPER_FAIL_POINT: harm }).catch((error: unknown) => {
      if (replica.endedBy !== 'SIGKILL') throw error;
    });
    return replica;
  }

  /** Starts again whatever was ended. */
  async restore(): Promise<void> {
    await Promise.all(this.system.processes.filter(({ running }) => !running).map((process) => process.start()));
  }

  /** Books of these connections, once none of them is under refresh or due any more. */
  async settled(ids: readonly string[]): Promise<Fate[]> {
    return eventually(
      async () => {
        const fates = await this.fates(ids);
        const open = fates.filter(({ outcomes, status, version }) => {
          const isOver = status === 'reauthorization_required' || (status === 'active' && version > 1);
          return outcomes.includes(null) || !isOver;
        });
        if (open.length > 0) throw new Error(`${open.length} of ${ids.length} are open: ${JSON.stringify(open[0])}`);
        return fates;
      },
      { what: 'all of them are settled', deadlineMs: SETTLED_WITHIN_MS },
    );
  }

  fates(ids: readonly string[]): Promise<Fate[]> {
    return this.rows<Fate & Record<string, unknown>>(
      `SELECT c.id, c.status, c.version,
         coalesce((SELECT array_agg(l.outcome ORDER BY l.intended_at, l.id) FROM refresh_ledger l WHERE l.connection_id = c.id), '{}') AS outcomes,
         (SELECT count(*)::int FROM notices n WHERE n.connection_id = c.id AND n.closed_at IS NULL) AS notices,
         (SELECT count(*)::int FROM timeline t WHERE t.connection_id = c.id AND t.event IN ('reauthorization_required', 'refresh_failed')) AS told
       FROM connections c WHERE c.id = ANY($1)`,
      [ids],
    );
  }

  /** Which of them the provider still deals with: each is refreshed once more, by hand. */
  async living(ids: readonly string[]): Promise<string[]> {
    const living: string[] = [];
    const queue = [...ids];
    const ask = async (): Promise<void> => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        if (await this.isAlive(id)) living.push(id);
      }
    };
    await Promise.all(Array.from({ length: LOOKED_AT_ONCE }, ask));
    return living;
  }

  /** A busy machine may take several tries: one of them says that it rotated, or that it never will. */
  private async isAlive(id: string): Promise<boolean> {
    const decided = await eventually(
      async () => {
        const answer = await this.system.admin.post<{ outcome: string }>(`/v1/connections/${id}/refresh`, {});
        const { outcome } = succeeded(answer);
        return (outcome === 'rotated' || outcome === 'not_refreshable') && outcome;
      },
      { what: `${id} is refreshed by hand, or can’t be`, deadlineMs: SETTLED_WITHIN_MS },
    );
    return decided === 'rotated';
  }

  rows<T extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
    return rowsOf<T>(this.databaseUrl, text, values);
  }

  get databaseUrl(): string {
    const { credentialsDatabaseOwnerUrl, credentialsDatabaseUrl } = this.system.databases;
    return credentialsDatabaseOwnerUrl ?? credentialsDatabaseUrl;
  }
}
