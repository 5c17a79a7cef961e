import { LockkeeperError } from '@lockkeeper/doors';

export class TooManyListeners extends LockkeeperError {
  constructor(most: number) {
    super({
      kind: 'too_many',
      code: 'too_many_listeners',
      title: 'Too many listeners',
      detail: `One key may listen ${most} times at once at each replica.`,
      hint: 'End a listener that is not needed any more, or listen once and share what is heard.',
      retryAfterSeconds: 5,
    });
  }
}
