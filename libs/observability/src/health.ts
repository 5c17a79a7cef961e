import { type DynamicModule, type InjectionToken, Module, type OptionalFactoryDependency } from '@nestjs/common';

/** `degraded`: the workspace still does its main job, and says what is missing. `down`: send it no traffic. */
export type HealthState = 'up' | 'degraded' | 'down';

export interface HealthReport {
  state: HealthState;
  /** For people; no address, no secret. */
  detail?: string;
}

/** One thing that a workspace leans on. A check that throws, or takes longer than two seconds, counts as `down`. */
export interface HealthCheck {
  name: string;
  check(): Promise<HealthReport> | HealthReport;
}

export interface Readiness {
  status: HealthState;
  checks: Record<string, HealthReport>;
}

const CHECK_DEADLINE_MS = 2000;

export class Health {
  constructor(private readonly checks: HealthCheck[]) {}

  /** The worst state of all. */
  async readiness(): Promise<Readiness> {
    const reports = await Promise.all(this.checks.map((check) => settle(check)));
    const states = reports.map((report) => report.state);
    const status = states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : 'up';
    return { status, checks: Object.fromEntries(this.checks.map((check, index) => [check.name, reports[index]!])) };
  }
}

async function settle(check: HealthCheck): Promise<HealthReport> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<HealthReport>((resolve) => {
    timer = setTimeout(() => resolve({ state: 'down', detail: 'no answer in time' }), CHECK_DEADLINE_MS);
  });
  try {
    return await Promise.race([Promise.resolve().then(() => check.check()), deadline]);
  } catch {
    // The reason may name hosts and users; it is in the logs of whoever failed.
    return { state: 'down', detail: 'not reachable' };
  } finally {
    clearTimeout(timer);
  }
}

/** `HealthModule.from([AnIndicator], [ModuleThatProvidesIt])` */
@Module({})
export class HealthModule {
  static from(checks: InjectionToken[], imports: DynamicModule['imports'] = []): DynamicModule {
    const inject: (InjectionToken | OptionalFactoryDependency)[] = checks;
    return {
      module: HealthModule,
      global: true,
      imports,
      providers: [{ provide: Health, useFactory: (...found: HealthCheck[]): Health => new Health(found), inject }],
      exports: [Health],
    };
  }
}
