import { type AccessSettings, readAccess } from '@lockkeeper/sign-in';
import type { Settings } from '../config/settings.js';
import { ACCESS_ROLES } from './roles.js';

export const accessSettings = (settings: Settings): AccessSettings =>
  readAccess(settings, { prefix: 'ACCESS_TOKENS', publicUrl: settings.ACCESS_TOKENS_PUBLIC_URL, roles: ACCESS_ROLES });
