import type { Bench } from './bench-run.js';
import { due } from './due.js';
import { events } from './events.js';
import { keys } from './keys.js';
import { proxy } from './proxy.js';
import { reads } from './reads.js';
import { refresh } from './refresh.js';

/** Every bench by its name, in the order in which all are run. */
export const BENCHES: Readonly<Record<string, Bench>> = { reads, proxy, events, refresh, due, keys };
