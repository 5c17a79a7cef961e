import { LockkeeperError } from '@lockkeeper/doors';

export class ConsumerNotFound extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'consumer_not_found',
      title: 'There is no such consumer',
      detail: `No consumer has the id ${id}.`,
      hint: 'GET /v1/consumers lists them.',
    });
  }
}

export class ConsumerKeyNotFound extends LockkeeperError {
  constructor(id: string, keyId: string) {
    super({
      kind: 'not_found',
      code: 'key_not_found',
      title: 'There is no such key',
      detail: `Consumer ${id} has no living key with the id ${keyId}.`,
      hint: 'GET /v1/consumers/:id/keys lists them.',
    });
  }
}

/** What it may do is decided elsewhere, anew with each of its tokens. */
export class ConsumerOfIssuer extends LockkeeperError {
  constructor(id: string, rule: string) {
    super({
      kind: 'conflict',
      code: 'consumer_of_issuer',
      title: 'This consumer is a subject of the organisation’s issuer',
      detail: `Consumer ${id} comes with tokens of its issuer, and is let in by the rule ${rule}, which says what it may use. Keys and webhooks would outlive its tokens, with nobody left to end them: it has none.`,
      hint: 'Whoever runs Lockkeeper changes the rule (…_JWT_RULES_FILE), or lets it name, as `consumer`, one that was made with POST /v1/consumers.',
    });
  }
}

/** The consumer may not use it; whether it exists is not told. */
export class NotEntitled extends LockkeeperError {
  constructor() {
    super({
      kind: 'forbidden',
      code: 'not_entitled',
      title: 'This consumer may not use that connection',
      detail:
        'None of the consumer’s entitlements covers this API service and user. Whether there is such a connection is not told.',
      hint: 'GET /v1/tokens lists what you may use. An admin of this workspace changes it with PATCH /v1/consumers/:id.',
    });
  }
}

export class ConnectionUnknown extends LockkeeperError {
  constructor() {
    super({
      kind: 'not_found',
      code: 'connection_unknown',
      title: 'Nothing is known of that connection',
      detail: 'credentials has published nothing for this API service and user.',
      hint: 'Check the spelling of both. If they are right, the user has not consented yet: an operator of credentials makes an authorization link.',
    });
  }
}
