/**
 * `admin` makes consumers and keys, `auditor` looks at everything but tokens, `consumer` reads tokens.
 * No role does two of these: whoever decides who may read tokens can't read one.
 */
export const ADMIN = 'admin';
export const AUDITOR = 'auditor';
export const CONSUMER = 'consumer';

/** Roles of keys that people hold, made at `/v1/keys`. A consumer's keys are made with the consumer. */
export const STAFF_ROLES = [ADMIN, AUDITOR] as const;

/** Tokens of the organisation's issuer may have every role; people who sign in there are no consumers. */
export const ACCESS_ROLES = { staff: STAFF_ROLES, consumer: CONSUMER };
