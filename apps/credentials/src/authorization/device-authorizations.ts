import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { auditProbe, probeFailed } from '@lockkeeper/audit-chain';
import { KeyRing, type Secret } from '@lockkeeper/sealing';
import { currentContext } from '@lockkeeper/observability';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { DeviceAuthorization } from '../token-endpoint/device-authorization.js';
import type { FlowEndpoints } from './authorization-flows.js';
import { FlowUnknown, OtherBrowser } from './authorization.errors.js';
import type { DeviceEnd, Patience } from './device-patience.js';
import { type BindingCookie, cookieName, drawTicket, isTicket, ticketHash } from './ticket.js';

export type DeviceStatus = 'pending' | 'authorized' | 'replaced' | DeviceEnd;

/** As people may see it: without the device code. */
export interface DeviceState {
  connectionId: string;
  status: DeviceStatus;
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string | null;
  scopes: string[];
  returnUrl: string | null;
  intervalSeconds: number;
  expiresAt: Date;
  /** Who started it. */
  createdBy: string;
}

export interface DeviceStart {
  connectionId: string;
  scopes: string[];
  endpoints: FlowEndpoints;
  returnUrl: string | null;
  authorization: DeviceAuthorization;
  /** What the tokens will be bound to; null where to nothing. */
  dpopKey: Secret | null;
}

/** One poll that is due, leased to this process. */
export interface DuePoll extends Patience {
  id: string;
  connectionId: string;
  deviceCode: Secret;
  dpopKey: Secret | null;
  scopes: string[];
  endpoints: FlowEndpoints;
}

interface DueRow extends Omit<DuePoll, 'deviceCode' | 'dpopKey'> {
  deviceCode: string;
  dpopKey: string | null;
}

const STATE = `connection_id AS "connectionId", status, user_code AS "userCode", verification_uri AS "verificationUri",
  verification_uri_complete AS "verificationUriComplete", scopes, return_url AS "returnUrl", interval_seconds AS "intervalSeconds",
  expires_at AS "expiresAt", created_by AS "createdBy"`;

/** Device authorizations under way. Whoever polls for one holds its lease: one in the fleet, at most once in each interval. */
@Injectable()
export class DeviceAuthorizations {
  private readonly owner = `${process.pid}-${randomUUID().slice(0, 8)}`;

  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Takes the place of one that is under way for the same connection. @returns the handle of its page, and the cookie that opens it */
  async begin(start: DeviceStart): Promise<{ handle: string; cookie: BindingCookie }> {
    const [id, handle, browser] = [randomUUID(), drawTicket(), drawTicket()];
    const { deviceCode, expiresInSeconds, intervalSeconds, ...shown } = start.authorization;
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `UPDATE device_authorizations SET status = 'replaced', device_code = NULL, dpop_key = NULL WHERE connection_id = $1 AND status = 'pending'`,
        [start.connectionId],
      );
      await manager.query(
        `INSERT INTO device_authorizations (id, connection_id, device_code, user_code, verification_uri, verification_uri_complete,
           scopes, endpoints, return_url, handle_hash, browser_hash, interval_seconds, due_at, expires_at, created_by, dpop_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::int, now() + make_interval(secs => $12), now() + make_interval(secs => $13), $14, $15)`,
        [
          ...[
            id,
            start.connectionId,
            this.keyRing.seal(deviceCode, place(id, 'device_code')),
            shown.userCode,
            shown.verificationUri,
          ],
          ...[shown.verificationUriComplete, start.scopes, JSON.stringify(start.endpoints), start.returnUrl],
          ...[ticketHash(handle), ticketHash(browser), intervalSeconds, expiresInSeconds],
          currentContext()?.actor ?? 'system',
          start.dpopKey && this.keyRing.seal(start.dpopKey, place(id, 'dpop_key')),
        ],
      );
    });
    const name = cookieName('device', handle, this.settings.CREDENTIALS_PUBLIC_URL);
    return { handle, cookie: { name, value: browser, maxAgeSeconds: expiresInSeconds } };
  }

  /** The newest of a connection; null if there was none. */
  async of(connectionId: string): Promise<DeviceState | null> {
    const [state] = await this.dataSource.query<DeviceState[]>(
      `SELECT ${STATE} FROM device_authorizations WHERE connection_id = $1 ORDER BY created_at DESC LIMIT 1`,
      [connectionId],
    );
    return state ?? null;
  }

  /** For the browser that began it, and no other. @throws FlowUnknown, OtherBrowser */
  async visit(handle: string, cookies: Record<string, string | undefined>): Promise<DeviceState> {
    if (!isTicket(handle)) throw new FlowUnknown();
    const cookie = cookies[cookieName('device', handle, this.settings.CREDENTIALS_PUBLIC_URL)] ?? '';
    const [found] = await this.dataSource.query<(DeviceState & { sameBrowser: boolean })[]>(
      `SELECT ${STATE}, browser_hash = $2 AS "sameBrowser" FROM device_authorizations WHERE handle_hash = $1`,
      [ticketHash(handle), ticketHash(cookie)],
    );
    if (!found) throw new FlowUnknown();
    const { sameBrowser, ...state } = found;
    if (!sameBrowser) throw new OtherBrowser().of(state.connectionId);
    return state;
  }

  /** Leases what is due; each to one replica. Where the API service is frozen, nobody is asked. @throws AuditUnavailable: nothing is asked for then */
  async claimDue(limit: number): Promise<DuePoll[]> {
    const claimed = this.dataSource.query<[DueRow[], number]>(
      `WITH due AS (
         SELECT id FROM device_authorizations WHERE status = 'pending' AND due_at <= now() AND expires_at > now()
           AND (lease_until IS NULL OR lease_until < now())
           AND NOT EXISTS (SELECT FROM connections c JOIN api_services s ON s.id = c.api_service_id WHERE c.id = connection_id AND s.frozen IS NOT NULL)
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
       ${auditProbe('due')}
       UPDATE device_authorizations d SET lease_owner = $2, lease_until = now() + make_interval(secs => $3)
       FROM due JOIN probe ON probe.takes WHERE d.id = due.id
       RETURNING d.id, d.connection_id AS "connectionId", d.device_code AS "deviceCode", d.dpop_key AS "dpopKey", d.scopes, d.endpoints,
         d.interval_seconds AS "intervalSeconds", d.failures`,
      [limit, this.owner, this.settings.CREDENTIALS_LEASE_SECONDS],
    );
    const [rows] = await claimed.catch(probeFailed);
    return rows.map((row) => ({
      ...row,
      deviceCode: this.keyRing.open(row.deviceCode, place(row.id, 'device_code')),
      dpopKey: row.dpopKey === null ? null : this.keyRing.open(row.dpopKey, place(row.id, 'dpop_key')),
    }));
  }

  /** Counted from now, when the provider has answered: so no clock of its own can find two polls closer than the interval. */
  async postpone(id: string, { seconds, intervalSeconds, failures }: Patience & { seconds: number }): Promise<void> {
    await this.dataSource.query(
      `UPDATE device_authorizations SET due_at = now() + make_interval(secs => $3), interval_seconds = $4, failures = $5,
         lease_owner = NULL, lease_until = NULL
       WHERE id = $1 AND lease_owner = $2 AND status = 'pending'`,
      [id, this.owner, seconds, intervalSeconds, failures],
    );
  }

  /** Device code and key are erased: nobody asks again. */
  async end(id: string, status: Exclude<DeviceStatus, 'pending'>): Promise<void> {
    await this.dataSource.query(
      `UPDATE device_authorizations SET status = $2, device_code = NULL, dpop_key = NULL, lease_owner = NULL, lease_until = NULL
       WHERE id = $1 AND status = 'pending'`,
      [id, status],
    );
  }

  /** Leases those whose time ran out; each to one replica, which tells of it and ends it. */
  async claimLapsed(): Promise<{ id: string; connectionId: string }[]> {
    const [rows] = await this.dataSource.query<[{ id: string; connectionId: string }[], number]>(
      `UPDATE device_authorizations SET lease_owner = $1, lease_until = now() + make_interval(secs => $2)
       WHERE status = 'pending' AND expires_at <= now() AND (lease_until IS NULL OR lease_until < now())
       RETURNING id, connection_id AS "connectionId"`,
      [this.owner, this.settings.CREDENTIALS_LEASE_SECONDS],
    );
    return rows;
  }
}

const place = (id: string, column: string) => ({ table: 'device_authorizations', id, column });
