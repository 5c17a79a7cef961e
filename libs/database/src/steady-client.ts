import pg from 'pg';
import { preparedName } from './prepared-statements.js';

/**
 * For so long a plan is kept. PostgreSQL makes it for the tables as they are then, and would keep it until they are analysed: of a table that was
 * empty all of it would be read each time, however long it has grown.
 */
const PLANS_KEPT_MS = 10_000;

type Ask = (asked: unknown, values?: unknown, callback?: unknown) => Promise<unknown>;

/**
 * A connection whose end is never heard by nobody. Between the pool, which stops listening when it hands a connection out, and TypeORM, which
 * begins a turn later, a connection that the server ends right after accepting it emitted `error` without a listener, and the process with it
 * ended. What is asked of such a connection fails, and the pool drops it.
 *
 * It asks `prepared` statements by their names, and sends what is asked in one turn in one piece: each piece costs a way through the kernel here
 * and there.
 */
export class SteadyClient extends pg.Client {
  private plansMadeAt = -Infinity;
  private isGathering = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    const ask = this.query.bind(this) as Ask;
    this.query = ((asked: unknown, values?: unknown, callback?: unknown) => {
      this.gather();
      const name = typeof asked === 'string' ? preparedName(asked) : undefined;
      if (name === undefined) return ask(asked, values, callback);
      this.dropOldPlans(ask);
      return ask({ name, text: asked, values }, callback);
    }) as Ask as typeof this.query;
  }

  private gather(): void {
    if (this.isGathering) return;
    this.isGathering = true;
    const { stream } = this.connection;
    stream.cork();
    process.nextTick(() => {
      this.isGathering = false;
      stream.uncork();
    });
  }

  private dropOldPlans(ask: Ask): void {
    const now = performance.now();
    if (now - this.plansMadeAt < PLANS_KEPT_MS) return;
    this.plansMadeAt = now;
    // It fails where the connection or its transaction has failed, and the statement behind it says so.
    ask('DISCARD PLANS').catch(() => undefined);
  }
}
