export * from './lockkeeper.error.js';
export * from './problem.js';
export * from './problem.filter.js';
export * from './input.js';
export * from './http-app.js';
export * from './public.js';
export * from './vital-signs.controller.js';
