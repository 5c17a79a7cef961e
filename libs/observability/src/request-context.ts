import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** On whose behalf the current work is done, and how to find its traces: carried along without being passed along. */
export interface RequestContext {
  requestId: string;
  /** `key:<id>`, `consumer:<id>`, `person:…` or `subject:…` of an issuer, `end_user`, `scheduler` or `system`; set once it is known. */
  actor: string;
  /** The caller's IP address where there is one. */
  sourceAddress: string | null;
  /** The code of the error by which the caller was told that it may not do this; absent as long as it was not. */
  refusal?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

export const currentContext = (): RequestContext | undefined => storage.getStore();
export const currentRequestId = (): string | null => storage.getStore()?.requestId ?? null;

/** A caller's own id if it is harmless to log, else a new one. */
export const requestIdOf = (presented: unknown): string =>
  typeof presented === 'string' && REQUEST_ID.test(presented) ? presented : randomUUID();

export function newRequestContext(init: Partial<RequestContext> = {}): RequestContext {
  const { requestId, actor = 'system', sourceAddress = null } = init;
  return { requestId: requestIdOf(requestId), actor, sourceAddress };
}

export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Work that nobody asked for: a tick of the scheduler, a start-up task. */
export function runAs<T>(actor: string, work: () => T): T {
  return storage.run(newRequestContext({ actor }), work);
}
