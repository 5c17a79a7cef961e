import type { IncomingHttpHeaders } from 'node:http';
import type { PublishedCredential } from '@lockkeeper/contracts';
import { type CallBody, heldBody } from './call-body.js';
import { CredentialNeedsBody } from './proxy.errors.js';

type CredentialBody = NonNullable<PublishedCredential['body']>;

export interface Carrying {
  body: CallBody;
  /** Of the body, where there was none before. */
  headers: Record<string, string>;
}

const TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' };

/**
 * A call's body with the credential's members laid into it; those of the caller that have their names give way.
 * @throws CredentialNeedsBody: the call has no body, or one that nothing can be laid into
 */
export function withCredential(
  { method, headers, body }: { method: string; headers: IncomingHttpHeaders; body: CallBody },
  credential: CredentialBody,
): Carrying {
  if (method === 'GET' || method === 'HEAD') throw new CredentialNeedsBody('has no body, being a ' + method);
  const content = body.open();
  if (content === undefined || body.bytes === 0)
    return {
      body: written(credential.encoding, credential.parameters),
      headers: { 'content-type': TYPES[credential.encoding] },
    };
  if (!(content instanceof Uint8Array))
    throw new CredentialNeedsBody('is too large to be held, or does not say how large it is');
  const text = Buffer.from(content).toString('utf8');
  const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type === TYPES.form) return { body: formWith(text, credential.parameters), headers: {} };
  if (type === TYPES.json || type.endsWith('+json'))
    return { body: jsonWith(text, credential.parameters), headers: {} };
  throw new CredentialNeedsBody('is neither JSON nor a form');
}

function formWith(text: string, parameters: Record<string, string>): CallBody {
  const form = new URLSearchParams(text);
  for (const [name, value] of Object.entries(parameters)) form.set(name, value);
  return heldBody(Buffer.from(form.toString(), 'utf8'));
}

function jsonWith(text: string, parameters: Record<string, string>): CallBody {
  const document = parsed(text);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new CredentialNeedsBody('is no JSON object');
  return written('json', { ...document, ...parameters });
}

const written = (encoding: CredentialBody['encoding'], members: Record<string, unknown>): CallBody =>
  heldBody(
    Buffer.from(
      encoding === 'json' ? JSON.stringify(members) : new URLSearchParams(members as Record<string, string>).toString(),
      'utf8',
    ),
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
