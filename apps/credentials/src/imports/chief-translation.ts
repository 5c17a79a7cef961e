import type { ManifestInput } from '@lockkeeper/manifests';
import type { ChiefManifest, ChiefRequest } from './chief-manifest.js';
import { ChiefNames, fieldKey } from './chief-names.js';
import { chiefSecrets, type ChiefSecrets } from './chief-secrets.js';

/** Something that is otherwise here than it was there, or that whoever imports has to know. */
export interface ImportNote {
  /** RFC 6901: where it stood in what was imported. */
  pointer: string;
  note: string;
}

/** Why it can't be taken over as it is. */
export interface ImportFault {
  pointer: string;
  message: string;
}

export interface Translation {
  manifest: ManifestInput;
  notes: ImportNote[];
  faults: ImportFault[];
  /** The form's fields that are the client's. */
  clientId: string | null;
  clientSecret: string | null;
  /** Those that became further secrets of the API service. */
  secrets: string[];
}

/** The client's own parameters, and what the standard's request has of itself. */
const CLIENT = new Set(['client_id', 'client_secret']);
const STANDARD = new Set([...CLIENT, 'grant_type', 'redirect_uri', 'code', 'refresh_token', 'response_type', 'state']);

/** A ChiefOnboarding manifest as one of ours: what it says of credentials, and of nothing else. */
export function translated(chief: ChiefManifest, values: Readonly<Record<string, string>>): Translation {
  const names = new ChiefNames(chief, values);
  const notes: ImportNote[] = [];
  const secrets = chiefSecrets(chief, names);
  const manifest = chief.oauth
    ? { ...oauthManifest({ ...chief, oauth: chief.oauth }, names, notes), ...declaredSecrets(secrets) }
    : genericManifest(chief, names);
  const faults = names.unknown.map(({ name, place }) => ({
    pointer: `/manifest${place}`,
    message: `names {{ ${name} }}, which is no field of initial_data_form`,
  }));
  return {
    manifest,
    notes: [...notes, ...secrets.notes, ...leftOut(chief)],
    faults: [...faults, ...secrets.faults],
    clientId: names.clientId,
    clientSecret: names.clientSecret,
    secrets: secrets.ids,
  };
}

const declaredSecrets = ({ ids, declared }: ChiefSecrets): Pick<ManifestInput, 'secrets'> =>
  ids.length === 0 ? {} : { secrets: declared };

type WithOauth = ChiefManifest & { oauth: NonNullable<ChiefManifest['oauth']> };

function oauthManifest(chief: WithOauth, names: ChiefNames, notes: ImportNote[]): ManifestInput {
  const { oauth } = chief;
  const token = tokenRequest(oauth.access_token, { names, place: '/oauth/access_token', notes });
  // Without a code its next token is asked for like its first one.
  const asked = oauth.without_code ? undefined : oauth.refresh;
  const refresh = asked && tokenRequest(asked, { names, place: '/oauth/refresh', notes });
  const same = refresh && refresh.url === token.url;
  const use = usage(chief, names);
  notes.push(...notesOnTokens(oauth));
  return {
    manifest: 1,
    ...(oauth.without_code && { grant: 'client_credentials' as const }),
    fields: connectionFields(names, { sensitive: false }),
    clientAuthentication: names.clientSecret === null ? 'none' : 'post',
    authorize: authorization(oauth.authenticate_url, names, notes),
    token,
    answer: {
      tokenTypeWhenAbsent: 'Bearer',
      captures: Object.fromEntries([...names.captured].map((name) => [name, `/${name}`])),
    },
    refresh: refresh
      ? {
          request: {
            ...(same ? {} : { url: refresh.url }),
            query: refresh.query,
            headers: refresh.headers,
            body: refresh.body,
          },
        }
      : oauth.refresh
        ? {}
        : null,
    use,
  };
}

/** What is otherwise about how its tokens come and go. */
function notesOnTokens({ without_code: codeless, refresh }: WithOauth['oauth']): ImportNote[] {
  const notes: [applies: boolean, pointer: string, note: string][] = [
    [
      !codeless,
      '/manifest/oauth/access_token/url',
      'The code was appended to the URL; here it travels in the body (RFC 6749 section 4.1.3).',
    ],
    [
      codeless && refresh !== undefined,
      '/manifest/oauth/refresh',
      'Not taken over: without a code, the next token is asked for like the first (client credentials, RFC 6749 section 4.4).',
    ],
    [refresh === undefined, '/manifest/oauth', 'There is no refresh: its tokens count as permanent.'],
  ];
  return notes.filter(([applies]) => applies).map(([, pointer, note]) => ({ pointer, note }));
}

/** The query of its address, as parameters. What the standard sends by itself is left to it. */
function authorization(address: string, names: ChiefNames, notes: ImportNote[]): ManifestInput['authorize'] {
  const [url, query] = parted(address);
  const scope = query.get('scope');
  const separator = scope !== undefined && scope.includes(',') && !scope.includes(' ') ? ',' : ' ';
  const others = [...query].filter(([name]) => !STANDARD.has(name) && name !== 'scope');
  const parameters = others.map(([name, value]) => [name, names.translated(value, '/oauth/authenticate_url')] as const);
  if (query.has('state'))
    notes.push({
      pointer: '/manifest/oauth/authenticate_url',
      note: 'Its state is left out: a fresh one is drawn for each consent (RFC 9700 section 2.1).',
    });
  return {
    url: names.translated(url, '/oauth/authenticate_url'),
    scopes: (scope ?? '').split(/[\s,]+/).filter((one) => one !== ''),
    ...(separator === ',' && { scopeSeparator: ',' }),
    parameters: Object.fromEntries(parameters),
  };
}

interface Placed {
  names: ChiefNames;
  place: string;
  notes: ImportNote[];
}

/** M4: what its URL has in its query goes into the body, and secrets never stay in an address. */
function tokenRequest({ url: address, method, data, headers }: ChiefRequest, { names, place, notes }: Placed) {
  const [url, query] = parted(address);
  if (method === 'GET')
    notes.push({
      pointer: `/manifest${place}/method`,
      note: 'GET was made POST: token requests keep codes and secrets out of addresses (RFC 6749 section 3.2).',
    });
  const secret = [...query].filter(
    ([name, value]) => name === 'client_secret' || names.names(value).some((one) => names.isSecret(one)),
  );
  if (secret.length > 0)
    notes.push({
      pointer: `/manifest${place}/url`,
      note: `Secrets were moved from the URL into the body: ${secret.map(([name]) => name).join(', ')} (RFC 6749 section 2.3.1).`,
    });
  const all = [...query, ...Object.entries(data)].filter(([name]) => !STANDARD.has(name));
  const parameters = all.map(
    ([name, value]) =>
      [name, typeof value === 'string' ? names.translated(value, `${place}/data/${name}`) : value] as const,
  );
  const own = Object.entries(headers).filter(([name]) => !/^content-type$/i.test(name));
  return {
    url: names.translated(url, `${place}/url`),
    query: {},
    headers: Object.fromEntries(
      own.map(([name, value]) => [name, names.translated(value, `${place}/headers/${name}`)]),
    ),
    body: {
      encoding: isJson(headers) ? ('json' as const) : ('form' as const),
      parameters: Object.fromEntries(parameters),
    },
  };
}

function genericManifest(chief: ChiefManifest, names: ChiefNames): ManifestInput {
  const use = { ...usage(chief, names), ...onlySecret(chief, names) };
  return { manifest: 1, kind: 'generic', fields: connectionFields(names, { sensitive: true }), use };
}

/** One secret at the end of one header travels as a token would, and can be read like one. */
function onlySecret(chief: ChiefManifest, names: ChiefNames): ManifestInput['use'] {
  const secrets = names.others.filter(({ secret }) => secret);
  const carrying = Object.entries(chief.headers).filter(([, value]) =>
    names.names(value).some((name) => names.isSecret(name)),
  );
  const [header, value = ''] = carrying[0] ?? [];
  const [, scheme] = /^(\S*)\s*\{\{[^}]*\}\}$/.exec(value.trim()) ?? [];
  if (secrets.length !== 1 || carrying.length !== 1 || header === undefined || scheme === undefined) return {};
  const { [header]: _carried, ...headers } = usage(chief, names).headers ?? {};
  return { header, scheme, credential: `{{ field.${fieldKey(secrets[0]!.id)} }}`, headers };
}

function connectionFields(
  names: ChiefNames,
  { sensitive }: { sensitive: boolean },
): NonNullable<ManifestInput['fields']> {
  // What has been given already stands where it was named; nobody needs to be asked for it.
  const wanted = names.others.filter(({ id, secret }) => (secret ? sensitive : !names.isGiven(id)));
  return Object.fromEntries(
    wanted.map(({ id, name, description, secret }) => [
      fieldKey(id),
      {
        label: name,
        ...(description !== '' && { help: description }),
        ...(sensitive && secret && { sensitive: true }),
      },
    ]),
  );
}

/** `headers` is how its calls prove themselves; where they go is known from what it calls. */
function usage(chief: ChiefManifest, names: ChiefNames): NonNullable<ManifestInput['use']> {
  const token = Object.entries(chief.headers).find(([, value]) => names.names(value).includes('oauth.access_token'));
  const others = Object.entries(chief.headers).filter(([name]) => name !== token?.[0] && !/^content-type$/i.test(name));
  const headers = others.map(([name, value]) => [name, names.translated(value, `/headers/${name}`)] as const);
  const [, scheme = ''] = /^(\S*)\s*\{\{/.exec(token?.[1] ?? '') ?? [];
  return {
    ...(token && { header: token[0], scheme }),
    headers: Object.fromEntries(headers),
    baseUrls: calledOrigins(chief),
  };
}

/** Hosts that are written out; one that depends on a field has to be given by whoever imports. */
function calledOrigins(chief: ChiefManifest): string[] {
  const calls = [chief['execute'], chief['exists'], chief['form'], chief['revoke']]
    .flat()
    .filter((one) => typeof one === 'object' && one !== null);
  const urls = calls
    .map((one) => (one as { url?: unknown }).url)
    .filter((url): url is string => typeof url === 'string');
  const origins = urls
    .map((url) => /^https?:\/\/[^/{}?#]+(?=[/?#]|$)/.exec(url)?.[0])
    .filter((origin) => origin !== undefined);
  return [...new Set(origins)];
}

const LEFT_OUT = [
  'execute',
  'form',
  'exists',
  'revoke',
  'post_execute_notification',
  'extra_user_info',
  'schedule',
  'type',
  'action',
  'data_from',
  'paginated_response',
  'user_info_form',
  'webhook',
  'reassign_on_offboarding',
] as const;

const leftOut = (chief: ChiefManifest): ImportNote[] =>
  LEFT_OUT.filter((name) => chief[name] !== undefined).map((name) => ({
    pointer: `/manifest/${name}`,
    note: 'Not taken over: it says what to do with the API, and here is only how to get at it. Hosts that it calls became use.baseUrls.',
  }));

const isJson = (headers: Record<string, string>): boolean =>
  Object.entries(headers).some(([name, value]) => /^content-type$/i.test(name) && /json/i.test(value));

/** An address before its query, and the query: decoded, placeholders as they are. */
function parted(address: string): [url: string, query: Map<string, string>] {
  const [url = '', ...rest] = address.split('?');
  const pairs = rest
    .join('?')
    .split('&')
    .filter((pair) => pair !== '');
  return [
    url,
    new Map(pairs.map((pair) => [decoded(pair.split('=', 1)[0]!), decoded(pair.slice(pair.indexOf('=') + 1))])),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text; // a stray percent sign stands for itself
  }
}
