import { BaseRpcContext } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';

/** Carries how many milliseconds the asker still waits: a span, not a moment, because two machines' clocks differ. */
export const DEADLINE_HEADER = 'lockkeeper-deadline-ms';

const USUAL_DEADLINE_MS = 30_000;
const LONGEST_DEADLINE_MS = 110_000;

/** What a command's handler gets from `@Ctx()`. */
export class CommandContext extends BaseRpcContext<[Msg]> {
  /** Milliseconds since the epoch, by our own clock. */
  readonly deadline: number;

  constructor(args: [Msg]) {
    super(args);
    const told = Number(args[0].headers?.get(DEADLINE_HEADER) || USUAL_DEADLINE_MS);
    this.deadline = Date.now() + (told > 0 ? Math.min(told, LONGEST_DEADLINE_MS) : USUAL_DEADLINE_MS);
  }

  get subject(): string {
    return this.args[0].subject;
  }

  get remainingMs(): number {
    return Math.max(0, this.deadline - Date.now());
  }
}
