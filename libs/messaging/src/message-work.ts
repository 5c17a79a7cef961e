import { currentRequestId, newRequestContext, runInContext } from '@lockkeeper/observability';
import { REQUEST_ID_HEADER } from '@lockkeeper/contracts';
import { type MsgHdrs, headers } from '@nats-io/transport-node';
import { isObservable, lastValueFrom } from 'rxjs';

/** Runs the work of one message under the request id that it carries, or a new one. */
export function underItsRequest<T>(received: MsgHdrs | undefined, work: () => T): T {
  const requestId = received?.get(REQUEST_ID_HEADER);
  return runInContext(newRequestContext({ ...(requestId && { requestId }) }), work);
}

/** The headers that every message of ours carries. @param requestId if it isn't the current one */
export function traceHeaders(requestId: string | null = currentRequestId()): MsgHdrs {
  const carried = headers();
  if (requestId) carried.set(REQUEST_ID_HEADER, requestId);
  return carried;
}

/** Nest's handlers answer with a value, a promise of one, or an observable (after filters and interceptors). */
export async function resultOf(answer: unknown): Promise<unknown> {
  const settled = await answer;
  return isObservable(settled) ? lastValueFrom(settled, { defaultValue: undefined }) : settled;
}

/** Where an error came from, without its message: that may quote what was being worked on. */
export function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !error.stack) return undefined;
  return [error.name, ...error.stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
}
