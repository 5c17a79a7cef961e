import type { IncomingHttpHeaders } from 'node:http';
import { EgressAnswer } from './answer.js';
import { Exchange } from './exchange.js';

/** An exchange whose answer is held in memory until it is complete. */
export class WholeExchange extends Exchange<EgressAnswer> {
  private status = 0;
  private headers: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];

  protected override begun(status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = flat(headers);
  }

  protected override received(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  protected override completed(): void {
    const { status, headers, elapsedMs: durationMs } = this;
    this.settle(new EgressAnswer(status, headers, { bytes: Buffer.concat(this.chunks), durationMs }));
  }
}

/** Several values of one name are joined as RFC 9110 section 5.3 says; cookies, which can't be, are nothing that an API call keeps. */
function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).filter(([name, value]) => value !== undefined && name !== 'set-cookie');
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
