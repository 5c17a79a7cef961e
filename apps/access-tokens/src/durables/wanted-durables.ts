import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ANY_API_SERVICE, type Entitlement } from '../consumers/entitlements.js';
import { hearingOf } from './heard-services.js';

export interface WantedDurable {
  name: string;
  apiService: string;
  /** False: it is to be removed. */
  wanted: boolean;
  made: boolean;
  startSequence: number | null;
}

/** Only what no name of an API service can hold keeps the names of one consumer's durables apart. */
const nameOf = (consumerId: string, apiService: string): string =>
  apiService === ANY_API_SERVICE ? consumerId : `${consumerId}_${apiService}`;

/**
 * Which durables there should be at NATS, decided in the transaction that decides what the consumer may use. `Settlement` makes it so
 * afterwards, as often as it takes: NATS may be away.
 */
@Injectable()
export class WantedDurables {
  constructor(private readonly dataSource: DataSource) {}

  /** From now on the consumer hears of events over NATS. */
  async begin(manager: EntityManager, consumerId: string, entitlements: Entitlement[]): Promise<void> {
    await manager.query('UPDATE consumers SET nats_since = coalesce(nats_since, now()) WHERE id = $1', [consumerId]);
    await this.want(manager, consumerId, hearingOf(entitlements).apiServices);
  }

  /** After a change of what it may use. Does nothing for a consumer that hears nothing over NATS. */
  async adapt(manager: EntityManager, consumerId: string, entitlements: Entitlement[]): Promise<void> {
    const listening = await manager.query<unknown[]>('SELECT FROM consumers WHERE id = $1 AND nats_since IS NOT NULL', [
      consumerId,
    ]);
    if (listening.length > 0) await this.want(manager, consumerId, hearingOf(entitlements).apiServices);
  }

  async end(manager: EntityManager, consumerId: string): Promise<void> {
    await manager.query('UPDATE consumers SET nats_since = NULL WHERE id = $1', [consumerId]);
    await this.want(manager, consumerId, []);
  }

  /** All of one consumer, those to be removed too; locked until the transaction ends. */
  async lock(manager: EntityManager, consumerId: string): Promise<WantedDurable[]> {
    const rows = await manager.query<(WantedDurable & { start: string | null })[]>(
      `SELECT name, api_service AS "apiService", wanted, made, start_sequence AS start
       FROM event_durables WHERE consumer_id = $1 ORDER BY name FOR UPDATE`,
      [consumerId],
    );
    return rows.map(({ start, ...row }) => ({ ...row, startSequence: start === null ? null : Number(start) }));
  }

  /** Consumers whose durables at NATS are not as they should be. */
  async unsettled(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT DISTINCT consumer_id AS id FROM event_durables WHERE NOT wanted OR NOT made',
    );
    return rows.map(({ id }) => id);
  }

  async startAt(manager: EntityManager, name: string, sequence: number): Promise<void> {
    await manager.query('UPDATE event_durables SET start_sequence = $2, made = false WHERE name = $1', [
      name,
      sequence,
    ]);
  }

  async made(manager: EntityManager, name: string): Promise<void> {
    await manager.query('UPDATE event_durables SET made = true WHERE name = $1', [name]);
  }

  async removed(manager: EntityManager, name: string): Promise<void> {
    await manager.query('DELETE FROM event_durables WHERE name = $1', [name]);
  }

  private async want(manager: EntityManager, consumerId: string, apiServices: string[]): Promise<void> {
    await manager.query(
      'UPDATE event_durables SET wanted = false WHERE consumer_id = $1 AND NOT api_service = ANY($2)',
      [consumerId, apiServices],
    );
    const names = apiServices.map((apiService) => nameOf(consumerId, apiService));
    await manager.query(
      `INSERT INTO event_durables (name, consumer_id, api_service)
       SELECT name, $1, api_service FROM unnest($2::text[], $3::text[]) AS asked (name, api_service)
       ON CONFLICT (name) DO UPDATE SET wanted = true`,
      [consumerId, names, apiServices],
    );
  }
}
