import { LockkeeperError } from '@lockkeeper/doors';

/** Sealed by credentials, and yet not what this version understands: no retry will change it. */
export class PublicationUnfit extends LockkeeperError {
  constructor(members: string[]) {
    super({
      kind: 'invalid',
      code: 'publication_unfit',
      title: 'A publication cannot be understood',
      detail: `The publication does not have the agreed form in: ${members.join(', ')}.`,
      hint: 'credentials and access-tokens run versions that don’t fit: update the older one, then have the connection published again.',
    });
  }
}
