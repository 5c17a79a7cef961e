import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type ConnectionOptions, type NatsConnection, connect, credsAuthenticator } from '@nats-io/transport-node';
import type { HealthCheck, HealthReport } from '@lockkeeper/observability';
import { BehaviorSubject, type Observable, distinctUntilChanged } from 'rxjs';
import { NatsUnavailable } from './messaging.errors.js';

export interface NatsLinkOptions {
  /** `nats://host:port`, several separated by commas. */
  url: string;
  /** The NATS user's name, `credentials` or `access-tokens`: names the connection and its inbox, which its permissions are cut to. */
  user: string;
  /** A `.creds` file, read again at each connect, so that a renewed one is taken without a restart. None for a server without accounts. */
  credsFile?: string | null;
}

export type LinkState = 'connecting' | 'connected' | 'disconnected' | 'closed';

const CONNECT_TIMEOUT_MS = 3000;
const RETRY_MS = 1000;
const DRAIN_TIMEOUT_MS = 5000;

/**
 * A workspace's one connection to NATS. It is there when NATS is: opening never fails, a lost connection is sought again for ever,
 * and what is asked of it meanwhile fails at once with NatsUnavailable.
 */
export class NatsLink implements OnApplicationShutdown, HealthCheck {
  readonly name = 'nats';
  private readonly logger = new Logger('nats');
  private readonly states = new BehaviorSubject<LinkState>('connecting');
  private readonly users = new Set<(connection: NatsConnection) => void>();
  private readonly closing = new AbortController();
  private current: NatsConnection | null = null;
  private running: Promise<void> | null = null;

  constructor(private readonly options: NatsLinkOptions) {}

  /** Starts connecting, in the background. Once is enough; more does no harm. */
  open(): this {
    if (!this.running) {
      if (!this.options.credsFile) {
        this.logger.warn({
          event: 'nats_without_accounts',
          detail: 'no creds file: workspaces are not kept apart in NATS',
        });
      }
      this.running = this.connectForEver();
    }
    return this;
  }

  get state(): LinkState {
    return this.states.value;
  }

  get stateChanges(): Observable<LinkState> {
    return this.states.pipe(distinctUntilChanged());
  }

  /** @throws NatsUnavailable */
  get connection(): NatsConnection {
    if (this.state !== 'connected' || !this.current) throw new NatsUnavailable();
    return this.current;
  }

  /** Calls back with the connection that is there, and with each new one. A reconnect keeps the connection: its subscriptions live on. */
  useEachConnection(use: (connection: NatsConnection) => void): void {
    this.users.add(use);
    if (this.current && !this.current.isClosed()) use(this.current);
  }

  /** Reading tokens needs no NATS, so a workspace without it is degraded, not down. */
  check(): HealthReport {
    return this.state === 'connected' ? { state: 'up' } : { state: 'degraded', detail: `NATS: ${this.state}` };
  }

  /** Sends what is still to be sent, then closes. Once is enough; more does no harm. */
  async close(): Promise<void> {
    if (!this.closing.signal.aborted) {
      this.closing.abort();
      await this.drain();
      this.states.next('closed');
    }
    await this.running;
  }

  /** After the servers and relays, which stop earlier in Nest's sequence. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async connectForEver(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        await this.hold(await connect(this.connectionOptions()));
      } catch (error) {
        if (this.state !== 'disconnected')
          this.logger.warn({ event: 'nats_unreachable', reason: (error as Error).message });
      }
      if (this.closing.signal.aborted) return;
      this.states.next('disconnected');
      await delay(RETRY_MS, undefined, { signal: this.closing.signal }).catch(() => undefined); // closing ends the pause
    }
  }

  /** Until it is closed for good, which the client does by itself only when it can't go on at all. */
  private async hold(connection: NatsConnection): Promise<void> {
    if (this.closing.signal.aborted) return connection.close();
    this.current = connection;
    this.states.next('connected');
    this.logger.log({ event: 'nats_connected', server: connection.getServer() });
    void this.follow(connection);
    for (const use of this.users) use(connection);
    const reason = await connection.closed();
    this.current = null;
    if (!this.closing.signal.aborted) this.logger.warn({ event: 'nats_closed', reason: reason?.message ?? 'unknown' });
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.changeTo('disconnected');
      else if (status.type === 'reconnect') this.changeTo('connected');
      else if (status.type === 'error') this.logger.error({ event: 'nats_error', reason: status.error.message });
    }
  }

  private changeTo(state: LinkState): void {
    if (this.closing.signal.aborted) return;
    this.logger.log({ event: `nats_${state}` });
    this.states.next(state);
  }

  private async drain(): Promise<void> {
    const connection = this.current;
    if (!connection || connection.isClosed()) return;
    const timeout = delay(DRAIN_TIMEOUT_MS, undefined, { ref: false });
    // Draining waits for the server's answer: without a server there is nothing to wait for.
    if (this.state === 'connected') await Promise.race([connection.drain().catch(() => undefined), timeout]);
    if (!connection.isClosed()) await connection.close();
  }

  private connectionOptions(): ConnectionOptions {
    const { url, user, credsFile } = this.options;
    return {
      servers: url.split(',').map((server) => server.trim()),
      name: user,
      timeout: CONNECT_TIMEOUT_MS,
      reconnectTimeWait: RETRY_MS,
      maxReconnectAttempts: -1,
      // A refused login is no reason to give up: keys may be in the middle of being changed.
      ignoreAuthErrorAbort: true,
      pingInterval: 20_000,
      // Else each request makes two errors in advance, with their stacks, for the case that it fails.
      noAsyncTraces: true,
      ...(credsFile && {
        inboxPrefix: `_INBOX_${user}`,
        authenticator: (nonce?: string) => credsAuthenticator(readFileSync(credsFile))(nonce),
      }),
    };
  }
}
