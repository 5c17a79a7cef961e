import {
  type JsonLogger,
  type RequestContext,
  type RequestLabels,
  measureRequest,
  newRequestContext,
  runInContext,
} from '@lockkeeper/observability';

export type RequestTeller = Pick<JsonLogger, 'request'> & Partial<Pick<JsonLogger, 'tellsEachRequest'>>;

/** One line and one measurement of one answer: by the route's template, never by the URL, which may hold a ticket. */
export function tellRequest(
  labels: RequestLabels,
  { context, milliseconds, logger }: { context: RequestContext; milliseconds: number; logger: RequestTeller },
): void {
  measureRequest(labels, milliseconds / 1000);
  runInContext(context, () => logger.request({ ...labels, durationMs: Math.round(milliseconds) }));
}

interface Answered {
  route: string;
  actor: string;
}

interface Sum extends Answered {
  requests: number;
  longestMs: number;
}

const TELL_EVERY_MS = 1000;

/**
 * Answers that are too many for a line each: one line a second for each caller and route, with how many there were. Where the log is asked to
 * be that detailed (`debug`), each has its own.
 */
export class RequestSums {
  /** By route and actor: these two are the same strings each time, which are found quicker than one that is made of them. */
  private readonly sums = new Map<string, Map<string, Sum>>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly logger: RequestTeller) {}

  count({ route, actor }: Answered, { requestId, milliseconds }: { requestId: string; milliseconds: number }): void {
    if (this.logger.tellsEachRequest) {
      const line = { method: 'GET', route, status: '200', durationMs: Math.round(milliseconds) };
      return runInContext(newRequestContext({ requestId, actor }), () => this.logger.request(line));
    }
    const sum = this.sums.get(route)?.get(actor) ?? this.begin({ route, actor });
    sum.requests += 1;
    if (milliseconds > sum.longestMs) sum.longestMs = milliseconds;
    this.timer ??= setTimeout(() => this.tell(), TELL_EVERY_MS).unref();
  }

  /** What was counted so far, now. */
  tell(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const { route, actor, requests, longestMs } of [...this.sums.values()].flatMap((sums) => [...sums.values()])) {
      this.logger.request({ method: 'GET', route, status: '200', durationMs: Math.round(longestMs), actor, requests });
    }
    this.sums.clear();
  }

  private begin({ route, actor }: Answered): Sum {
    const sum = { route, actor, requests: 0, longestMs: 0 };
    const ofRoute = this.sums.get(route) ?? new Map<string, Sum>();
    this.sums.set(route, ofRoute.set(actor, sum));
    return sum;
  }
}
