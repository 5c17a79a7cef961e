/** The access token of the organisation's issuer that a request came with. */
export interface IssuedBearer {
  issuer: string;
  subject: string;
  expiresAt: Date;
}

/** Who stands before a door, once the key, the token or the session is known. */
export interface Principal {
  /** The key's id; of somebody who signed in without one, the session's; of a token's subject, a UUID that is its alone. */
  keyId: string;
  /** The name that was given to the key when it was made; a person's own name. */
  name: string;
  role: string;
  /** What the key stands for, where it is more than itself: a consumer's id. */
  subjectId: string | null;
  /** Who it is by the organisation's OpenID provider: issuer and subject. */
  person?: string | null;
  /** Where it came by a token instead of a key. */
  bearer?: IssuedBearer;
  /** The browser session that the request came with, if any. */
  sessionId?: string;
  /** When that session ends. */
  endsAt?: Date;
}

const actors = new WeakMap<Principal, string>();

/** How the audit log and other records name a principal. */
export function actorOf(principal: Principal): string {
  const known = actors.get(principal);
  if (known !== undefined) return known;
  const actor = drawnUp(principal);
  actors.set(principal, actor);
  return actor;
}

function drawnUp({ keyId, subjectId, person, bearer }: Principal): string {
  if (person) return `person:${person}`;
  if (bearer) return `subject:${bearer.issuer}#${bearer.subject}`;
  return subjectId === null ? `key:${keyId}` : `consumer:${subjectId}`;
}

/** By which the other workspace knows whom something is done for: it has never heard of an issuer's subjects. */
export const requesterOf = (principal: Principal): string =>
  principal.subjectId === null ? actorOf(principal) : `consumer:${principal.subjectId}`;
