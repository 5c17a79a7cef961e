import { toldUrl } from './trace-masks.js';

/** `push`: what is asked for, told to the provider beforehand (RFC 9126); `issue`: a token asked for without a user; `device`: a device authorization; `poll`: whether its user has agreed. */
export type Step =
  | 'push'
  | 'authorize'
  | 'callback'
  | 'exchange'
  | 'issue'
  | 'device'
  | 'poll'
  | 'refresh'
  | 'follow_up'
  | 'revoke'
  | 'introspect'
  | 'test';

/**
 * One request, as people may see it: by allow-list, so that a value which nobody thought of is masked. Steps that were written before
 * they told so much have the first five members only.
 */
export interface TraceStep {
  step: Step;
  method: string;
  /** Query values and secrets in its path are masked. */
  url: string;
  /** Null where no answer came. */
  status: number | null;
  durationMs: number;
  requestHeaders?: Record<string, string>;
  requestBody?: string | null;
  answerHeaders?: Record<string, string>;
  answerBody?: string | null;
  /** What was made of it, in plain words. */
  decision?: string | null;
}

/** The steps, with what was made of the last one. */
export function decided(steps: readonly TraceStep[], decision: string): TraceStep[] {
  return steps.map((step, index) => (index === steps.length - 1 ? { ...step, decision } : step));
}

/** The browser's way to the provider, with what it asks for in the open. */
export const authorizeStep = (location: URL): TraceStep => ({
  step: 'authorize',
  method: 'GET',
  url: toldUrl(location),
  status: null,
  durationMs: 0,
  decision: 'The browser was sent there; its answer comes by the redirect URI.',
});

/** The browser's way back. */
export function callbackStep(redirectUri: string, parameters: URLSearchParams): TraceStep {
  const url = new URL(redirectUri);
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  const decision = 'The answer belongs to this consent, and to the browser that began it.';
  return { step: 'callback', method: 'GET', url: toldUrl(url), status: null, durationMs: 0, decision };
}
