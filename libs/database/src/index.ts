export * from './database.module.js';
export * from './key-checks.js';
export * from './prepared-database.js';
export * from './batcher.js';
export * from './database-clock.js';
export * from './reseal.js';
export * from './sealed-checks.js';
export * from './in-one-go.js';
