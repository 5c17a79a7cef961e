import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type CallTrace, type EndedCall, traceOf } from './call-trace.js';

/** So many are kept for each connection, the last ones. */
export const KEPT_CALLS = 50;
const WRITE_AFTER_MS = 500;
/** While the database is away. A trace helps people; no call fails for it. */
const MOST_UNWRITTEN = 2000;

const INSERT = `
  INSERT INTO api_calls (connection_id, consumer_id, request_id, started_at, method, url, request_headers, attempts,
    answer_headers, status, problem, complete, duration_ms)
  SELECT t."connectionId", t."consumerId", t."requestId", t."startedAt", t.method, t.url, t."requestHeaders", t.attempts,
    t."answerHeaders", t.status, t.problem, t.complete, t."durationMs"
  FROM jsonb_to_recordset($1::jsonb) AS t ("connectionId" uuid, "consumerId" uuid, "requestId" text, "startedAt" timestamptz,
    method text, url text, "requestHeaders" jsonb, attempts jsonb, "answerHeaders" jsonb, status integer, problem text,
    complete boolean, "durationMs" integer)`;

const PRUNE = `
  DELETE FROM api_calls c USING (
    SELECT id, row_number() OVER (PARTITION BY connection_id ORDER BY id DESC) AS place
    FROM api_calls WHERE connection_id = ANY($1)
  ) AS ranked WHERE c.id = ranked.id AND ranked.place > ${KEPT_CALLS}`;

const LIST = `
  SELECT connection_id AS "connectionId", consumer_id AS "consumerId", request_id AS "requestId", started_at AS "startedAt",
    method, url, request_headers AS "requestHeaders", attempts, answer_headers AS "answerHeaders", status, problem, complete,
    duration_ms AS "durationMs"
  FROM api_calls WHERE connection_id = $1 ORDER BY id DESC LIMIT $2`;

/** The last calls of each connection: written soon after they ended, many at once, so that no call waits for it; those only that will be kept. */
@Injectable()
export class CallTraces implements OnApplicationShutdown {
  private readonly logger = new Logger('calls');
  private unwritten = new Map<string, EndedCall[]>();
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {}

  keep(call: EndedCall): void {
    const { connectionId } = call;
    const calls = this.unwritten.get(connectionId) ?? [];
    if (calls.length === 0) this.unwritten.set(connectionId, calls);
    if (calls.push(call) > KEPT_CALLS) calls.shift();
    else if (this.count === MOST_UNWRITTEN) this.dropOldest();
    else this.count += 1;
    this.timer ??= setTimeout(() => void this.write(), WRITE_AFTER_MS);
  }

  /** Newest first; with all that ended at this replica before. */
  async of(connectionId: string, limit: number): Promise<CallTrace[]> {
    await this.write();
    return this.dataSource.query<CallTrace[]>(LIST, [connectionId, limit]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.write();
  }

  /** Of the connection that has waited longest. */
  private dropOldest(): void {
    const [connectionId, calls] = this.unwritten.entries().next().value!;
    calls.shift();
    if (calls.length === 0) this.unwritten.delete(connectionId);
  }

  /** One write after the other, for the next to find room. */
  private write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.writeAll());
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    const traces = [...this.unwritten.values()].flat().map(traceOf);
    if (traces.length === 0) return;
    this.unwritten = new Map();
    this.count = 0;
    try {
      await this.dataSource.transaction(async (manager) => {
        await manager.query(INSERT, [JSON.stringify(traces)]);
        await manager.query(PRUNE, [[...new Set(traces.map(({ connectionId }) => connectionId))]]);
      });
    } catch (error) {
      this.logger.warn({ event: 'calls_not_traced', calls: traces.length, err: error });
    }
  }
}
