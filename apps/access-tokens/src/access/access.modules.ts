import type { DynamicModule } from '@nestjs/common';
import { AccessControlModule } from '@lockkeeper/access-control';
import type { Secret } from '@lockkeeper/sealing';
import { SignInModule } from '@lockkeeper/sign-in';
import { KnownKeys } from '../changes/known-keys.js';
import type { Settings } from '../config/settings.js';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { ConsumersOfIssuer } from '../consumers/consumers-of-issuer.js';
import { accessSettings } from './access.settings.js';
import { STAFF_ROLES } from './roles.js';

/** Who may come in: by key, by session, by a token of the organisation's issuer. */
export function accessModules(settings: Settings, firstAdminKey: Secret | null): DynamicModule[] {
  const { sessions, rates, openid, bearers } = accessSettings(settings);
  return [
    AccessControlModule.with({ prefix: 'lkt_', roles: STAFF_ROLES, firstAdminKey, memory: KnownKeys, sessions, rates }),
    SignInModule.with({
      openid,
      bearers,
      sessions,
      allowedNetworks: settings.EGRESS_ALLOWED_NETWORKS,
      consumers: { finder: ConsumersOfIssuer, imports: [ConsumersModule] },
    }),
  ];
}
