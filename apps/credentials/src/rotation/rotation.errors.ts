import { LockkeeperError } from '@lockkeeper/doors';
import { TokenFault } from '../token-endpoint/token-fault.js';

/** The access token runs out, and there is nothing to get another one with. */
export const nothingToRefresh = (): TokenFault =>
  new TokenFault({
    owner: 'grant',
    permanent: true,
    kind: 'conflict',
    code: 'no_refresh_token',
    title: 'There is no refresh token',
    detail: 'The access token has run out, and the provider gave no refresh token to replace it.',
    hint: 'Send the user an authorization link. Many providers give a refresh token only if an extra scope or parameter asks for it.',
    reachedProvider: false,
  });

/** RFC 8693: a token is exchanged, and there is none. */
export const subjectNotReady = (status: string): TokenFault =>
  new TokenFault({
    owner: 'us',
    permanent: false,
    kind: 'conflict',
    code: 'subject_not_ready',
    title: 'There is no living token to exchange',
    detail: `The connection whose token is exchanged is \`${status}\` and has no living token.`,
    hint: 'It is tried again. Look at that connection first: its own fault says what is wrong.',
    reachedProvider: false,
  });

/** A refresh was begun, and whoever began it is gone without having kept an answer. */
export const lostAnswer = (): TokenFault =>
  new TokenFault({
    owner: 'us',
    permanent: false,
    kind: 'unavailable',
    code: 'refresh_indeterminate',
    title: 'It is not known how a refresh ended',
    detail:
      'A refresh was begun and interrupted before its answer was kept; the provider may or may not have answered it.',
    hint: 'It is tried again. Should the provider have replaced the refresh token meanwhile, the user must reauthorize.',
    reachedProvider: true,
  });

/** The provider's pace, or a pause of our own process, let the lease run out before anything was sent. */
export const noTurn = (): TokenFault =>
  new TokenFault({
    owner: 'us',
    permanent: false,
    kind: 'unavailable',
    code: 'refresh_not_begun',
    title: 'The refresh was not begun in time',
    detail: 'Nothing was sent: its turn came too late for the lease under which it would have been sent.',
    hint: 'It waits for another turn. If it stays, the provider’s rate is too low for the number of connections.',
    reachedProvider: false,
  });

/** What an unread answer leaves to be done. */
export const READ_AGAIN =
  'The answer is kept, sealed. Mend the manifest, then POST /v1/connections/:id/replay applies it. The refresh token that is held may be spent: ' +
  'it is not tried again on its own; a refresh with {"discardAnswer": true} does so all the same.';

/** There is no answer that was kept, or somebody is at the connection. */
export class NothingKept extends LockkeeperError {
  constructor(connectionId: string) {
    super({
      kind: 'conflict',
      code: 'nothing_to_replay',
      title: 'There is no answer to replay',
      detail: `Connection ${connectionId} has no kept answer that wasn’t applied, or a refresh of it is under way.`,
      hint: 'GET /v1/connections/:id/timeline tells what happened to it; try again in a minute if it says that a refresh was begun.',
    });
  }
}
