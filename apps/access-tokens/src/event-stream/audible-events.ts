import { Injectable } from '@nestjs/common';
import { Bearers, type Principal } from '@lockkeeper/access-control';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import type { StoredMessage } from '@lockkeeper/messaging';
import { DataSource } from 'typeorm';
import { CONSUMER } from '../access/roles.js';
import { mayHear } from '../consumers/entitlements.js';

export interface AudibleEvent {
  message: StoredMessage;
  event: LockkeeperEvent;
}

const ENTITLED_TO = `
  SELECT heard.place::int FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS heard (api_service, user_id, place)
  WHERE ${mayHear({ consumer: '$1', apiService: 'heard.api_service', user: 'heard.user_id' })}`;

/** Which events a caller may hear of, decided when they are told: what was taken away a moment ago counts. */
@Injectable()
export class AudibleEvents {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bearers: Bearers,
  ) {}

  /** Whether the caller may listen at all any more. */
  mayListen(caller: Principal): Promise<boolean> {
    return this.bearers.isLiving(caller);
  }

  /** A consumer's are those of its entitlements, down to the user; who may look at everything hears everything. */
  async of({ role, subjectId }: Principal, messages: StoredMessage[]): Promise<AudibleEvent[]> {
    const events = messages.map((message) => ({ message, event: JSON.parse(message.text) as LockkeeperEvent }));
    if (role !== CONSUMER || events.length === 0) return events;
    const rows = await this.dataSource.query<{ place: number }[]>(ENTITLED_TO, [
      subjectId,
      events.map(({ event }) => event.data.apiService),
      events.map(({ event }) => event.data.user),
    ]);
    const places = new Set(rows.map(({ place }) => place));
    return events.filter((_event, index) => places.has(index + 1));
  }
}
