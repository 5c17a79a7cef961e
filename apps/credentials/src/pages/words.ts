import type { TrialOutcome } from './fields.page.js';

/** What a page says when something went wrong: what happened, and what its reader can do about it. */
export interface ProblemWords {
  title: string;
  text: string;
  todo: string;
}

/** The troubles that end users are told of. Programs and operators are told more exactly, elsewhere. */
export const PROBLEMS = [
  'link_spent',
  'link_opened_elsewhere',
  'too_many_tries',
  'too_many_requests',
  'sent_from_elsewhere',
  'flow_unknown',
  'flow_expired',
  'other_browser',
  'other_api_service',
  'other_account',
  'endpoints_changed',
  'access_denied',
  'set_up_wrongly',
  'provider_trouble',
  'not_from_provider',
  'start_again',
  'not_there',
  'our_trouble',
] as const;

export type ProblemName = (typeof PROBLEMS)[number];

/** Everything that end users read, in one language. What a manifest or an admin wrote is shown as it is. */
export interface Words {
  /** BCP 47, for the page's `lang`. */
  language: string;
  connect: {
    title: (service: string) => string;
    asks: (organisation: string, service: string) => string;
    permissions: (organisation: string) => string;
    /** Where nobody knows what is asked for, or nothing by name is. */
    permissionsThere: (service: string) => string;
    forWhom: string;
    signIn: (host: string) => string;
    goOn: (service: string) => string;
    unexpected: string;
    /** OpenID Connect's own scopes, which mean the same everywhere. */
    standardScopes: Record<'openid' | 'profile' | 'email' | 'offline_access', string>;
  };
  /** Where a user fills in what a service asks for, instead of consenting at it. */
  form: {
    asks: (organisation: string, service: string) => string;
    save: string;
    optional: string;
    choose: string;
    secret: string;
    tested: (service: string) => string;
    check: string;
    secretsAgain: string;
    missing: string;
    wrongForm: (example: string | null) => string;
    trials: Record<TrialOutcome, (service: string) => string>;
    /** What the service answered: its status, and its own words where it wrote any. */
    answered: (service: string, status: number, said: string | null) => string;
  };
  /** Where a code is typed at the provider. */
  device: { enter: (service: string) => string; compare: string };
  connected: {
    title: string;
    /** Where it isn't known which service it was. */
    text: string;
    service: (organisation: string, service: string) => string;
  };
  reference: string;
  problems: Record<ProblemName, ProblemWords>;
}
