import { livesUntil } from '../intake/held-connection.js';
import type { OpenedConnection } from '../intake/opened-connections.js';
import { NamedTokenUnknown } from './tokens.errors.js';

/**
 * What is held of one connection, as far as one of its tokens is concerned: by name, or its own. The version stays the connection's: one
 * number counts all of its tokens. @throws NamedTokenUnknown
 */
export function tokenNamed(found: OpenedConnection, name: string | undefined): OpenedConnection {
  if (name === undefined) return found;
  const token = found.named.get(name);
  if (!token) throw new NamedTokenUnknown(name, [...found.named.keys()]);
  const { accessToken, tokenType, scope, expiresAt } = token;
  const connection = {
    ...found.connection,
    // Sealed among the others: what counts here is that there is one.
    accessToken: found.connection.namedTokens,
    tokenType,
    scope,
    issuedAt: null,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  };
  return { ...found, connection, accessToken, livesUntil: livesUntil(connection), dpopKey: null };
}
