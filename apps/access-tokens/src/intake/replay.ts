import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { HealthCheck, HealthReport } from '@lockkeeper/observability';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Connections } from './connections.js';
import { Intake, digestOf } from './intake.js';
import { replayBehind } from './intake.metrics.js';
import { asCredentials, publishedId, isId, isPoison } from './publication-messages.js';
import { ReplayPosition } from './replay-position.js';
import { type StoredPublication, StoredPublications } from './stored-publications.js';

const BATCH = 100;
const AT_ONCE = 8;
const LATE_AFTER_ROUNDS = 3;

/**
 * Makes this database hold what the stream holds. The durable can't do that alone: it delivers what nobody acknowledged, and to a new
 * or restored database the acknowledged ones are missing too. So the stream is walked from its beginning when a process starts, and from
 * the kept position ever after; what is here already is recognised by its digest and not opened again.
 */
@Injectable()
export class Replay implements OnApplicationBootstrap, OnModuleDestroy, HealthCheck {
  readonly name = 'intake';
  private readonly logger = new Logger('replay');
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private fromTheBeginning = true;
  private interrupted = false;
  private caughtUpAt = 0;

  constructor(
    private readonly stream: StoredPublications,
    private readonly position: ReplayPosition,
    private readonly connections: Connections,
    private readonly intake: Intake,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.begin();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.round;
  }

  /** Late is degraded, not down: what is held is still handed out. */
  check(): HealthReport {
    const seconds = Math.round((Date.now() - this.caughtUpAt) / 1000);
    if (this.caughtUpAt === 0) return { state: 'degraded', detail: 'not yet compared with the stream' };
    const late = seconds > LATE_AFTER_ROUNDS * this.settings.ACCESS_TOKENS_REPLAY_INTERVAL_SECONDS;
    return late ? { state: 'degraded', detail: `last compared with the stream ${seconds} s ago` } : { state: 'up' };
  }

  private begin(): void {
    this.round = asCredentials(() => this.catchUp())
      .catch((error: unknown) => this.tellOnce(error))
      .finally(() => {
        if (this.stopping.signal.aborted) return;
        const seconds = this.caughtUpAt === 0 ? 1 : this.settings.ACCESS_TOKENS_REPLAY_INTERVAL_SECONDS;
        this.timer = setTimeout(() => this.begin(), seconds * 1000);
      });
  }

  private async catchUp(): Promise<void> {
    const kept = await this.position.read();
    const end = (await this.stream.last())?.sequence ?? 0;
    // A stream that ends before our position is another one: it was made anew, or restored.
    let at = this.fromTheBeginning || end < kept ? 0 : kept;
    while (at < end && !this.stopping.signal.aborted) {
      replayBehind.set(end - at);
      const batch = await this.read(at);
      await this.takeIn(batch);
      at = batch.at(-1)?.sequence ?? end;
    }
    if (this.stopping.signal.aborted) return;
    if (at !== kept) await this.position.move(kept, at);
    replayBehind.set(0);
    if (this.fromTheBeginning || this.interrupted) this.logger.log({ event: 'replay_caught_up', sequence: at });
    this.fromTheBeginning = this.interrupted = false;
    this.caughtUpAt = Date.now();
  }

  /** It is tried again and again; once is enough to say so. */
  private tellOnce(error: unknown): void {
    if (!this.interrupted) this.logger.warn({ event: 'replay_interrupted', err: error });
    this.interrupted = true;
  }

  private async read(after: number): Promise<StoredPublication[]> {
    const batch: StoredPublication[] = [];
    let message = await this.stream.next(after);
    while (message) {
      batch.push(message);
      message = batch.length < BATCH ? await this.stream.next(message.sequence) : null;
    }
    return batch;
  }

  private async takeIn(batch: StoredPublication[]): Promise<void> {
    const held = await this.connections.digests(batch.map(({ subject }) => publishedId(subject)).filter(isId));
    const missing = batch.filter(({ subject, sealed }) => held.get(publishedId(subject)) !== digestOf(sealed));
    const workers = Array.from({ length: AT_ONCE }, async () => {
      for (let message = missing.shift(); message; message = missing.shift()) await this.takeInOne(message);
    });
    await Promise.all(workers);
  }

  /** What is refused is passed over: the durable brings it to the dead letters, and the next start tries it again, perhaps with the right keys. */
  private async takeInOne({ subject, sealed }: StoredPublication): Promise<void> {
    try {
      await this.intake.take(sealed, publishedId(subject));
    } catch (error) {
      if (!isPoison(error)) throw error;
      this.logger.warn({ event: 'publication_refused', subject, code: (error as { code?: string }).code });
    }
  }
}
