import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { auditProbe, probeFailed } from '@lockkeeper/audit-chain';
import { KeyRing, type Secret } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Belonging } from '../connections/connections.js';
import { type ConsentFailed, FlowExpired, FlowUnknown, OtherApiService, OtherBrowser } from './authorization.errors.js';
import { type BindingCookie, cookieName, drawTicket, isTicket, ticketHash } from './ticket.js';

/** Where a flow's requests go, remembered from its start (RFC 9700 section 4.4.2: bound to the flow, compared at its end). */
export interface FlowEndpoints {
  issuer: string | null;
  authorizeUrl: string | null;
  tokenUrl: string;
  /** The connection's own values, which may stand in both. */
  params: Record<string, string>;
}

export const endpointsOf = ({ connection, apiService: { manifest } }: Belonging): FlowEndpoints => ({
  issuer: manifest.issuer ?? null,
  authorizeUrl: manifest.authorize.url ?? null,
  tokenUrl: manifest.token.url,
  params: connection.params,
});

export const sameEndpoints = (one: FlowEndpoints, other: FlowEndpoints): boolean => isDeepStrictEqual(one, other);

export interface FlowStart {
  connectionId: string;
  slug: string;
  redirectUri: string;
  clientId: string;
  endpoints: FlowEndpoints;
  scopes: string[];
  returnUrl: string | null;
  codeVerifier: Secret | null;
  /** What the tokens will be bound to; it becomes the connection's with them. */
  dpopKey: Secret | null;
}

export interface StartedFlow {
  state: string;
  cookie: BindingCookie;
}

export interface FinishedFlow extends FlowStart {
  id: string;
}

interface FlowRow extends Omit<FlowStart, 'codeVerifier' | 'dpopKey'> {
  id: string;
  codeVerifier: string | null;
  dpopKey: string | null;
}

const COLUMNS = `f.id, f.connection_id AS "connectionId", f.slug, f.redirect_uri AS "redirectUri", f.client_id AS "clientId",
  f.endpoints, f.scopes, f.return_url AS "returnUrl"`;

/** One record for each consent under way, from the redirect to the provider until its answer. */
@Injectable()
export class AuthorizationFlows {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async begin(start: FlowStart): Promise<StartedFlow> {
    const [id, state, browser] = [randomUUID(), drawTicket(), drawTicket()];
    const verifier = start.codeVerifier && this.keyRing.seal(start.codeVerifier, place(id, 'code_verifier'));
    const dpopKey = start.dpopKey && this.keyRing.seal(start.dpopKey, place(id, 'dpop_key'));
    await this.dataSource.query(
      `INSERT INTO authorization_flows (id, connection_id, slug, state_hash, browser_hash, code_verifier, redirect_uri,
         client_id, endpoints, scopes, return_url, dpop_key, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + make_interval(secs => $13))`,
      [
        ...[id, start.connectionId, start.slug, ticketHash(state), ticketHash(browser), verifier, start.redirectUri],
        ...[start.clientId, JSON.stringify(start.endpoints), start.scopes, start.returnUrl, dpopKey],
        this.settings.CREDENTIALS_FLOW_TTL_SECONDS,
      ],
    );
    const maxAgeSeconds = this.settings.CREDENTIALS_FLOW_TTL_SECONDS;
    return { state, cookie: { name: this.cookieName(state), value: browser, maxAgeSeconds } };
  }

  /**
   * Takes the flow that `state` belongs to: one winner, whoever asks at once, and only the browser that began it,
   * at the address of its API service, in time. The verifier and the key are erased in the same statement.
   * @throws FlowUnknown, FlowExpired, OtherBrowser, OtherApiService, AuditUnavailable: nothing is consumed then
   */
  async finish(
    slug: string,
    state: string | undefined,
    cookies: Record<string, string | undefined>,
  ): Promise<FinishedFlow> {
    if (!isTicket(state)) throw new FlowUnknown();
    const browser = cookies[this.cookieName(state)] ?? '';
    const finished = this.dataSource.query<[FlowRow[], number]>(
      `WITH open AS (
         SELECT id, code_verifier, dpop_key FROM authorization_flows
         WHERE state_hash = $1 AND browser_hash = $2 AND slug = $3 AND consumed_at IS NULL AND expires_at > now() FOR UPDATE),
       ${auditProbe('open')}
       UPDATE authorization_flows f SET consumed_at = now(), code_verifier = NULL, dpop_key = NULL FROM open JOIN probe ON probe.takes
       WHERE f.id = open.id
       RETURNING ${COLUMNS}, open.code_verifier AS "codeVerifier", open.dpop_key AS "dpopKey"`,
      [ticketHash(state), ticketHash(browser), slug],
    );
    const [rows] = await finished.catch(probeFailed);
    const flow = rows[0];
    if (!flow) throw await this.whyNot(slug, state, browser);
    const open = (sealed: string | null, column: string): Secret | null =>
      sealed === null ? null : this.keyRing.open(sealed, place(flow.id, column));
    const { codeVerifier, dpopKey } = flow;
    return { ...flow, codeVerifier: open(codeVerifier, 'code_verifier'), dpopKey: open(dpopKey, 'dpop_key') };
  }

  private cookieName(state: string): string {
    return cookieName('flow', state, this.settings.CREDENTIALS_PUBLIC_URL);
  }

  private async whyNot(slug: string, state: string, browser: string): Promise<ConsentFailed> {
    const [flow] = await this.dataSource.query<SpentFlow[]>(
      `SELECT connection_id AS "connectionId", slug, consumed_at IS NOT NULL AS consumed, browser_hash = $2 AS "sameBrowser"
       FROM authorization_flows WHERE state_hash = $1`,
      [ticketHash(state), ticketHash(browser)],
    );
    return flow ? reasonAgainst(flow, slug).of(flow.connectionId) : new FlowUnknown();
  }
}

interface SpentFlow {
  connectionId: string;
  slug: string;
  consumed: boolean;
  sameBrowser: boolean;
}

/** What was wrong with an answer to a flow that exists; the worst first. */
function reasonAgainst(flow: SpentFlow, slug: string): ConsentFailed {
  if (!flow.sameBrowser) return new OtherBrowser();
  if (flow.slug !== slug) return new OtherApiService();
  return flow.consumed ? new FlowUnknown() : new FlowExpired();
}

const place = (id: string, column: string) => ({ table: 'authorization_flows', id, column });
