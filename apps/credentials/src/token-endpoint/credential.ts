import { randomBytes } from 'node:crypto';
import type { PublishedCredential } from '@lockkeeper/contracts';
import { credentialTemplate, isGeneric, renderTemplate } from '@lockkeeper/manifests';
import type { Manifest, TemplateValues } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import type { OAuthTarget } from './oauth-target.js';
import { commonValues } from './template-values.js';
import type { TokenGrant } from './token-grant.js';

/** What calls carry that prove who they are made for. Names of headers in lower case. */
export type Carried = Pick<PublishedCredential, 'headers' | 'query' | 'body'>;

/** A token as `use` says that tokens travel; or, of a generic manifest, what its user filled in. */
export function carried(manifest: Manifest, values: TemplateValues, token: string): Carried {
  const { use } = manifest;
  const headers = rendered(
    Object.entries(use.headers).map(([name, text]) => [name.toLowerCase(), text]),
    values,
  );
  if (!isGeneric(manifest)) return { ...asToken(use, token, headers), body: null };
  const template = credentialTemplate(manifest);
  const { headers: withToken, query } =
    template === null ? { headers, query: {} } : asToken(use, renderTemplate(template, values), headers);
  return {
    headers: { ...withToken, ...(use.basic && { authorization: basicPair(use.basic, values) }) },
    query: { ...query, ...rendered(Object.entries(use.parameters), values) },
    body: use.body
      ? { encoding: use.body.encoding, parameters: rendered(Object.entries(use.body.parameters), values) }
      : null,
  };
}

/**
 * What a user filled in, as a grant: its token is what consumers may read, or, where nothing is to be read, a name for this version
 * that is worth nothing anywhere.
 */
export function filledInGrant(target: OAuthTarget): TokenGrant {
  const { manifest } = target;
  const template = credentialTemplate(manifest);
  const credential =
    template === null ? randomBytes(32).toString('base64url') : renderTemplate(template, commonValues(target));
  return {
    accessToken: new Secret(credential),
    tokenType: typeOf(manifest),
    refreshToken: null,
    refreshTokenKept: false,
    expiresInSeconds: manifest.lifetimes.accessTokenSeconds ?? null,
    refreshTokenExpiresInSeconds: null,
    scope: null,
    namedTokens: {},
    captured: {},
  };
}

/** As access-tokens needs it: where everything goes, and whether a consumer may read the token itself. */
export function publishedCredential(target: OAuthTarget): PublishedCredential {
  const readable = credentialTemplate(target.manifest) !== null;
  return { readable, ...carried(target.manifest, commonValues(target), '') };
}

function typeOf({ use }: Manifest): string {
  if (use.basic) return 'Basic';
  return use.query === undefined && use.scheme !== '' ? use.scheme : 'ApiKey';
}

function asToken(
  use: Manifest['use'],
  token: string,
  headers: Record<string, string>,
): Pick<Carried, 'headers' | 'query'> {
  if (use.query !== undefined) return { headers, query: { [use.query]: token } };
  const value = use.scheme === '' ? token : `${use.scheme} ${token}`;
  return { headers: { ...headers, [use.header.toLowerCase()]: value }, query: {} };
}

/** RFC 7617 section 2: as it is, in UTF-8. */
const basicPair = ({ user, password }: { user: string; password: string }, values: TemplateValues): string =>
  `Basic ${Buffer.from(`${renderTemplate(user, values)}:${renderTemplate(password, values)}`, 'utf8').toString('base64')}`;

/** What renders to nothing is left out. */
function rendered(templates: [string, string][], values: TemplateValues): Record<string, string> {
  const texts = templates.map(([name, text]): [string, string] => [name, renderTemplate(text, values)]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}
