import { fileURLToPath } from 'node:url';

/** The same from `src` and from `dist`. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../../', import.meta.url));
