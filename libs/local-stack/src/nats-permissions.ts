import type { Export, Import, Permissions, UserPermissionsLimits } from '@nats-io/jwt';
import {
  COMMANDS_QUEUE,
  DEAD_LETTERS,
  EVENTS,
  LIVE_EVENTS,
  PUBLICATIONS,
  PUBLICATIONS_DURABLE,
  QUERIES_QUEUE,
  STREAMS,
  auditSubject,
} from '@lockkeeper/contracts';

/** One account per service: within one account, the reply subject of a request goes round the permissions. */
export const ACCOUNTS = ['SYS', 'BROKER', 'CREDENTIALS', 'ACCESS_TOKENS', 'CONSUMERS'] as const;
export type AccountName = (typeof ACCOUNTS)[number];

export const USERS = ['sysadmin', 'provisioner', 'durables', 'dead-letters', 'credentials', 'access-tokens'] as const;
export type UserName = (typeof USERS)[number];

const COMMANDS = 'lockkeeper.commands.>';
const QUERIES = 'lockkeeper.queries.>';
const NEXT = '$JS.API.CONSUMER.MSG.NEXT';
const NEXT_PUBLICATION = `${NEXT}.${STREAMS.publications}.${PUBLICATIONS_DURABLE}`;
const ACK_PUBLICATION = `$JS.ACK.${STREAMS.publications}.${PUBLICATIONS_DURABLE}.>`;
/** Reads by place in the stream, so that a new or restored database can catch up on what the durable has long acknowledged; changes nothing. */
const GET_PUBLICATION = `$JS.API.DIRECT.GET.${STREAMS.publications}`;
/** The same for events: a listener over HTTP that comes back reads on where it was. */
const GET_EVENT = `$JS.API.DIRECT.GET.${STREAMS.events}`;
const NEXT_EVENT = `${NEXT}.${STREAMS.events}.*`;
const ACK_EVENT = `$JS.ACK.${STREAMS.events}.*.>`;

/** Nanoseconds. How long after a command its answer may be sent: longer than any refresh takes. */
const ANSWER_WITHIN = 120e9;

/** What may be reached from another account, and only with an activation token of the account that offers it. */
export const EXPORTS: Record<AccountName, Export[]> = {
  SYS: [],
  BROKER: [
    service('publications', PUBLICATIONS),
    service('events', EVENTS),
    service('dead-letters', DEAD_LETTERS),
    service('audit-credentials', auditSubject('credentials')),
    service('audit-access-tokens', auditSubject('access-tokens')),
    service('next-publication', NEXT_PUBLICATION, 'Stream'),
    service('ack-publication', ACK_PUBLICATION),
    service('get-publication', GET_PUBLICATION),
    service('next-event', NEXT_EVENT, 'Stream'),
    service('ack-event', ACK_EVENT),
    service('get-event', GET_EVENT),
    { name: 'live', subject: LIVE_EVENTS, type: 'stream', token_req: true },
  ],
  CREDENTIALS: [service('commands', COMMANDS)],
  ACCESS_TOKENS: [service('queries', QUERIES)],
  CONSUMERS: [],
};

/** Which export each account takes: `[from, name]`. credentials never sees an event or a dead letter, access-tokens never publishes a token. */
export const IMPORTS: Record<AccountName, [AccountName, string][]> = {
  SYS: [],
  BROKER: [],
  CREDENTIALS: [
    ['BROKER', 'publications'],
    ['BROKER', 'audit-credentials'],
    ['ACCESS_TOKENS', 'queries'],
  ],
  ACCESS_TOKENS: [
    ['CREDENTIALS', 'commands'],
    ['BROKER', 'events'],
    ['BROKER', 'dead-letters'],
    ['BROKER', 'audit-access-tokens'],
    ['BROKER', 'next-publication'],
    ['BROKER', 'ack-publication'],
    ['BROKER', 'get-publication'],
    ['BROKER', 'get-event'],
    ['BROKER', 'live'],
  ],
  CONSUMERS: [
    ['BROKER', 'next-event'],
    ['BROKER', 'ack-event'],
  ],
};

/** Who logs in where, and what they may do there. An inbox of their own, so that nobody hears another's answers. */
export const USER_PERMISSIONS: Record<UserName, { account: AccountName; permissions: Permissions }> = {
  sysadmin: { account: 'SYS', permissions: {} },
  // Makes streams and durables at deploy time; no running app holds it.
  provisioner: {
    account: 'BROKER',
    permissions: { pub: { allow: ['$JS.API.>'] }, sub: { allow: [inbox('provisioner')] } },
  },
  // access-tokens' second user: durables of consumers, on EVENTS alone, always with a filter. Inside BROKER, because making one from another account is refused (nats-server 2.9).
  durables: {
    account: 'BROKER',
    permissions: {
      pub: {
        allow: [
          `$JS.API.STREAM.INFO.${STREAMS.events}`,
          `$JS.API.CONSUMER.CREATE.${STREAMS.events}.*.${EVENTS}`,
          `$JS.API.CONSUMER.INFO.${STREAMS.events}.*`,
          `$JS.API.CONSUMER.DELETE.${STREAMS.events}.*`,
        ],
      },
      sub: { allow: [inbox('durables')] },
    },
  },
  // For people: the only one who reads dead letters.
  'dead-letters': {
    account: 'BROKER',
    permissions: {
      pub: { allow: ['INFO', 'MSG.GET', 'MSG.DELETE'].map((verb) => `$JS.API.STREAM.${verb}.DEAD_LETTERS`) },
      sub: { allow: [inbox('dead-letters')] },
    },
  },
  credentials: {
    account: 'CREDENTIALS',
    permissions: {
      pub: { allow: [PUBLICATIONS, auditSubject('credentials'), QUERIES] },
      // Commands in its queue group only: nobody listens in beside it.
      sub: { allow: [`${COMMANDS} ${COMMANDS_QUEUE}`, inbox('credentials')] },
      resp: { max: 1, ttl: ANSWER_WITHIN },
    },
  },
  'access-tokens': {
    account: 'ACCESS_TOKENS',
    permissions: {
      pub: {
        allow: [
          COMMANDS,
          EVENTS,
          DEAD_LETTERS,
          auditSubject('access-tokens'),
          NEXT_PUBLICATION,
          ACK_PUBLICATION,
          GET_PUBLICATION,
          GET_EVENT,
        ],
      },
      sub: { allow: [LIVE_EVENTS, `${QUERIES} ${QUERIES_QUEUE}`, inbox('access-tokens')] },
      resp: { max: 1, ttl: ANSWER_WITHIN },
    },
  },
};

/**
 * What every consumer's user may do, filled in by the server from the user's JWT: pull from the durables that its `durable:` tags name,
 * acknowledge, and hear the answers in its own unguessable inbox. No live subscription: within the account another consumer could send
 * its own events there as a pull's reply. No `resp`: with it a reader could publish to any reply subject it hears.
 */
export const CONSUMER_TEMPLATE: Partial<UserPermissionsLimits> = {
  subs: 100,
  data: -1,
  payload: 1024,
  pub: { allow: [`${NEXT}.${STREAMS.events}.{{tag(durable)}}`, `$JS.ACK.${STREAMS.events}.{{tag(durable)}}.>`] },
  sub: { allow: ['_INBOX.{{subject()}}.>'] },
  bearer_token: false,
  allowed_connection_types: ['STANDARD'],
};

/** The prefix to connect with (`inboxPrefix`) is this without `.>`. */
function inbox(user: string): string {
  return `_INBOX_${user}.>`;
}

function service(name: string, subject: string, responseType?: 'Stream'): Export {
  return { name, subject, type: 'service', token_req: true, ...(responseType && { response_type: responseType }) };
}

/** The import that fits an export; its token is added by who may give it. */
export const importOf = (offered: Export, account: string): Import => ({
  name: offered.name,
  subject: offered.subject,
  type: offered.type,
  account,
  local_subject: offered.subject,
});
