import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, type Secret } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Belonging } from '../connections/connections.js';
import { type ConsentFailed, FlowExpired, FlowUnknown, OtherApiService, OtherBrowser } from './authorization.errors.js';
import { drawTicket, isTicket, ticketHash } from './ticket.js';

/** Where a flow's requests go, remembered from its start (RFC 9700 section 4.4.2: bound to the flow, compared at its end). */
export interface FlowEndpoints {
  issuer: string | null;
  authorizeUrl: string;
  tokenUrl: string;
  /** The connection's own values, which may stand in both. */
  params: Record<string, string>;
}

export const endpointsOf = ({ connection, apiService: { manifest } }: Belonging): FlowEndpoints => ({
  issuer: manifest.issuer ?? null,
  authorizeUrl: manifest.authorize.url,
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
}

export interface StartedFlow {
  state: string;
  cookie: FlowCookie;
}

/** Binds the flow to the browser that began it. One cookie for each flow, so that two tabs don't disturb each other. */
export interface FlowCookie {
  name: string;
  value: string;
  maxAgeSeconds: number;
}

export interface FinishedFlow extends Omit<FlowStart, 'codeVerifier'> {
  id: string;
  codeVerifier: Secret | null;
}

interface FlowRow extends Omit<FlowStart, 'codeVerifier'> {
  id: string;
  codeVerifier: string | null;
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
    const verifier = start.codeVerifier && this.keyRing.seal(start.codeVerifier, verifierPlace(id));
    await this.dataSource.query(
      `INSERT INTO authorization_flows (id, connection_id, slug, state_hash, browser_hash, code_verifier, redirect_uri,
         client_id, endpoints, scopes, return_url, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + make_interval(secs => $12))`,
      [
        ...[id, start.connectionId, start.slug, ticketHash(state), ticketHash(browser), verifier, start.redirectUri],
        ...[start.clientId, JSON.stringify(start.endpoints), start.scopes, start.returnUrl],
        this.settings.CREDENTIALS_FLOW_TTL_SECONDS,
      ],
    );
    const maxAgeSeconds = this.settings.CREDENTIALS_FLOW_TTL_SECONDS;
    return { state, cookie: { name: this.cookieName(state), value: browser, maxAgeSeconds } };
  }

  /**
   * Takes the flow that `state` belongs to: one winner, whoever asks at once, and only the browser that began it,
   * at the address of its API service, in time. The verifier is erased in the same statement.
   * @throws FlowUnknown, FlowExpired, OtherBrowser, OtherApiService: nothing is consumed then
   */
  async finish(
    slug: string,
    state: string | undefined,
    cookies: Record<string, string | undefined>,
  ): Promise<FinishedFlow> {
    if (!isTicket(state)) throw new FlowUnknown();
    const browser = cookies[this.cookieName(state)] ?? '';
    const [rows] = await this.dataSource.query<[FlowRow[], number]>(
      `WITH open AS (
         SELECT id, code_verifier FROM authorization_flows
         WHERE state_hash = $1 AND browser_hash = $2 AND slug = $3 AND consumed_at IS NULL AND expires_at > now() FOR UPDATE)
       UPDATE authorization_flows f SET consumed_at = now(), code_verifier = NULL FROM open WHERE f.id = open.id
       RETURNING ${COLUMNS}, open.code_verifier AS "codeVerifier"`,
      [ticketHash(state), ticketHash(browser), slug],
    );
    const flow = rows[0];
    if (!flow) throw await this.whyNot(slug, state, browser);
    return {
      ...flow,
      codeVerifier: flow.codeVerifier === null ? null : this.keyRing.open(flow.codeVerifier, verifierPlace(flow.id)),
    };
  }

  /** Lets browsers with https refuse to send the cookie anywhere but here (RFC 6265bis section 4.1.3). */
  cookieName(state: string): string {
    const name = `lockkeeper-flow-${ticketHash(state).slice(0, 16)}`;
    return this.settings.CREDENTIALS_PUBLIC_URL.startsWith('https:') ? `__Host-${name}` : name;
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

const verifierPlace = (id: string) => ({ table: 'authorization_flows', id, column: 'code_verifier' });
