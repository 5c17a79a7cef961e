import type { PublishedCredential } from '@lockkeeper/contracts';
import type { Secret } from '@lockkeeper/sealing';
import type { HandedToken } from '../access-tokens/token-reader.js';
import { isBound } from '../intake/held-connection.js';
import type { ApiCall } from './api-call.js';
import type { CallBody } from './call-body.js';
import { addressed, boundCredential, credential, passedOn } from './call-headers.js';
import { withCredential } from './credential-body.js';
import { TokenUnusable } from './proxy.errors.js';

/** A call as it goes out. */
export interface CarriedCall {
  url: URL;
  headers: Record<string, string>;
  body: CallBody;
  /** What the call proves, each time that it is sent (RFC 9449). */
  proof: { key: Secret; accessToken: Secret } | null;
}

/** The call with its token, or with what was filled in, where the manifest has it. @throws TokenUnusable, CredentialNeedsBody */
export function carried(call: ApiCall, token: HandedToken, target: URL): CarriedCall {
  const { tokenUse } = token.connection;
  if (token.credential) return withFilledIn(call, token.credential, target);
  if (isBound(token.connection)) return withBinding(call, token, target);
  return {
    url: addressed(target, tokenUse, token.accessToken),
    headers: { ...passedOn(call.headers, tokenUse), ...credential(tokenUse, token.accessToken) },
    body: call.body,
    proof: null,
  };
}

/** Every secret that such a call carries, to be masked in its trace. */
export const secretsIn = ({ accessToken, credential: filledIn }: HandedToken): string[] => [
  accessToken.reveal(),
  ...(filledIn
    ? [filledIn.headers, filledIn.query, filledIn.body?.parameters ?? {}].flatMap(Object.values<string>)
    : []),
];

function withBinding(call: ApiCall, { connection, accessToken, dpopKey }: HandedToken, target: URL): CarriedCall {
  const { tokenUse } = connection;
  if (dpopKey === null) throw new TokenUnusable();
  const ours = { header: 'authorization', headers: tokenUse.headers };
  const headers = { ...passedOn(call.headers, ours), ...boundCredential(tokenUse, accessToken) };
  return { url: target, headers, body: call.body, proof: { key: dpopKey, accessToken } };
}

function withFilledIn(call: ApiCall, { headers, query, body }: PublishedCredential, target: URL): CarriedCall {
  const url = new URL(target);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const carrying = body ? withCredential(call, body) : { body: call.body, headers: {} };
  const ours = { header: 'authorization', headers };
  const all = { ...passedOn(call.headers, ours), ...carrying.headers, ...headers };
  return { url, headers: all, body: carrying.body, proof: null };
}
