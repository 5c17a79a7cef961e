export * from './secret.js';
export * from './key-ring.js';
export * from './sealing.errors.js';
export * from './transit.js';
