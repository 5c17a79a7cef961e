import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import { findInJson } from './find-in-json.js';
import { JsonPathTooCostly } from './proxy.errors.js';

const WORKER = new URL('./json-path.worker.js', import.meta.url);
const DEADLINE_MS = 2000;
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
    const late = setTimeout(() => reject(new JsonPathTooCostly()), DEADLINE_MS);
    worker.once('message', (found: string | null) => {
      clearTimeout(late);
      resolve(found);
    });
    worker.once('error', (cause) => {
      clearTimeout(late);
      reject(new JsonPathTooCostly(cause));
    });
  });
}
