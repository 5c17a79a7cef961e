import { LockkeeperError } from '@lockkeeper/doors';

export class NatsUsersOff extends LockkeeperError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'nats_users_off',
      title: 'Events over NATS are not set up here',
      detail: 'This installation has no keys with which it could make NATS users for consumers.',
      hint: 'Listen at GET /v1/events. Whoever runs this server sets ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE and what belongs to it.',
    });
  }
}

/** None of its entitlements covers an API service as a whole. */
export class NothingToHearOverNats extends LockkeeperError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'nothing_to_hear_over_nats',
      title: 'This consumer can’t hear of events over NATS',
      detail:
        'It is entitled to no API service as a whole. Over NATS events are told apart by API service, not by user: no user’s name is in a subject.',
      hint: 'Listen at GET /v1/events, which is limited to single users, or have an admin entitle the consumer to all users of an API service.',
    });
  }
}

export class NotItself extends LockkeeperError {
  constructor() {
    super({
      kind: 'forbidden',
      code: 'not_itself',
      title: 'A consumer does this for itself only',
      detail: 'The key belongs to another consumer than the one in the URL.',
      hint: 'Use `me` instead of the id.',
    });
  }
}
