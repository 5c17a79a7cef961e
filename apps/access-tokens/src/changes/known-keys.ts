import { Injectable } from '@nestjs/common';
import type { KnownKey } from '@lockkeeper/access-control';
import { Changes } from './changes.js';
import { Memory } from './memory.js';

const MOST_KEYS = 20_000;

/** Keys that were recognised, by their hashes: forgotten as soon as any key of this workspace is withdrawn or changed. */
@Injectable()
export class KnownKeys extends Memory<KnownKey> {
  constructor(changes: Changes) {
    super({ counts: () => changes.areHeard, size: MOST_KEYS, sizeOf: () => 1 });
    changes.heardBy(({ kind }) => {
      if (kind === 'everything' || kind === 'consumers') this.forgetAll();
    });
  }
}
