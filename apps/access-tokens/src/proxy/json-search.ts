import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import { findInJson } from './find-in-json.js';
import type { Said } from './json-path.worker.js';
import { JsonPathTooCostly } from './proxy.errors.js';

const WORKER = new URL('./json-path.worker.js', import.meta.url);
/** Of the search alone: a thread's start is ours, and takes long where the machine is busy. */
const DEADLINE_MS = 2000;
const START_DEADLINE_MS = 20_000;
const MEMORY_MEGABYTES = 128;
/** Found values may overlap, so that they are longer than what they were found in. */
const MOST_CHARACTERS = 5_000_000;
const AT_ONCE = 2;

/**
 * Finds values in answers. A JSONPath is a caller's program (its filters hold regular expressions, and `..` multiplies): it runs in a thread
 * of its own that has nothing of ours in it, and is ended when it takes too much.
 */
@Injectable()
export class JsonSearch {
  private free = AT_ONCE;
  private readonly waiting: (() => void)[] = [];

  find(json: string, key: string): unknown {
    return findInJson(json, key);
  }

  /** @param path one that was checked. @throws JsonPathTooCostly */
  async query(json: string, path: string): Promise<unknown> {
    await this.turn();
    try {
      const found = await inThread({ json, path });
      return found === null ? undefined : (JSON.parse(found) as unknown);
    } finally {
      this.free += 1;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    while (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.free -= 1;
  }
}

async function inThread(task: { json: string; path: string }): Promise<string | null> {
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MEGABYTES };
  const worker = new Worker(WORKER, { workerData: task, env: {}, resourceLimits });
  try {
    const found = await answerOf(worker);
    if (found !== null && found.length > MOST_CHARACTERS) throw new JsonPathTooCostly();
    return found;
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const giveUp = (cause?: unknown): void => reject(new JsonPathTooCostly(cause));
    let late = setTimeout(giveUp, START_DEADLINE_MS);
    worker.on('message', (said: Said) => {
      clearTimeout(late);
      if ('found' in said) resolve(said.found);
      else late = setTimeout(giveUp, DEADLINE_MS);
    });
    worker.once('error', (cause) => {
      clearTimeout(late);
      giveUp(cause);
    });
  });
}
