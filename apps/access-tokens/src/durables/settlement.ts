import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EVENTS, eventsOf } from '@lockkeeper/contracts';
import type { NatsLink, StreamDurables } from '@lockkeeper/messaging';
import type { DataSource, EntityManager } from 'typeorm';
import { ANY_API_SERVICE } from '../consumers/entitlements.js';
import type { WantedDurable, WantedDurables } from './wanted-durables.js';

const LOOK_EVERY_MS = 5000;
/** As long as the stream keeps events: who is away for longer has nothing to come back to. */
const IDLE_DAYS = 30;
const STREAM_START = 1;

/** Makes the durables at NATS what the database says that they should be. */
export class Settlement implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('durables');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;
  private interrupted = false;

  /** @param link of the NATS user that may make durables, with the stream that it may make them of; null where there is none */
  constructor(
    private readonly dataSource: DataSource,
    private readonly wanted: WantedDurables,
    private readonly at: { link: NatsLink; stream: StreamDurables } | null,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.at) return;
    this.at.link.open();
    this.begin();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** Done when it resolves. @throws NatsUnavailable: it will be done as soon as it can be */
  async settle(consumerId: string): Promise<void> {
    const stream = this.at?.stream;
    if (!stream) return;
    // Two transactions: the place where a new durable takes over is kept before the old one, which knows it, is removed.
    await this.dataSource.transaction((manager) => this.choosePlaces(manager, consumerId, stream));
    await this.dataSource.transaction((manager) => this.carryOut(manager, consumerId, stream));
  }

  /** For who changed what a consumer may use, and is not to fail because NATS is away: it is done now if it can be. */
  async settleIfPossible(consumerId: string): Promise<void> {
    try {
      await this.settle(consumerId);
    } catch (error) {
      this.logger.warn({ event: 'durables_unsettled', consumerId, err: error });
    }
  }

  /** Settles, and makes anew what the server has forgotten: after a long absence, or because it lost its data. @throws NatsUnavailable */
  async restore(consumerId: string): Promise<void> {
    const stream = this.at?.stream;
    if (!stream) return;
    await this.dataSource.transaction(async (manager) => {
      const made = (await this.wanted.lock(manager, consumerId)).filter((durable) => durable.wanted && durable.made);
      for (const { name } of made) {
        // Where it stood is not known any more: told twice is better than not told.
        if (!(await stream.isThere(name))) await this.wanted.startAt(manager, name, STREAM_START);
      }
    });
    await this.settle(consumerId);
  }

  private async choosePlaces(manager: EntityManager, consumerId: string, stream: StreamDurables): Promise<void> {
    const durables = await this.wanted.lock(manager, consumerId);
    const fresh = durables.filter(({ wanted, startSequence }) => wanted && startSequence === null);
    if (fresh.length === 0) return;
    // Asked before the others' places: what is stored in between is in both then, and not in neither.
    const end = await stream.end();
    for (const durable of fresh) {
      const places = durables.filter((other) => succeeds(durable, other)).map(({ name }) => stream.unread(name));
      const unread = (await Promise.all(places)).filter((place) => place !== null);
      await this.wanted.startAt(manager, durable.name, Math.min(end, ...unread));
    }
  }

  private async carryOut(manager: EntityManager, consumerId: string, stream: StreamDurables): Promise<void> {
    for (const { name, apiService, wanted, made, startSequence } of await this.wanted.lock(manager, consumerId)) {
      if (!wanted) {
        await stream.remove(name);
        await this.wanted.removed(manager, name);
      } else if (!made && startSequence !== null) {
        const filterSubject = apiService === ANY_API_SERVICE ? EVENTS : eventsOf(apiService);
        await stream.make({ name, filterSubject, startSequence, idleDays: IDLE_DAYS });
        await this.wanted.made(manager, name);
      }
    }
  }

  private begin(): void {
    this.round = this.settleAll().finally(() => {
      if (!this.stopping) this.timer = setTimeout(() => this.begin(), LOOK_EVERY_MS);
    });
  }

  /** It is tried again and again; once is enough to say so. */
  private async settleAll(): Promise<void> {
    try {
      for (const consumerId of await this.wanted.unsettled()) await this.settle(consumerId);
      this.interrupted = false;
    } catch (error) {
      if (!this.interrupted) this.logger.warn({ event: 'durables_unsettled', err: error });
      this.interrupted = true;
    }
  }
}

/** Whether a durable takes over events that another one, which is to go, has not brought yet. */
const succeeds = (durable: WantedDurable, other: WantedDurable): boolean =>
  !other.wanted && other.made && [durable.apiService, other.apiService].includes(ANY_API_SERVICE);
