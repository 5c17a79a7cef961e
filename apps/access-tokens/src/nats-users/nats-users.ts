import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { type ConsumerUser, ConsumerUsers } from '@lockkeeper/messaging';
import { DataSource, type EntityManager } from 'typeorm';
import { CONSUMER_USERS } from '../config/config.module.js';
import { Consumers, deed } from '../consumers/consumers.js';
import type { Entitlement } from '../consumers/entitlements.js';
import { hearingOf } from '../durables/heard-services.js';
import { Settlement } from '../durables/settlement.js';
import { WantedDurables } from '../durables/wanted-durables.js';
import { NatsUsersOff, NothingToHearOverNats } from './nats-users.errors.js';

export interface IssuedNatsUser {
  user: ConsumerUser;
  durables: { name: string; apiService: string }[];
  /** What it is entitled to and does not hear of over NATS. */
  leftOut: Entitlement[];
}

/** Consumers' own NATS users: each hears of what its consumer is entitled to, for as long as it is renewed. */
@Injectable()
export class NatsUsers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly consumers: Consumers,
    private readonly durables: WantedDurables,
    private readonly settlement: Settlement,
    private readonly audit: AuditLog,
    @Inject(CONSUMER_USERS) private readonly users: ConsumerUsers | null,
  ) {}

  /**
   * Its durables are there when this resolves; they keep their places when it is renewed.
   * @param publicKey the consumer's own; null if a key is to be drawn for it
   * @param notAfter when what it came with ends; null where that is withdrawn, and doesn't run out
   * @throws ConsumerNotFound, NothingToHearOverNats, TooManyDurables, NatsKeyRefused, NatsUsersOff, NatsUnavailable
   */
  async issue(consumerId: string, publicKey: string | null, notAfter: Date | null): Promise<IssuedNatsUser> {
    const users = this.users;
    if (users === null) throw new NatsUsersOff();
    const issued = await this.dataSource.transaction((manager) =>
      this.issueWithin(manager, users, { consumerId, publicKey, notAfter }),
    );
    await this.settlement.restore(consumerId);
    return issued;
  }

  /** It hears nothing more at once, or as soon as NATS is back. @throws ConsumerNotFound */
  async withdraw(consumerId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.consumers.lock(manager, consumerId);
      await this.durables.end(manager, consumerId);
      await this.audit.append(deed('consumer.nats_user_withdrawn', consumerId), manager);
    });
    await this.settlement.settleIfPossible(consumerId);
  }

  private async issueWithin(
    manager: EntityManager,
    users: ConsumerUsers,
    { consumerId, publicKey, notAfter }: { consumerId: string; publicKey: string | null; notAfter: Date | null },
  ): Promise<IssuedNatsUser> {
    await this.consumers.lock(manager, consumerId);
    const { entitlements } = await this.consumers.get(consumerId, manager);
    const { apiServices, leftOut } = hearingOf(entitlements);
    if (apiServices.length === 0) throw new NothingToHearOverNats();
    await this.durables.begin(manager, consumerId, entitlements);
    const wanted = (await this.durables.lock(manager, consumerId)).filter((durable) => durable.wanted);
    const user = await users.make({
      name: consumerId,
      durables: wanted.map(({ name }) => name),
      publicKey,
      notAfter,
    });
    const details = { publicKey: user.publicKey, expiresAt: user.expiresAt.toISOString(), apiServices };
    await this.audit.append(deed('consumer.nats_user_issued', consumerId, details), manager);
    return { user, durables: wanted.map(({ name, apiService }) => ({ name, apiService })), leftOut };
  }
}
