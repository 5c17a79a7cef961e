import type { EventType } from './events.js';

/**
 * Where messages travel. No user data in a subject: an API service's slug, a connection's UUID and a type are all that is shown.
 * Who may publish and read each of them: docs/architecture.md, "Between the workspaces".
 */
export const STREAMS = { publications: 'PUBLICATIONS', events: 'EVENTS', audit: 'AUDIT' } as const;

/** The durable through which access-tokens reads publications; made by the provisioner, bound by name. */
export const PUBLICATIONS_DURABLE = 'access-tokens';

export const PUBLICATIONS = 'lockkeeper.publications.*';
/** @param id of the connection, or of the API service, that the publication is about */
export const publicationSubject = (id: string): string => `lockkeeper.publications.${id}`;

/** Signed ends of the audit logs' hash chains: kept where no database's owner can change them. */
export const AUDIT_HEADS = 'lockkeeper.audit.*';
export const auditSubject = (workspace: 'credentials' | 'access-tokens'): string => `lockkeeper.audit.${workspace}`;

/** Publications that access-tokens could not open or accept, kept for people to look at. */
export const DEAD_LETTERS = 'lockkeeper.dead-letters.>';

export const COMMANDS = {
  refresh: 'lockkeeper.commands.refresh',
  notice: 'lockkeeper.commands.notice',
  exposure: 'lockkeeper.commands.exposure',
} as const;

/** One competing group: each command reaches one replica of credentials. */
export const COMMANDS_QUEUE = 'credentials';

export const EVENTS = 'lockkeeper.events.>';
/** Stands where the connection would, in the subjects of an API service's own events: no UUID looks like it. */
export const API_SERVICE_ITSELF = 'api-service';
/** `lockkeeper.events.<api-service>.<connection>.<type>`; the type keeps its dot, so most take two tokens. */
export const eventSubject = (apiService: string, connectionId: string, type: EventType): string =>
  `lockkeeper.events.${apiService}.${connectionId}.${type}`;

/** All events of one API service. */
export const eventsOf = (apiService: string): string => `lockkeeper.events.${apiService}.>`;

/** EVENTS, republished once it was stored: for access-tokens, which tells those who listen over HTTP. */
export const LIVE_EVENTS = 'live.events.>';
/** The subject under which the stream holds what was heard live. */
export const storedEventSubject = (live: string): string => `lockkeeper.${live.slice('live.'.length)}`;

/** The events that fit, as a subject with wildcards; what is left out doesn't matter. */
export const eventsWith = (wanted: {
  apiService?: string | undefined;
  connection?: string | undefined;
  type?: EventType | undefined;
}): string => `lockkeeper.events.${wanted.apiService ?? '*'}.${wanted.connection ?? '*'}.${wanted.type ?? '>'}`;
