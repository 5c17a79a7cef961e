import type { ConnectionStatus } from '@lockkeeper/contracts';
import { LockkeeperError } from '@lockkeeper/doors';

export class ConnectionNotFound extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'connection_not_found',
      title: 'There is no such connection',
      detail: `No connection has the id ${id}.`,
      hint: 'GET /v1/connections?apiService=&user= finds it by its API service and user.',
    });
  }
}

export class ConnectionRevoked extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'conflict',
      code: 'connection_revoked',
      title: 'The connection is revoked',
      detail: `Connection ${id} is revoked: its secrets are erased.`,
      hint: 'POST /v1/connections/:id/authorization-links makes a link by which its user can consent anew.',
    });
  }
}

export class NoTokenToUse extends LockkeeperError {
  constructor(id: string, status: ConnectionStatus) {
    super({
      kind: 'conflict',
      code: 'no_token',
      title: 'The connection has no token',
      detail: `Connection ${id} is \`${status}\` and holds no access token.`,
      hint: 'Send its user an authorization link first.',
    });
  }
}
