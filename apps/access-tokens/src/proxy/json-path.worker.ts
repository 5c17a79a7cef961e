import { parentPort, workerData } from 'node:worker_threads';
import type { JSONValue } from 'json-p3';
import { queryJson } from './json-path.js';

/** What the thread says: first that it has started, then what was found, as text; null if there was nothing. */
export type Said = { started: true } | { found: string | null };

const say = (said: Said): void => parentPort!.postMessage(said);

/** In: a path and a document as text. */
const { path, json } = workerData as { path: string; json: string };
say({ started: true });
const found = queryJson(path, JSON.parse(json) as JSONValue);
say({ found: found === undefined ? null : JSON.stringify(found) });
