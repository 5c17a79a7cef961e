import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { needsConsent } from '@lockkeeper/manifests';
import { currentContext } from '@lockkeeper/observability';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Connections } from '../connections/connections.js';
import {
  type ConsentFailed,
  LinkOpenedElsewhere,
  LinkSpent,
  NoConsentNeeded,
  ReturnUrlRefused,
  TooManyTries,
} from './authorization.errors.js';
import { type BindingCookie, cookieName, drawTicket, isTicket, ticketHash } from './ticket.js';

export interface LinkRequest {
  ttlSeconds?: number | undefined;
  returnUrl?: string | undefined;
}

export interface IssuedLink {
  url: string;
  expiresAt: Date;
}

/** A browser comes by with a ticket. */
export interface LinkVisit {
  ticket: string;
  cookies: Record<string, string | undefined>;
}

/** What a link stands for. */
export interface OpenedLink {
  connectionId: string;
  returnUrl: string | null;
}

interface LinkRow extends OpenedLink {
  secondsLeft: number;
}

/** Of what a link's user types: enough for every mistake, too few to guess with. */
const MOST_TRIES = 20;

const LINK = `connection_id AS "connectionId", return_url AS "returnUrl",
  ceil(extract(epoch FROM expires_at - now()))::int AS "secondsLeft"`;

/**
 * Single-use links on our own origin, by which a user starts a consent. The first browser that opens one has it to itself, with time
 * to read; it is used up by whoever of it goes on.
 */
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
    if (!needsConsent(apiService.manifest)) throw new NoConsentNeeded(apiService.slug);
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

  /**
   * The first opening binds the link to its browser, whoever asks at once; the same browser may look again.
   * @throws LinkSpent, LinkOpenedElsewhere
   */
  async open({ ticket, cookies }: LinkVisit): Promise<{ link: OpenedLink; cookie: BindingCookie | null }> {
    if (!isTicket(ticket)) throw new LinkSpent();
    const browser = drawTicket();
    const opened = await this.openFirst(ticket, browser);
    if (opened) {
      const maxAgeSeconds = opened.secondsLeft;
      return { link: opened, cookie: { name: this.cookieName(ticket), value: browser, maxAgeSeconds } };
    }
    return { link: await this.openAgain({ ticket, cookies }), cookie: null };
  }

  /**
   * One try at filling in what its service asks for, by the browser that has it, or the first at all. The link stays as it is.
   * @throws LinkSpent, LinkOpenedElsewhere, TooManyTries
   */
  async try(visit: LinkVisit): Promise<{ link: OpenedLink; cookie: BindingCookie | null }> {
    const opened = await this.open(visit);
    const [, tried] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE authorization_links SET tries = tries + 1 WHERE ticket_hash = $1 AND tries < $2`,
      [ticketHash(visit.ticket), MOST_TRIES],
    );
    if (tried === 0) throw new TooManyTries().of(opened.link.connectionId);
    return opened;
  }

  /** What the link stands for, for an onlooker: it stays as new as it was. @throws LinkSpent */
  async peek(ticket: string): Promise<OpenedLink> {
    const [link] = await this.dataSource.query<LinkRow[]>(
      `SELECT ${LINK} FROM authorization_links
       WHERE ticket_hash = $1 AND opened_at IS NULL AND used_at IS NULL AND expires_at > now()`,
      [ticketHash(ticket)],
    );
    if (!link) throw new LinkSpent();
    return link;
  }

  /**
   * One winner, whoever asks at once: the browser that opened it, or the first at all.
   * @param fresh the cookie of a browser that opened it with this very request
   * @throws LinkSpent, LinkOpenedElsewhere
   */
  async use(visit: LinkVisit, fresh: BindingCookie | null = null): Promise<OpenedLink> {
    if (!isTicket(visit.ticket)) throw new LinkSpent();
    return this.dataSource.transaction(async (manager) => {
      const [rows] = await manager.query<[OpenedLink[], number]>(
        `UPDATE authorization_links SET used_at = now()
         WHERE ticket_hash = $1 AND used_at IS NULL AND expires_at > now() AND (opened_at IS NULL OR browser_hash = $2)
         RETURNING connection_id AS "connectionId", return_url AS "returnUrl"`,
        [ticketHash(visit.ticket), fresh ? ticketHash(fresh.value) : this.browserHash(visit)],
      );
      const link = rows[0];
      if (!link) throw await this.whyNot(visit);
      await this.record(manager, 'used', link.connectionId);
      return link;
    });
  }

  /** Whose link it is, whatever has become of it; null where it is nobody's. */
  async subjectOf(ticket: string): Promise<string | null> {
    const [link] = await this.dataSource.query<{ connectionId: string }[]>(
      `SELECT connection_id AS "connectionId" FROM authorization_links WHERE ticket_hash = $1`,
      [ticketHash(ticket)],
    );
    return link?.connectionId ?? null;
  }

  /** Whatever was left of the link's life, its browser has as long as a consent may take. */
  private openFirst(ticket: string, browser: string): Promise<LinkRow | null> {
    return this.dataSource.transaction(async (manager) => {
      const [rows] = await manager.query<[LinkRow[], number]>(
        `UPDATE authorization_links SET opened_at = now(), browser_hash = $2,
           expires_at = greatest(expires_at, now() + make_interval(secs => $3))
         WHERE ticket_hash = $1 AND opened_at IS NULL AND used_at IS NULL AND expires_at > now() RETURNING ${LINK}`,
        [ticketHash(ticket), ticketHash(browser), this.settings.CREDENTIALS_FLOW_TTL_SECONDS],
      );
      const link = rows[0];
      if (link) await this.record(manager, 'opened', link.connectionId);
      return link ?? null;
    });
  }

  private async openAgain(visit: LinkVisit): Promise<OpenedLink> {
    const [link] = await this.dataSource.query<LinkRow[]>(
      `SELECT ${LINK} FROM authorization_links
       WHERE ticket_hash = $1 AND browser_hash = $2 AND used_at IS NULL AND expires_at > now()`,
      [ticketHash(visit.ticket), this.browserHash(visit)],
    );
    if (!link) throw await this.whyNot(visit);
    return link;
  }

  /** Whoever comes with a link that somebody else has open learns that, and no more. */
  private async whyNot({ ticket }: LinkVisit): Promise<ConsentFailed> {
    const [link] = await this.dataSource.query<{ connectionId: string }[]>(
      `SELECT connection_id AS "connectionId" FROM authorization_links
       WHERE ticket_hash = $1 AND opened_at IS NOT NULL AND used_at IS NULL AND expires_at > now()`,
      [ticketHash(ticket)],
    );
    return link ? new LinkOpenedElsewhere().of(link.connectionId) : new LinkSpent();
  }

  private cookieName(ticket: string): string {
    return cookieName('link', ticket, this.settings.CREDENTIALS_PUBLIC_URL);
  }

  private browserHash({ ticket, cookies }: LinkVisit): string {
    return ticketHash(cookies[this.cookieName(ticket)] ?? '');
  }

  private record(manager: EntityManager, what: 'issued' | 'opened' | 'used', connectionId: string): Promise<void> {
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
