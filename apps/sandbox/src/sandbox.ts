import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Provider from 'oidc-provider';
import { type Logger, pino } from 'pino';
import { accountPages } from './account.page.js';
import { protectedApi } from './api.js';
import { SANDBOX_CLIENT_ID, createAuthorizationServer } from './authorization-server.js';
import { consentPages } from './consent.page.js';
import { type SandboxSettings, settingsFrom } from './settings.js';
import { endGrant } from './state-adapter.js';
import { SandboxState } from './state.js';
import { SandboxStatistics } from './statistics.js';

const DRAIN_MS = 2000;

/** A running sandbox. */
export interface Sandbox {
  /** The issuer: where its endpoints and its API are. */
  url: string;
  clientId: string;
  clientSecret: string;
  statistics: SandboxStatistics;
  /** What the user does who takes every consent back: their grants and tokens die, and no client is told. Returns how many grants. */
  withdraw(login: string): number;
  stop(): Promise<void>;
}

/** @param given what differs from the defaults; without a port it takes a free one */
export async function startSandbox(given: Partial<SandboxSettings> = {}): Promise<Sandbox> {
  const settings = settingsFrom(given);
  const log = createLog(settings.logLevel);
  const state = await SandboxState.load(settings.stateFile, (fault) =>
    log.error({ event: 'state_not_written', err: fault }),
  );
  const server = createServer();
  const url = settings.url ?? (await listen(server, settings));
  const clientSecret = settings.clientSecret ?? state.keys.clientSecret;
  const statistics = new SandboxStatistics();
  const provider = createAuthorizationServer({ issuer: url, clientSecret, settings, state, statistics });
  provider.use(consentPages(provider)).use(accountPages(provider, state)).use(protectedApi(provider, state));
  logEvents(provider, log);
  server.on('request', provider.callback());
  if (!server.listening) await listen(server, settings);
  log.info({ event: 'sandbox_ready', url });
  return {
    url,
    clientId: SANDBOX_CLIENT_ID,
    clientSecret,
    statistics,
    withdraw: (login) => withdrawAll(state, login),
    stop: () => stop(server, state),
  };
}

async function listen(server: Server, { host, port }: SandboxSettings): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

async function stop(server: Server, state: SandboxState): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const hurry = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(hurry);
  await state.close();
}

function withdrawAll(state: SandboxState, login: string): number {
  const grants = [...state.startingWith<{ jti: string; accountId: string }>('Grant:')].map(([, grant]) => grant);
  const theirs = grants.filter((grant) => grant.accountId === login);
  for (const grant of theirs) endGrant(state, grant.jti);
  return theirs.length;
}

const createLog = (level: SandboxSettings['logLevel']): Logger =>
  pino({
    level,
    base: { workspace: 'sandbox' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });

/** What happened and to which client, never with what: no code, token or secret is put into a log line. */
function logEvents(provider: Provider, log: Logger): void {
  provider.on('authorization.success', (ctx) =>
    log.info({
      event: 'authorization_answered',
      clientId: ctx.oidc.client?.clientId,
      login: ctx.oidc.session?.accountId,
    }),
  );
  provider.on('authorization.error', (ctx, fault) =>
    log.warn({
      event: 'authorization_refused',
      clientId: ctx.oidc?.client?.clientId,
      error: fault.error,
      detail: fault.error_description,
    }),
  );
  provider.on('grant.success', (ctx) =>
    log.info({
      event: 'token_issued',
      clientId: ctx.oidc.client?.clientId,
      grantType: ctx.oidc.params?.['grant_type'],
    }),
  );
  provider.on('grant.error', (ctx, fault) =>
    log.warn({
      event: 'token_refused',
      clientId: ctx.oidc?.client?.clientId,
      error: fault.error,
      detail: fault.error_description,
    }),
  );
  provider.on('server_error', (_ctx, fault) => log.error({ event: 'failed', err: fault }));
}
