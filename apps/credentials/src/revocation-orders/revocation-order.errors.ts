import { LockkeeperError } from '@lockkeeper/doors';

export class OrderNotFound extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'revocation_not_found',
      title: 'There is no such revocation',
      detail: `No revocation has the id ${id}.`,
      hint: 'GET /v1/revocations lists them.',
    });
  }
}
