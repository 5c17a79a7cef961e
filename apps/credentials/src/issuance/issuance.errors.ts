import { LockkeeperError } from '@lockkeeper/doors';

export class UserNeeded extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'user_needed',
      title: 'Only a user can begin this grant',
      detail: `The grant of \`${slug}\` is a user’s: no token can be asked for without one.`,
      hint: 'POST /v1/connections/:id/authorization-links makes a link by which the user consents.',
    });
  }
}

/** The token belongs to no user, and still somebody has to have allowed it once. */
export class ConsentNeeded extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'consent_needed',
      title: 'An admin has to consent first',
      detail: `At \`${slug}\` an admin of the organisation consents in a browser before the first token.`,
      hint: 'POST /v1/connections/:id/authorization-links makes a link for that admin.',
    });
  }
}
