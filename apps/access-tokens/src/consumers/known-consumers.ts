import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Changes } from '../changes/changes.js';
import { Memory } from '../changes/memory.js';
import { Coverage } from './coverage.js';
import { Entitlements } from './entitlements.js';

/** Together, over all consumers that are remembered. */
const MOST_ENTITLEMENTS = 500_000;
const AROUND = 10;

/** What each consumer may use, remembered until any consumer's entitlements change. */
@Injectable()
export class KnownConsumers {
  private readonly memory: Memory<Coverage>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly entitlements: Entitlements,
    changes: Changes,
  ) {
    const sizeOf = (coverage: Coverage): number => AROUND + coverage.entitlements.length;
    this.memory = new Memory({ counts: () => changes.areHeard, size: MOST_ENTITLEMENTS, sizeOf });
    changes.heardBy(({ kind }) => {
      if (kind === 'everything' || kind === 'consumers') this.memory.forgetAll();
    });
  }

  /** Only what is remembered, and counts. */
  recall(consumerId: string): Coverage | undefined {
    return this.memory.get(consumerId);
  }

  /** Covers nothing where there is no such consumer. */
  async coverageOf(consumerId: string): Promise<Coverage> {
    const read = async (): Promise<Coverage> => {
      const found = await this.entitlements.of(this.dataSource.manager, [consumerId]);
      return new Coverage(found.get(consumerId) ?? []);
    };
    return (await this.memory.obtain(consumerId, read))!;
  }
}
