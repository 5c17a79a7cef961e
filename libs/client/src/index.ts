export * from './errors.js';
export * from './event-types.js';
export * from './types.js';
export type { Key } from './door.js';
export { type FetchInit, Lockkeeper, type LockkeeperOptions, type TokenOptions } from './lockkeeper.js';
