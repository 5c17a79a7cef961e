import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { currentContext } from '@lockkeeper/observability';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Connections } from '../connections/connections.js';
import { LinkSpent, ReturnUrlRefused } from './authorization.errors.js';
import { drawTicket, isTicket, ticketHash } from './ticket.js';

export interface LinkRequest {
  ttlSeconds?: number | undefined;
  returnUrl?: string | undefined;
}

export interface IssuedLink {
  url: string;
  expiresAt: Date;
}

/** What a used link stood for. */
export interface OpenedLink {
  connectionId: string;
  returnUrl: string | null;
}

/** Single-use links on our own origin, by which a user starts a consent. */
@Injectable()
export class AuthorizationLinks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly audit: AuditLog,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws ConnectionNotFound, ApiServiceNotFound, ReturnUrlRefused */
  async issue(connectionId: string, { ttlSeconds, returnUrl }: LinkRequest): Promise<IssuedLink> {
    const { connection, apiService } = await this.connections.get(connectionId);
    this.apiServices.assertLiving(apiService);
    if (returnUrl !== undefined) this.assertReturnUrl(returnUrl);
    const ticket = drawTicket();
    const expiresAt = await this.dataSource.transaction(async (manager) => {
      const [row] = await manager.query<{ expires_at: Date }[]>(
        `INSERT INTO authorization_links (id, connection_id, ticket_hash, return_url, expires_at, created_by)
         VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), $6) RETURNING expires_at`,
        [
          randomUUID(),
          connection.id,
          ticketHash(ticket),
          returnUrl ?? null,
          this.ttl(ttlSeconds),
          currentContext()?.actor ?? 'system',
        ],
      );
      await this.record(manager, 'issued', connection.id);
      return row!.expires_at;
    });
    return { url: `${this.settings.CREDENTIALS_PUBLIC_URL}/connect/${ticket}`, expiresAt };
  }

  /** One winner, whoever asks at once. @throws LinkSpent */
  async use(ticket: string): Promise<OpenedLink> {
    if (!isTicket(ticket)) throw new LinkSpent();
    return this.dataSource.transaction(async (manager) => {
      const [rows] = await manager.query<[OpenedLink[], number]>(
        `UPDATE authorization_links SET used_at = now()
         WHERE ticket_hash = $1 AND used_at IS NULL AND expires_at > now()
         RETURNING connection_id AS "connectionId", return_url AS "returnUrl"`,
        [ticketHash(ticket)],
      );
      const link = rows[0];
      if (!link) throw new LinkSpent();
      await this.record(manager, 'opened', link.connectionId);
      return link;
    });
  }

  private record(manager: EntityManager, what: 'issued' | 'opened', connectionId: string): Promise<void> {
    const action = `authorization_link.${what}`;
    return this.audit.append({ action, objectType: 'connection', objectId: connectionId }, manager);
  }

  private ttl(asked: number | undefined): number {
    return asked ?? this.settings.CREDENTIALS_LINK_TTL_SECONDS;
  }

  /** RFC 9700 section 2.1: no open redirector. Compared as parsed origins, so that no spelling gets around it. */
  private assertReturnUrl(returnUrl: string): void {
    const url = URL.canParse(returnUrl) ? new URL(returnUrl) : undefined;
    const plain = url !== undefined && url.username === '' && url.password === '';
    if (!plain || !this.settings.CREDENTIALS_RETURN_URL_ORIGINS.includes(url.origin)) throw new ReturnUrlRefused();
  }
}
