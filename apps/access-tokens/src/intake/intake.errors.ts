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

/** The stream of publications can't be compared with this database. What the durable delivers is taken in all the same. */
export class StreamUnreadable extends LockkeeperError {
  constructor(why: string, cause?: unknown) {
    super({
      kind: 'unavailable',
      code: 'stream_unreadable',
      title: 'The stream of publications cannot be read',
      detail: `Publications can’t be read by their place in the stream: ${why}.`,
      hint: 'The stream PUBLICATIONS must exist with `allow_direct`, and this workspace’s NATS user must be permitted `$JS.API.DIRECT.GET.PUBLICATIONS`.',
      cause,
    });
  }
}
