import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { ApiService } from '../api-services/api-service.entity.js';
import { checkParams } from '../api-services/params.js';
import { Connection } from './connection.entity.js';
import { ConnectionNotFound } from './connection.errors.js';

export interface ConnectionRequest {
  apiService: string;
  user: string;
  scopes?: string[] | undefined;
  params?: Record<string, string> | undefined;
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

@Injectable()
export class Connections {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The same (API service, user) gives the same connection; what is asked for anew counts from the next consent on.
   * @throws ApiServiceNotFound, InvalidInput
   */
  async open(request: ConnectionRequest): Promise<Belonging & { created: boolean }> {
    const apiService = await this.apiServices.get(request.apiService);
    return this.dataSource.transaction(async (manager) => {
      const created = await this.insertIfNew(manager, apiService, request);
      const connection = await manager.findOneOrFail(Connection, {
        where: { apiServiceId: apiService.id, user: request.user },
        lock: { mode: 'pessimistic_write' },
      });
      if (created) checkParams(apiService.manifest, request.params ?? {});
      if (created) await this.audit.append(auditOf('connection.created', connection), manager);
      else await this.amend(manager, { connection, apiService }, request);
      return { connection, apiService, created };
    });
  }

  async get(id: string): Promise<Belonging> {
    const connection = await this.dataSource.manager.findOneBy(Connection, { id });
    if (!connection) throw new ConnectionNotFound(id);
    return { connection, apiService: await this.apiServices.byId(connection.apiServiceId) };
  }

  async list(filter: ConnectionFilter): Promise<Belonging[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(Connection, 'connection')
      .innerJoin(ApiService, 'service', 'service.id = connection.apiServiceId')
      .orderBy('connection.id')
      .take(filter.limit);
    if (filter.apiService !== undefined) query.andWhere('service.slug = :slug', { slug: filter.apiService });
    if (filter.user !== undefined) query.andWhere('connection.user = :user', { user: filter.user });
    if (filter.status !== undefined) query.andWhere('connection.status = :status', { status: filter.status });
    if (filter.after !== undefined) query.andWhere('connection.id > :after', { after: filter.after });
    const connections = await query.getMany();
    const apiServices = await this.apiServices.byIds([...new Set(connections.map((one) => one.apiServiceId))]);
    return connections.map((connection) => ({ connection, apiService: apiServices.get(connection.apiServiceId)! }));
  }

  /** For a transition: nobody else changes the row until the transaction ends. @throws ConnectionNotFound */
  async lock(manager: EntityManager, id: string): Promise<Connection> {
    const connection = await manager.findOne(Connection, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!connection) throw new ConnectionNotFound(id);
    return connection;
  }

  /** Writes what a transition changed. */
  async keep(manager: EntityManager, connection: Connection): Promise<void> {
    const { id, apiServiceId, createdAt, user, ...changing } = connection;
    await manager.update(Connection, { id }, changing as object);
  }

  private async insertIfNew(
    manager: EntityManager,
    apiService: ApiService,
    request: ConnectionRequest,
  ): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `INSERT INTO connections (id, api_service_id, user_id, status, requested_scopes, params)
       VALUES ($1, $2, $3, 'pending', $4, $5) ON CONFLICT (api_service_id, user_id) DO NOTHING RETURNING id`,
      [
        randomUUID(),
        apiService.id,
        request.user,
        request.scopes ?? apiService.scopes,
        JSON.stringify(request.params ?? {}),
      ],
    );
    return rows.length === 1;
  }

  private async amend(
    manager: EntityManager,
    { connection, apiService: { manifest } }: Belonging,
    request: ConnectionRequest,
  ): Promise<void> {
    if (request.scopes === undefined && request.params === undefined) return;
    if (request.params !== undefined) checkParams(manifest, request.params);
    connection.requestedScopes = request.scopes ?? connection.requestedScopes;
    connection.params = request.params ?? connection.params;
    await this.keep(manager, connection);
    await this.audit.append(auditOf('connection.amended', connection), manager);
  }
}

const auditOf = (action: string, connection: Connection) => ({
  action,
  objectType: 'connection',
  objectId: connection.id,
  details: { apiServiceId: connection.apiServiceId, scopes: connection.requestedScopes },
});
