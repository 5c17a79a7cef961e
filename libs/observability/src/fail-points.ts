/** The steps of a refresh between which everything may end, in their order; the last one is in the other workspace. */
export const FAIL_POINTS = [
  'before_intent',
  'after_intent',
  'after_send',
  'after_answer',
  'after_sealed_answer',
  'after_commit',
  'after_publish',
  'after_intake_commit',
] as const;
export type FailPoint = (typeof FAIL_POINTS)[number];

/** `kill`: the process ends as by `kill -9`. `freeze`: it stands still (SIGSTOP) until somebody continues it. */
type Harm = 'kill' | 'freeze';

interface Armed {
  point: FailPoint;
  harm: Harm;
  /** Harmless passages before the one that does harm. */
  passagesLeft: number;
}

const FORM = /^([a-z_]+)=(kill|freeze)(?:#([1-9]\d{0,5}))?$/;
const SIGNALS = { kill: 'SIGKILL', freeze: 'SIGSTOP' } as const;

let armed: Armed | null = null;

/** `after_send=kill#3`: at the third passage of that point, once. Null where the text isn't of that form. */
export function readFailPoint(text: string): Armed | null {
  const [, point, harm, passage = '1'] = FORM.exec(text) ?? [];
  if (!FAIL_POINTS.includes(point as FailPoint)) return null;
  return { point: point as FailPoint, harm: harm as Harm, passagesLeft: Number(passage) - 1 };
}

/** For tests of what a crash leaves behind. The settings refuse it outside of them, and boot announces it. */
export function armFailPoint(text: string): void {
  armed = readFailPoint(text);
}

/** The work has come so far. Costs one comparison where nothing is armed. */
export function reached(point: FailPoint): void {
  if (armed !== null && armed.point === point) strike(armed);
}

function strike({ harm, passagesLeft }: Armed): void {
  if (passagesLeft > 0) return void (armed!.passagesLeft -= 1);
  armed = null;
  process.kill(process.pid, SIGNALS[harm]);
}
