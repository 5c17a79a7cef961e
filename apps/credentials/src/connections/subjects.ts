import { InvalidInput } from '@lockkeeper/doors';
import type { Manifest } from '@lockkeeper/manifests';
import type { EntityManager } from 'typeorm';
import type { Connection, ConnectionFault } from './connection.entity.js';

interface Subjects {
  subjectConnectionId?: string | null | undefined;
  actorConnectionId?: string | null | undefined;
}

/** RFC 8693: an exchange needs a token to exchange, and no other grant has a use for one. @throws InvalidInput */
export function checkSubjects({ grant }: Manifest, { subjectConnectionId, actorConnectionId }: Subjects): void {
  const exchanges = grant === 'token_exchange';
  if (exchanges && subjectConnectionId === undefined)
    throw refused('subjectConnectionId', 'is needed: the API service exchanges the token of another connection');
  const given = { subjectConnectionId, actorConnectionId };
  const name = Object.entries(given).find(([, id]) => id !== undefined)?.[0];
  if (!exchanges && name !== undefined) throw refused(name, `is of no use: the grant of the API service is ${grant}`);
}

/** Whose token it comes from is what a connection is: another subject makes another connection. @throws InvalidInput */
export function checkSameSubjects(connection: Connection, given: Subjects): void {
  for (const name of ['subjectConnectionId', 'actorConnectionId'] as const) {
    if (given[name] === undefined || given[name] === connection[name]) continue;
    throw refused(name, 'is another one than this connection has: use another user for it');
  }
}

/** Whose token was exchanged for that connection's, by whichever role. */
export async function dependentsOf(manager: EntityManager, id: string): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT id FROM connections WHERE subject_connection_id = $1 OR actor_connection_id = $1 ORDER BY id`,
    [id],
  );
  return rows.map((row) => row.id);
}

/** The grant is gone whose token was exchanged. */
export const subjectGone = (now: Date): ConnectionFault => ({
  owner: 'grant',
  code: 'subject_gone',
  detail: 'The grant whose token was exchanged for this one has ended; its token is not used any longer.',
  hint: 'Mend the connection that subjectConnectionId names; then POST /v1/connections/:id/issue.',
  at: now.toISOString(),
});

const refused = (name: string, message: string): InvalidInput => new InvalidInput([{ pointer: `/${name}`, message }]);
