import { type DynamicModule, type InjectionToken, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AuditLog } from '@lockkeeper/audit-chain';
import { KeyRing, type Secret } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { AccessGuard } from './access.guard.js';
import { Admission } from './admission.js';
import { AccessKeys, type KeyMemory } from './access-keys.js';
import { BearerKeyStrategy } from './bearer-key.strategy.js';
import { Bearers } from './bearers.js';
import { HoldOff } from './hold-off.js';
import { KeyDesk } from './key-desk.js';
import { KeyUses } from './key-uses.js';
import { KEY_ROLES, KeysController } from './keys.controller.js';
import { CallRates, type RateSettings } from './rates.js';
import { SESSION_SETTINGS, SessionCookie, type SessionSettings } from './session-cookie.js';
import { SessionCookieStrategy } from './session-cookie.strategy.js';
import { SessionsController } from './sessions.controller.js';
import { Sessions } from './sessions.js';
import { RefusedAccess } from './refused-access.js';
import { RefusedKeys } from './refused-keys.js';

export interface AccessControlOptions {
  /** Recognisable for people and secret scanners; a key of the other workspace is unknown here. */
  prefix: 'lkc_' | 'lkt_';
  /** Roles that keys can be issued with at `/v1/keys`. */
  roles: readonly string[];
  /** Lets the installer in, as long as there is no admin key. */
  firstAdminKey: Secret | null;
  /** Of people in browsers. */
  sessions: SessionSettings;
  rates: RateSettings;
  /** What remembers recognised keys, a provider of a global module. Left out: every key is looked up each time. */
  memory?: InjectionToken<KeyMemory>;
}

const EXPORTED = [
  AccessKeys,
  Admission,
  Bearers,
  KeyDesk,
  KeyUses,
  RefusedKeys,
  Sessions,
  SessionCookie,
  SESSION_SETTINGS,
];

/** Closes every door of the app, and opens those whose `@Allow` names the caller's role. */
@Module({})
export class AccessControlModule {
  static with({ prefix, roles, firstAdminKey, sessions, rates, memory }: AccessControlOptions): DynamicModule {
    const keys = async (source: DataSource, remembered?: KeyMemory): Promise<AccessKeys> => {
      const accessKeys = new AccessKeys(source, prefix, remembered);
      if (firstAdminKey) await accessKeys.admitFirstAdmin(firstAdminKey.reveal());
      return accessKeys;
    };
    return {
      module: AccessControlModule,
      global: true,
      imports: [PassportModule],
      controllers: [KeysController, SessionsController],
      providers: [
        { provide: AccessKeys, useFactory: keys, inject: memory ? [DataSource, memory] : [DataSource] },
        { provide: Bearers, useFactory: (known: AccessKeys) => new Bearers(known), inject: [AccessKeys] },
        { provide: KEY_ROLES, useValue: roles },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: SESSION_SETTINGS, useValue: sessions },
        { provide: SessionCookie, useValue: new SessionCookie(prefix, sessions) },
        Sessions,
        { provide: KeyUses, useFactory: (audit: AuditLog) => new KeyUses(audit), inject: [AuditLog] },
        {
          provide: RefusedKeys,
          useFactory: (audit: AuditLog, ring: KeyRing) =>
            new RefusedKeys(audit, ring, new HoldOff(rates.refusedKeysPerAddress)),
          inject: [AuditLog, KeyRing],
        },
        RefusedAccess,
        { provide: CallRates, useValue: new CallRates(rates) },
        {
          provide: Admission,
          useFactory: (callRates: CallRates, uses: KeyUses) => new Admission(callRates, uses),
          inject: [CallRates, KeyUses],
        },
        BearerKeyStrategy,
        SessionCookieStrategy,
        KeyDesk,
      ],
      exports: EXPORTED,
    };
  }
}
