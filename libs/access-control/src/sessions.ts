import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { AuditLog } from '@lockkeeper/audit-chain';
import { currentContext } from '@lockkeeper/observability';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessKeys } from './access-keys.js';
import { SignInLinkDead, SignInRefused } from './access.errors.js';
import { type Principal, actorOf } from './principal.js';
import { RefusedKeys } from './refused-keys.js';
import { SESSION_SETTINGS, type SessionSettings } from './session-cookie.js';

const SECRET_BYTES = 32;
const LINK_SECONDS = 600;
/** How exactly the last use is kept: a write for each request would cost more than it tells. */
const SEEN_EVERY_SECONDS = 30;

/** Somebody whom the organisation's OpenID provider vouches for. */
export interface Person {
  /** Issuer and subject: the same person, whatever they are called today. */
  id: string;
  name: string;
  role: string;
}

export interface StartedSession {
  /** For the cookie: the only time that it is seen; its hash is kept. */
  secret: string;
  principal: Principal;
}

export interface SignInLink {
  ticket: string;
  expiresAt: Date;
}

type Found = Principal & { stale: boolean };

/** The living session of a secret, with who it stands for as they are now: a key that was withdrawn or ran out takes its sessions along. */
const RECOGNISE = `
  SELECT s.id AS "sessionId", coalesce(k.id, s.id) AS "keyId", coalesce(k.name, s.name) AS name, coalesce(k.role, s.role) AS role,
         k.subject_id AS "subjectId", s.person, s.ends_at AS "endsAt", s.seen_at < now() - make_interval(secs => $3) AS stale
  FROM sessions s LEFT JOIN access_keys k ON k.id = s.key_id
  WHERE s.hash = $1 AND s.ends_at > now() AND s.seen_at > now() - make_interval(secs => $2)
    AND (k.expires_at IS NULL OR k.expires_at > now())`;

/** People in browsers. A session is a row here and a cookie there; what is kept recognises the cookie, and can't make one. */
@Injectable()
export class Sessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: AccessKeys,
    private readonly audit: AuditLog,
    private readonly refused: RefusedKeys,
    @Inject(SESSION_SETTINGS) private readonly settings: SessionSettings,
  ) {}

  /** @throws SignInRefused, TooManyRefusedKeys */
  async startWithKey(key: string): Promise<StartedSession> {
    await this.refused.assertOver(currentContext()?.sourceAddress ?? null);
    const principal = await this.keys.recognise(key);
    if (!principal) return this.refuse(key, new SignInRefused());
    return this.start({ keyId: principal.keyId }, principal);
  }

  /** The link is used up by this. @throws SignInLinkDead, TooManyRefusedKeys */
  async startWithTicket(ticket: string): Promise<StartedSession> {
    await this.refused.assertOver(currentContext()?.sourceAddress ?? null);
    const [rows] = await this.dataSource.query<[Principal[], number]>(
      `DELETE FROM sign_in_links l USING access_keys k
       WHERE l.hash = $1 AND l.expires_at > now() AND k.id = l.key_id AND (k.expires_at IS NULL OR k.expires_at > now())
       RETURNING k.id AS "keyId", k.name, k.role, k.subject_id AS "subjectId"`,
      [hashOf(ticket)],
    );
    const [principal] = rows;
    if (!principal) return this.refuse(ticket, new SignInLinkDead());
    return this.start({ keyId: principal.keyId }, principal);
  }

  startForPerson(person: Person): Promise<StartedSession> {
    const { id, name, role } = person;
    return this.start({ person }, { keyId: '', name, role, subjectId: null, person: id });
  }

  /** @param present whether a person is at it; otherwise the idle limit runs on */
  async recognise(secret: string, present: boolean): Promise<Principal | null> {
    const [found] = await this.dataSource.query<Found[]>(RECOGNISE, [
      hashOf(secret),
      this.settings.idleSeconds,
      SEEN_EVERY_SECONDS,
    ]);
    if (!found) return null;
    const { stale, ...principal } = found;
    if (stale && present) {
      await this.dataSource.query('UPDATE sessions SET seen_at = now() WHERE id = $1', [principal.sessionId]);
    }
    return principal;
  }

  /** A link by which a browser signs in as the holder of this key, once, within ten minutes. */
  async link({ keyId, person, bearer }: Principal): Promise<SignInLink> {
    if (person || bearer) throw new SignInRefused();
    const ticket = randomBytes(SECRET_BYTES).toString('base64url');
    const expiresAt = new Date(Date.now() + LINK_SECONDS * 1000);
    await this.dataSource.transaction(async (manager) => {
      await manager.query('DELETE FROM sign_in_links WHERE expires_at < now()');
      await manager.query('INSERT INTO sign_in_links (hash, key_id, expires_at) VALUES ($1, $2, $3)', [
        hashOf(ticket),
        keyId,
        expiresAt,
      ]);
      await this.audit.append({ action: 'sign_in_link.issued', objectType: 'key', objectId: keyId }, manager);
    });
    return { ticket, expiresAt };
  }

  end({ sessionId }: Principal): Promise<void> {
    return this.endWhere('id = $1', [sessionId ?? null], 'session.ended');
  }

  /** Every browser in which this person, or this key, is signed in. */
  endAll({ keyId, person }: Principal): Promise<void> {
    return this.endWhere('key_id = $1::uuid OR person = $2', [person ? null : keyId, person ?? null], 'session.ended');
  }

  private async refuse(presented: string, error: Error): Promise<never> {
    await this.refused.note(presented);
    throw error;
  }

  private async endWhere(condition: string, values: unknown[], action: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const sql = `DELETE FROM sessions WHERE ${condition} RETURNING id`;
      const [rows] = await manager.query<[{ id: string }[], number]>(sql, values);
      for (const { id } of rows) await this.audit.append({ action, objectType: 'session', objectId: id }, manager);
    });
  }

  private async start(by: { keyId?: string; person?: Person }, principal: Principal): Promise<StartedSession> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const sessionId = randomUUID();
    const endsAt = new Date(Date.now() + this.settings.lifeSeconds * 1000);
    await this.dataSource.transaction(async (manager) => {
      await manager.query('DELETE FROM sessions WHERE ends_at < now()');
      await manager.query(
        'INSERT INTO sessions (id, hash, key_id, person, name, role, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        [sessionId, hashOf(secret), by.keyId ?? null, by.person?.id ?? null, principal.name, principal.role, endsAt],
      );
      await this.note({ ...principal, keyId: by.keyId ?? sessionId }, sessionId, manager);
    });
    return { secret, principal: { ...principal, keyId: by.keyId ?? sessionId, sessionId, endsAt } };
  }

  /** In the name of whoever has just been recognised; the request came without any. */
  private async note(principal: Principal, sessionId: string, manager: EntityManager): Promise<void> {
    const context = currentContext();
    if (context) context.actor = actorOf(principal);
    const { name, role, person } = principal;
    const details = { name, role, by: person ? 'openid' : 'key' };
    await this.audit.append(
      { action: 'session.started', objectType: 'session', objectId: sessionId, details },
      manager,
    );
  }
}

/** No salt and no stretching: what is hashed is 256 random bits. */
const hashOf = (secret: string): string => createHash('sha256').update(secret, 'utf8').digest('hex');

/** For a migration of each workspace. */
export const CREATE_SESSIONS = [
  `CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    hash text NOT NULL UNIQUE,
    key_id uuid REFERENCES access_keys ON DELETE CASCADE,
    person text,
    name text NOT NULL,
    role text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL,
    CHECK ((key_id IS NULL) <> (person IS NULL))
  )`,
  `CREATE INDEX sessions_key ON sessions (key_id) WHERE key_id IS NOT NULL`,
  `CREATE INDEX sessions_person ON sessions (person) WHERE person IS NOT NULL`,
  `CREATE TABLE sign_in_links (
    hash text PRIMARY KEY,
    key_id uuid NOT NULL REFERENCES access_keys ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
  )`,
];
