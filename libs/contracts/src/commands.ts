import type { ConnectionStatus } from './publication.js';

/** Headers that travel with every message, so that one request can be followed through both workspaces. */
export const REQUEST_ID_HEADER = 'lockkeeper-request-id';

/** `lockkeeper.commands.refresh`: replace the token of `supersedes` by a newer one. Answered once it is decided. */
export interface RefreshCommand {
  connectionId: string;
  /** The version that the caller holds and wants replaced; a newer one that exists already is the answer. */
  supersedes: number;
  /** Which of the connection's tokens; left out: its own. */
  token?: string;
  /** Whom this is done for, for the audit log: `consumer:<id>`. */
  requestedBy: string;
}

/** `lockkeeper.commands.notice`: ask the connection's user to reauthorize. */
export interface NoticeCommand {
  connectionId: string;
  reason?: string;
  requestedBy: string;
}

/** What became of a demand for a newer token. */
export type RefreshOutcome =
  | 'rotated' // a newer token exists now
  | 'already_rotated' // a newer one existed before the provider was asked
  | 'in_progress' // somebody holds the lease and did not finish before the deadline
  | 'not_refreshable' // no refresh token, or the grant is dead: reauthorize
  | 'failed'; // the provider or the network failed; it will be tried again

export interface RefreshReply {
  outcome: RefreshOutcome;
  connectionId: string;
  status: ConnectionStatus;
  version: number;
  /** For people, where the outcome isn't a newer token. */
  hint: string | null;
  /** Seconds after which asking again makes sense; null if not before something else changes. */
  retryAfterSeconds: number | null;
}

export interface NoticeReply {
  noticeId: string;
  /** False if a notice for the same connection was open already. */
  created: boolean;
}

/** `lockkeeper.commands.exposure`: somebody may have a token of this version who must not: revoke all that there were then, and issue others. */
export interface ExposureCommand {
  connectionId: string;
  /** Where none of its tokens is left, nothing is to be done. */
  version: number;
  requestedBy: string;
}

export interface ExposureReply {
  connectionId: string;
  status: ConnectionStatus;
  version: number;
  /** The order that deals with it, outliving crashes; null if the version was replaced already. */
  orderId: string | null;
}

/** How a command is refused: what an HTTP problem would say, under one key, so that a reply is never mistaken for it. */
export interface CommandRefusal {
  error: {
    code: string;
    title: string;
    detail: string;
    hint: string | null;
    /** What kind of trouble it is: `invalid`, `not_found`, `conflict`, `unavailable` and so on, as libs/doors lists them. */
    kind: string;
    /** Seconds until another try makes sense; null if that isn't known. */
    retryAfterSeconds: number | null;
  };
}

export const isRefusal = (reply: object): reply is CommandRefusal => 'error' in reply;
