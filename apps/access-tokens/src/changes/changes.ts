import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { type Change, readChange } from './change.js';

/** The channel on which triggers tell of every commit that changes what replicas remember. */
const CHANNEL = 'lockkeeper_changes';
/** By which replicas count one another. */
const LISTENER = 'lockkeeper-access-tokens-changes';
/** What is remembered is good for so long after the database was last heard. */
const TRUST_MS = 2000;
const ASK_EVERY_MS = 500;
const RECONNECT_AFTER_MS = 500;

const REPLICAS = `SELECT count(*)::int AS replicas FROM pg_stat_activity
  WHERE application_name = '${LISTENER}' AND datname = current_database()`;

type Hearer = (change: Change) => void;

/**
 * Tells of what changes in this workspace's database, whichever replica changed it: what was read from there may be remembered as long as
 * this is heard. A line of its own to PostgreSQL (LISTEN), on which notifications come in the order of their commits. Whether it still
 * works is asked twice a second; without an answer for two seconds, or without the line, nothing that is remembered counts.
 */
@Injectable()
export class Changes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('changes');
  private readonly replica = randomUUID();
  private readonly hearers: Hearer[] = [];
  private readonly rounds = new Map<string, (replica: string) => void>();
  private readonly ended = new AbortController();
  private line: pg.Client | null = null;
  private trustedUntil = 0;

  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'ACCESS_TOKENS_DATABASE_URL'>) {}

  /** Called for every change, and for `everything` whenever some may have been missed. */
  heardBy(hearer: Hearer): void {
    this.hearers.push(hearer);
  }

  /** Whether what is remembered counts. */
  get areHeard(): boolean {
    return Date.now() < this.trustedUntil;
  }

  /**
   * Resolves once every replica has heard of all that was committed before: what was withdrawn opens nothing anywhere. A replica that does
   * not say so within two seconds has stopped trusting its memory by then.
   */
  async areHeardEverywhere(): Promise<void> {
    const { line } = this;
    if (!line || !this.areHeard) return;
    const [told, tell] = heardOf();
    const round = randomUUID();
    const heard = new Set<string>();
    try {
      const { rows } = await line.query<{ replicas: number }>(REPLICAS);
      this.rounds.set(round, (replica) => heard.add(replica).size >= rows[0]!.replicas && tell());
      await line.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify({ kind: 'round', round })]);
      await Promise.race([told, pause(TRUST_MS, undefined, { signal: this.ended.signal })]);
    } catch (error) {
      if (this.ended.signal.aborted) return;
      this.logger.warn({ event: 'changes_round_broken', err: error });
      await pause(TRUST_MS);
    } finally {
      this.rounds.delete(round);
    }
  }

  onApplicationBootstrap(): void {
    void this.listen();
  }

  async onApplicationShutdown(): Promise<void> {
    this.ended.abort();
    await this.line?.end().catch(() => undefined); // broken already
  }

  private async listen(): Promise<void> {
    while (!this.ended.signal.aborted) {
      try {
        await this.hear();
      } catch (error) {
        if (!this.ended.signal.aborted) this.logger.warn({ event: 'changes_unheard', err: error });
      }
      this.line = null;
      this.trustedUntil = 0;
      this.tell({ kind: 'everything' });
      await pause(RECONNECT_AFTER_MS);
    }
  }

  /** Until the line breaks, or is silent for too long. */
  private async hear(): Promise<void> {
    const line = new pg.Client({
      connectionString: this.settings.ACCESS_TOKENS_DATABASE_URL,
      application_name: LISTENER,
      keepAlive: true,
      connectionTimeoutMillis: TRUST_MS,
      query_timeout: TRUST_MS,
    });
    const [broken, breakOff] = heardOf();
    line.on('error', breakOff).on('end', breakOff);
    line.on('notification', ({ payload }) => this.take(payload));
    try {
      await line.connect();
      await line.query(`LISTEN ${CHANNEL}`);
      this.line = line;
      // What changed before is not told any more.
      this.tell({ kind: 'everything' });
      await this.ask(line, broken);
    } finally {
      await line.end().catch(() => undefined); // broken already
    }
  }

  private async ask(line: pg.Client, broken: Promise<void>): Promise<void> {
    let isBroken = false;
    void broken.then(() => (isBroken = true));
    while (!isBroken && !this.ended.signal.aborted) {
      const asked = Date.now();
      await line.query('SELECT');
      this.trustedUntil = asked + TRUST_MS;
      await Promise.race([pause(ASK_EVERY_MS), broken]);
    }
  }

  private take(payload: string | undefined): void {
    const change = readChange(payload);
    if (change.kind === 'round') return this.answer(change.round);
    if (change.kind === 'heard') return this.rounds.get(change.round)?.(change.replica);
    this.tell(change);
  }

  private answer(round: string): void {
    const said = JSON.stringify({ kind: 'heard', round, replica: this.replica });
    this.line
      ?.query('SELECT pg_notify($1, $2)', [CHANNEL, said])
      .catch((error: unknown) => this.logger.warn({ event: 'changes_round_unanswered', err: error }));
  }

  private tell(change: Change): void {
    for (const hearer of this.hearers) hearer(change);
  }
}

/** A promise, and what fulfils it. */
function heardOf(): [Promise<void>, () => void] {
  let fulfil = (): void => undefined;
  const promise = new Promise<void>((resolve) => (fulfil = resolve));
  return [promise, fulfil];
}
