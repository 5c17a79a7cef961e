import { useSyncExternalStore } from 'react';
import { relative } from './relative';

/** One clock for all that is shown: it ticks each second, while anybody looks at it. */
const lookers = new Set<() => void>();
let now = Date.now();
let clock: ReturnType<typeof setInterval> | null = null;

function look(onTick: () => void): () => void {
  lookers.add(onTick);
  clock ??= setInterval(tick, 1000);
  return () => {
    lookers.delete(onTick);
    if (lookers.size > 0 || clock === null) return;
    clearInterval(clock);
    clock = null;
  };
}

function tick(): void {
  now = Date.now();
  for (const looker of lookers) looker();
}

/** What was last told stands still while nobody looks: whoever looks first sets it. */
function lastTick(): number {
  if (clock === null && Date.now() - now >= 1000) now = Date.now();
  return now;
}

/** Milliseconds since 1970, to the second. */
export const useNow = (): number => useSyncExternalStore(look, lastTick);

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `28 Nov 2026`, where the browser is. */
export const dayOf = (at: string): string => DAY.format(new Date(at));

/** A moment, as far away as it is from now; exactly, for whoever looks closer. */
export function When({ at, none = 'never' }: { at: string | null | undefined; none?: string }) {
  const moment = useNow();
  if (!at) return <span className="soft">{none}</span>;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="nowrap">
      {relative(Date.parse(at) - moment)}
    </time>
  );
}
