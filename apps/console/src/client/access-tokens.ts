import { clientOf } from './client';
import type { components, paths } from './generated/access-tokens';

export const accessTokens = clientOf<paths>();
export type Schema = components['schemas'];
