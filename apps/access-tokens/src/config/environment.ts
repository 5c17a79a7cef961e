import { fileURLToPath } from 'node:url';

/** The process's environment: the only place where this workspace touches it. */
export const environment = (): NodeJS.ProcessEnv => process.env;

/** Where the build puts this workspace's console: beside this app, in the project and in the image. */
export const consoleFolder = (): string =>
  fileURLToPath(new URL('../../../console/dist/access-tokens', import.meta.url));
