export * from './settings-invalid.js';
export * from './environment.js';
export * from './key-files.js';
