/** Who stands before a door, once the key is known. */
export interface Principal {
  keyId: string;
  /** The name that was given to the key when it was made. */
  name: string;
  role: string;
  /** What the key stands for, where it is more than itself: a consumer's id. */
  subjectId: string | null;
}

/** How the audit log and other records name a principal. */
export const actorOf = (principal: Principal): string =>
  principal.subjectId === null ? `key:${principal.keyId}` : `consumer:${principal.subjectId}`;
