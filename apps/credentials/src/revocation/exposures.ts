import { Injectable } from '@nestjs/common';
import { type ExposureFact, type ExposuresQuery, type ExposuresReply, QUERIES } from '@lockkeeper/contracts';
import { LockkeeperError } from '@lockkeeper/doors';
import { CommandClient } from '@lockkeeper/messaging';

const PAGE = 1000;
const TIMEOUT_MS = 3000;
/** Of one connection or one dry run; beyond it the list says nothing more to people. */
const MOST_SHOWN = 5000;

export type ExposureFilter = Omit<ExposuresQuery, 'after' | 'limit'>;

/** Who read which tokens: access-tokens knows it, and is asked over NATS. */
@Injectable()
export class Exposures {
  constructor(private readonly client: CommandClient) {}

  /** @throws the errors of CommandClient */
  async *pages(filter: ExposureFilter): AsyncGenerator<ExposureFact[]> {
    let after: string | null = null;
    do {
      const query: ExposuresQuery = { ...filter, ...(after !== null && { after }), limit: PAGE };
      const reply: ExposuresReply = await this.client.request<ExposuresReply>(QUERIES.exposures, query, {
        timeoutMs: TIMEOUT_MS,
      });
      yield reply.exposures;
      after = reply.next;
    } while (after !== null);
  }

  /** For people, at once; null where access-tokens can't be asked: then nobody knows, which isn't the same as nobody. */
  async known(filter: ExposureFilter): Promise<ExposureFact[] | null> {
    const facts: ExposureFact[] = [];
    try {
      for await (const page of this.pages(filter)) {
        facts.push(...page);
        if (facts.length >= MOST_SHOWN) break;
      }
      return facts;
    } catch (error) {
      if (error instanceof LockkeeperError) return null;
      throw error;
    }
  }
}
