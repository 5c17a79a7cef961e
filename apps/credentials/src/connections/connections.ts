import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { Batcher, inOneGo, prepared } from '@lockkeeper/database';
import { isUserless, needsConsent } from '@lockkeeper/manifests';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { ApiService } from '../api-services/api-service.entity.js';
import { checkParams } from '../api-services/params.js';
import { checkSameSubjects, checkSubjects } from './subjects.js';
import { Connection } from './connection.entity.js';
import { connectionColumns, connectionOf, type ConnectionRow, ConnectionWrites, copyOf } from './connection-rows.js';
import { ConnectionNotFound } from './connection.errors.js';

export interface ConnectionRequest {
  apiService: string;
  user: string;
  scopes?: string[] | undefined;
  params?: Record<string, string> | undefined;
  /** RFC 8693: of which connection the token is exchanged, and which one acts for it. */
  subjectConnectionId?: string | undefined;
  actorConnectionId?: string | undefined;
  /** An e-mail address for notices; null: none any more. */
  notify?: string | null | undefined;
}

export interface ConnectionFilter {
  apiService?: string | undefined;
  user?: string | undefined;
  status?: ConnectionStatus | undefined;
  /** Only connections after this id: the next page. */
  after?: string | undefined;
  limit: number;
}

/** A connection with the API service that it belongs to. */
export interface Belonging {
  connection: Connection;
  apiService: ApiService;
}

/** Connections as they were read a while ago, by id: whoever locks them finds out whether they are what they were. */
type Seen = ReadonlyMap<string, Connection>;
const NONE_SEEN: Seen = new Map();

@Injectable()
export class Connections {
  /** A hundred who look at once, which is what a claim of a hundred brings, are one query. */
  private readonly looking = new Batcher<string, Belonging | null>((ids) => this.look(ids), {
    batchSize: 100,
    atOnce: 4,
  });
  /** The same for those who know the connection already. */
  private readonly joining = new Batcher<string, ApiService>((ids) => this.join(ids), { batchSize: 500, atOnce: 4 });
  private writes: ConnectionWrites | null = null;
  private columns: string | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The same (API service, user) gives the same connection; what is asked for anew counts from the next consent on.
   * @throws ApiServiceNotFound, InvalidInput
   */
  open(request: ConnectionRequest): Promise<Belonging & { created: boolean }> {
    return this.dataSource.transaction((manager) => this.openWithin(manager, request));
  }

  /** The same, in a larger transaction. @throws ApiServiceNotFound, InvalidInput */
  async openWithin(manager: EntityManager, request: ConnectionRequest): Promise<Belonging & { created: boolean }> {
    const apiService = await this.apiServices.get(request.apiService, manager);
    await this.assertExisting(manager, request);
    const created = await this.insertIfNew(manager, apiService, request);
    const connection = await manager.findOneOrFail(Connection, {
      where: { apiServiceId: apiService.id, user: request.user },
      lock: { mode: 'pessimistic_write' },
    });
    if (created) checkParams(apiService.manifest, request.params ?? {});
    if (created) checkSubjects(apiService.manifest, request);
    else checkSameSubjects(connection, request);
    if (created) await this.audit.append(auditOf('connection.created', connection), manager);
    else await this.amend(manager, { connection, apiService }, request);
    return { connection, apiService, created };
  }

  /** @param notify where notices reach the user by e-mail; null: at the user's id, if that is an address @throws ConnectionNotFound */
  async readdress(id: string, notify: string | null): Promise<Belonging> {
    await this.dataSource.transaction(async (manager) => {
      const [connection] = await this.lockAll(manager, [id], NONE_SEEN);
      connection!.notify = notify;
      await this.keepAll(manager, [connection!]);
      await this.audit.append(auditOf('connection.readdressed', connection!), manager);
    });
    return this.get(id);
  }

  /** @throws ConnectionNotFound */
  async get(id: string): Promise<Belonging> {
    const found = await this.looking.add(id);
    if (!found) throw new ConnectionNotFound(id);
    return found;
  }

  /** A connection that was just read, with its API service. */
  async belongingOf(connection: Connection): Promise<Belonging> {
    return { connection, apiService: await this.joining.add(connection.apiServiceId) };
  }

  /**
   * For transitions: nobody else changes the rows until the transaction ends. In the order of their ids, so that two who lock several wait
   * for one another in one direction only. @throws ConnectionNotFound
   */
  private async lockAll(manager: EntityManager, ids: readonly string[], seen: Seen): Promise<Connection[]> {
    const connections = await (seen.size === 0
      ? this.select(manager, [...ids], 'ORDER BY id FOR UPDATE')
      : this.lockSeen(manager, [...ids], seen));
    const missing = ids.find((id) => !connections.some((connection) => connection.id === id));
    if (missing !== undefined) throw new ConnectionNotFound(missing);
    return connections;
  }

  /** What is still as it was seen needn't be read once more. */
  private async lockSeen(manager: EntityManager, ids: string[], seen: Seen): Promise<Connection[]> {
    const locked = await manager.query<Pick<Required<Connection>, 'id' | 'rowVersion'>[]>(
      prepared('SELECT id, xmin::text AS "rowVersion" FROM connections WHERE id = ANY($1) ORDER BY id FOR UPDATE'),
      [ids],
    );
    const unchanged = locked.flatMap(({ id, rowVersion }) => {
      const before = seen.get(id);
      return before?.rowVersion === rowVersion ? [copyOf(before)] : [];
    });
    if (unchanged.length === locked.length) return unchanged;
    const known = new Set(unchanged.map(({ id }) => id));
    const others = locked.map(({ id }) => id).filter((id) => !known.has(id));
    return [...unchanged, ...(await this.select(manager, others, ''))];
  }

  /** The same with their API services, by id. @throws ConnectionNotFound */
  async lockBelongings(
    manager: EntityManager,
    ids: readonly string[],
    seen: Seen = NONE_SEEN,
  ): Promise<Map<string, Belonging>> {
    const each = [...new Set(ids)];
    const locked = this.lockAll(manager, each, seen);
    const belongedTo = this.apiServices.ofConnections(manager, each);
    await inOneGo([locked, belongedTo]);
    const apiServices = await belongedTo;
    return new Map(
      (await locked).map((connection) => [
        connection.id,
        { connection, apiService: apiServices.get(connection.apiServiceId)! },
      ]),
    );
  }

  /** Writes what transitions changed, in one statement. */
  async keepAll(manager: EntityManager, connections: readonly Connection[], seen: Seen = NONE_SEEN): Promise<void> {
    this.writes ??= new ConnectionWrites(this.dataSource);
    await this.writes.keep(manager, connections, seen);
  }

  /** Kept before it is used, so that whoever reads the answer has it. @returns the one that it holds: of several that come at once, the first */
  async keepFirstDpopKey(id: string, sealed: string): Promise<string> {
    const [rows] = await this.dataSource.query<[{ dpopKey: string }[], number]>(
      `UPDATE connections SET dpop_key = coalesce(dpop_key, $2) WHERE id = $1 RETURNING dpop_key AS "dpopKey"`,
      [id, sealed],
    );
    return rows[0]!.dpopKey;
  }

  private async select(
    manager: EntityManager,
    ids: string[],
    how: '' | 'ORDER BY id FOR UPDATE',
  ): Promise<Connection[]> {
    this.columns ??= connectionColumns(this.dataSource);
    const rows = await manager.query<ConnectionRow[]>(
      prepared(`SELECT ${this.columns} FROM connections WHERE id = ANY($1) ${how}`),
      [ids],
    );
    return rows.map(connectionOf);
  }

  private async look(ids: string[]): Promise<(Belonging | null)[]> {
    const connections = await this.select(this.dataSource.manager, [...new Set(ids)], '');
    const byId = new Map(connections.map((connection) => [connection.id, connection]));
    const apiServices = await this.apiServices.byIds([...new Set(connections.map((one) => one.apiServiceId))]);
    return ids.map((id) => {
      const connection = byId.get(id);
      return connection ? { connection, apiService: apiServices.get(connection.apiServiceId)! } : null;
    });
  }

  private async join(ids: string[]): Promise<ApiService[]> {
    const apiServices = await this.apiServices.byIds([...new Set(ids)]);
    return ids.map((id) => apiServices.get(id)!);
  }

  private async insertIfNew(
    manager: EntityManager,
    apiService: ApiService,
    request: ConnectionRequest,
  ): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `INSERT INTO connections (id, api_service_id, user_id, status, requested_scopes, params, subject_connection_id, actor_connection_id,
         refresh_at, notify)
       SELECT $1, $2, $3, 'pending', $4, $5, $6, $7, CASE WHEN $8 THEN now() END, $9 ON CONFLICT (api_service_id, user_id) DO NOTHING RETURNING id`,
      [
        randomUUID(),
        apiService.id,
        request.user,
        request.scopes ?? apiService.scopes,
        JSON.stringify(request.params ?? {}),
        request.subjectConnectionId ?? null,
        request.actorConnectionId ?? null,
        // Where nobody has to agree, its first token is due at once.
        isUserless(apiService.manifest) && !needsConsent(apiService.manifest),
        request.notify ?? null,
      ],
    );
    return rows.length === 1;
  }

  private async assertExisting(manager: EntityManager, { subjectConnectionId, actorConnectionId }: ConnectionRequest) {
    const ids = [subjectConnectionId, actorConnectionId].filter((id) => id !== undefined);
    for (const id of ids) if (!(await manager.existsBy(Connection, { id }))) throw new ConnectionNotFound(id);
  }

  private async amend(
    manager: EntityManager,
    { connection, apiService: { manifest } }: Belonging,
    request: ConnectionRequest,
  ): Promise<void> {
    const { scopes, params, notify } = request;
    if ([scopes, params, notify].every((wish) => wish === undefined)) return;
    if (request.params !== undefined) checkParams(manifest, request.params);
    connection.requestedScopes = request.scopes ?? connection.requestedScopes;
    connection.params = request.params ?? connection.params;
    if (notify !== undefined) connection.notify = notify;
    await this.keepAll(manager, [connection]);
    await this.audit.append(auditOf('connection.amended', connection), manager);
  }
}

const auditOf = (action: string, connection: Connection) => ({
  action,
  objectType: 'connection',
  objectId: connection.id,
  details: { apiServiceId: connection.apiServiceId, scopes: connection.requestedScopes },
});
