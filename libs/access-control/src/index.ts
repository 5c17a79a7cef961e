export * from './principal.js';
export * from './access-key.entity.js';
export * from './access-keys.js';
export * from './access.errors.js';
export * from './access.guard.js';
export * from './bearer-key.strategy.js';
export * from './caller.js';
export * from './access-control.module.js';
