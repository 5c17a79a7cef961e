import { clientOf } from './client';
import type { components, paths } from './generated/credentials';

export const credentials = clientOf<paths>();
export type Schema = components['schemas'];
