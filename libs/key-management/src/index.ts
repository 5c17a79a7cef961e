export * from './key-management.errors.js';
export * from './key-wrapping-of.js';
export * from './keys-program.js';
export * from './ring-file.js';
export * from './vault-transit.js';
