import pg from 'pg';

/**
 * A connection whose end is never heard by nobody. Between the pool, which stops listening when it hands a connection out, and TypeORM, which
 * begins a turn later, a connection that the server ends right after accepting it emitted `error` without a listener, and the process with it
 * ended. What is asked of such a connection fails, and the pool drops it.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
