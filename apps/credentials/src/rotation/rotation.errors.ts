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
