export * from './subjects.js';
export * from './publication.js';
export * from './commands.js';
export * from './events.js';
export * from './queries.js';
