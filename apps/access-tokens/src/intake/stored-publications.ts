import { Injectable } from '@nestjs/common';
import { PUBLICATIONS, STREAMS } from '@lockkeeper/contracts';
import { NatsLink, type StoredMessage, StreamReader } from '@lockkeeper/messaging';

/** A publication as the stream holds it. */
export interface StoredPublication {
  sequence: number;
  subject: string;
  sealed: string;
}

/** The stream's publications, read without a consumer: nothing is shown that the durable would not deliver. */
@Injectable()
export class StoredPublications {
  private readonly reader: StreamReader;

  constructor(link: NatsLink) {
    this.reader = new StreamReader(link, STREAMS.publications);
  }

  /** The first after a sequence number, 0 for the very first; null at the end. @throws NatsUnavailable, StreamUnreadable */
  async next(after: number): Promise<StoredPublication | null> {
    return asPublication(await this.reader.next(after, PUBLICATIONS));
  }

  /** The newest; null if there is none. @throws NatsUnavailable, StreamUnreadable */
  async last(): Promise<StoredPublication | null> {
    return asPublication(await this.reader.last(PUBLICATIONS));
  }
}

const asPublication = (stored: StoredMessage | null): StoredPublication | null =>
  stored && { sequence: stored.sequence, subject: stored.subject, sealed: stored.text };
