import { publicationSubject } from '@lockkeeper/contracts';
import { currentContext, newRequestContext, runInContext } from '@lockkeeper/observability';
import { SealingError } from '@lockkeeper/sealing';
import { PublicationUnfit } from './intake.errors.js';

const PREFIX = publicationSubject('');

/** The connection, or the API service, that a publication's subject names. */
export const publishedId = (subject: string): string => subject.slice(PREFIX.length);

/** A subject may name anything; a query for it must not fail. */
export const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** No retry helps: it isn't from credentials, isn't for us, or isn't understood. */
export const isPoison = (error: unknown): boolean =>
  error instanceof PublicationUnfit || (error instanceof SealingError && error.code === 'publication_refused');

/** Taking in is credentials' doing; the message's request id stays. */
export const asCredentials = <T>(work: () => T): T =>
  runInContext(newRequestContext({ ...currentContext(), actor: 'credentials', sourceAddress: null }), work);
