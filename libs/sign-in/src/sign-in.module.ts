import {
  type DynamicModule,
  type InjectionToken,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Bearers, type SessionSettings } from '@lockkeeper/access-control';
import { Egress } from '@lockkeeper/egress';
import type { BearerSettings } from './bearer.settings.js';
import { IssuerBearers, type SubjectConsumers } from './issuer-bearers.js';
import type { OpenIdSettings } from './openid.settings.js';
import { OPENID, type OpenId, OpenIdController } from './openid.controller.js';
import { OpenIdProvider } from './openid-provider.js';

const BEARERS = Symbol('bearers');

export interface SignInOptions {
  /** Null: no provider, keys and sign-in links only. */
  openid: OpenIdSettings | null;
  /** Null: no tokens of anybody else, keys only. */
  bearers: BearerSettings | null;
  sessions: SessionSettings;
  /** Private networks in which provider and issuer may live. */
  allowedNetworks: readonly string[];
  /** Where tokens may stand for consumers: who finds them, and the modules that it is in. */
  consumers?: { finder: InjectionToken<SubjectConsumers>; imports: ModuleMetadata['imports'] };
}

/** What the organisation's own identity provider says: people sign in with it, and its access tokens are bearers. */
@Module({})
export class SignInModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly egress: Egress,
    private readonly bearers: Bearers,
    @Inject(BEARERS) private readonly issued: IssuerBearers | null,
  ) {}

  static with({ openid, bearers, sessions, allowedNetworks, consumers }: SignInOptions): DynamicModule {
    const open = (egress: Egress): OpenId | null => {
      if (openid === null) return null;
      const provider = new OpenIdProvider(openid, `${sessions.publicUrl}/v1/session/openid/callback`, egress);
      return { settings: openid, provider, sessionSeconds: sessions.lifeSeconds };
    };
    const issued = (egress: Egress, finder?: SubjectConsumers): IssuerBearers | null =>
      bearers && new IssuerBearers(bearers, egress, finder ?? null);
    return {
      module: SignInModule,
      imports: consumers?.imports ?? [],
      controllers: [OpenIdController],
      providers: [
        { provide: Egress, useFactory: () => new Egress({ allowedNetworks }) },
        { provide: OPENID, useFactory: open, inject: [Egress] },
        { provide: BEARERS, useFactory: issued, inject: consumers ? [Egress, consumers.finder] : [Egress] },
      ],
    };
  }

  onModuleInit(): void {
    if (!this.issued) return;
    this.bearers.alsoTake(this.issued);
    this.issued.start();
  }

  onApplicationShutdown(): Promise<void> {
    this.issued?.stop();
    return this.egress.close();
  }
}
