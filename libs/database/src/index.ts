export * from './database.module.js';
export * from './key-checks.js';
export * from './prepared-database.js';
