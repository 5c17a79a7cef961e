export * from './request-context.js';
export * from './json-logger.js';
export * from './metrics.js';
export * from './health.js';
export * from './fail-points.js';
