import { parentPort, workerData } from 'node:worker_threads';
import type { JSONValue } from 'json-p3';
import { queryJson } from './json-path.js';

/** In: a path and a document as text. Out: what was found, as text; null if there was nothing. */
const { path, json } = workerData as { path: string; json: string };
const found = queryJson(path, JSON.parse(json) as JSONValue);
parentPort!.postMessage(found === undefined ? null : JSON.stringify(found));
