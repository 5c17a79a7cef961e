import type { Contradiction } from './contradiction.js';
import { isUserless } from './grants.js';
import type { Manifest, TokenRequest } from './manifest.schema.js';
import { namesOrNone, templatesOf } from './request-templates.js';
import { secretPlacesInUrls } from './secret-places.js';
import { templateFaults } from './template-places.js';

interface Leg {
  path: string[];
  request: Partial<TokenRequest> | NonNullable<Manifest['refresh']>['request'];
}

/** What is written of the token request, and of the refresh: each thing once, where it stands. */
function legsOf({ token, refresh }: Manifest): Leg[] {
  return [
    { path: ['token'], request: token },
    ...(refresh ? [{ path: ['refresh', 'request'], request: refresh.request }] : []),
  ];
}

/** Against the rules of the token endpoint: RFC 6749 sections 2.3 and 3.2, RFC 9700 section 2.4. */
export function tokenContradictions(manifest: Manifest): Contradiction[] {
  const legs = legsOf(manifest);
  return [
    ...methods(manifest, legs),
    ...legs.flatMap(grantTypes),
    ...legs.flatMap((leg) => secondAuthentication(manifest, leg)),
    ...nobodyProven(manifest),
    ...secretsInUrls(manifest),
    ...unfitForRefresh(manifest),
  ];
}

function methods({ quirks }: Manifest, legs: Leg[]): Contradiction[] {
  const byGet = legs.filter(({ request }) => request.method === 'GET');
  const asked = quirks.findIndex(({ quirk }) => quirk === 'tokenRequestByGet');
  if (asked === -1) {
    return byGet.map(({ path }) => ({
      path: [...path, 'method'],
      problem: 'is GET, and token requests use POST (RFC 6749 section 3.2)',
      mend: 'Take it out; or, if this provider really wants GET, add tokenRequestByGet to quirks.',
    }));
  }
  if (byGet.length > 0) return [];
  const problem = 'is tokenRequestByGet, and no token request is a GET';
  return [{ path: ['quirks', asked], problem, mend: 'Take it out.' }];
}

/** RFC 6749 section 2.3.1: credentials "MUST NOT be included in the request URI". */
function secretsInUrls(manifest: Manifest): Contradiction[] {
  const places = secretPlacesInUrls(manifest);
  const asked = manifest.quirks.findIndex(({ quirk }) => quirk === 'secretInUrl');
  if (asked === -1) {
    return places.map((path) => ({
      path,
      problem: 'puts a secret into the URL',
      mend: 'Move it to the body or a header: credentials stay out of URLs (RFC 6749 section 2.3.1). If this provider knows no other way, add secretInUrl to quirks, with the reason.',
    }));
  }
  if (places.length > 0) return [];
  return [
    { path: ['quirks', asked], problem: 'is secretInUrl, and no URL has the secret in it', mend: 'Take it out.' },
  ];
}

function grantTypes({ path, request }: Leg): Contradiction[] {
  const grantType = request.body?.parameters.grant_type;
  if (grantType !== 'password' && grantType !== 'implicit') return [];
  return [
    {
      path: [...path, 'body', 'parameters', 'grant_type'],
      problem: `is ${grantType}, which must not be used (RFC 9700 section 2.4)`,
      mend: 'Take it out: the code flow is spoken, and nothing else.',
    },
  ];
}

/** RFC 6749 section 2.3: "The client MUST NOT use more than one authentication method in each request." */
function secondAuthentication({ clientAuthentication }: Manifest, { path, request }: Leg): Contradiction[] {
  const method = methodOf(request, clientAuthentication);
  if (method === 'custom') return [];
  const renamed = method === 'post' && request.body?.parameters.client_secret === null;
  const secrets = templatesOf(request)
    .filter(({ path: [part] }) => part === 'headers' || part === 'body')
    .filter(({ text }) => namesOrNone(text).includes('client_secret') && !renamed);
  const header = Object.keys(request.headers ?? {}).find((name) => name.toLowerCase() === 'authorization');
  const places = [...secrets.map(({ path: at }) => at), ...(header && method !== 'none' ? [['headers', header]] : [])];
  return places.map((at) => ({
    path: [...path, ...at],
    problem: `is a second client authentication besides ${method} (RFC 6749 section 2.3)`,
    mend: 'Take it out; or set clientAuthentication to custom, where templates do it all; or, with clientAuthentication post and another name for the secret, leave the usual one out by "client_secret": null.',
  }));
}

const methodOf = ({ authentication }: Leg['request'], clientAuthentication: Manifest['clientAuthentication']) =>
  authentication === undefined || authentication === 'client' ? clientAuthentication : authentication;

/** `custom` says that templates prove the client: then one has to. */
function nobodyProven(manifest: Manifest): Contradiction[] {
  const { token, clientAuthentication } = manifest;
  const proves = templatesOf(token).some(({ text }) =>
    namesOrNone(text).some((name) => name === 'client_secret' || name === 'assertion'),
  );
  if (methodOf(token, clientAuthentication) !== 'custom' || proves) return [];
  return [
    {
      path: token.authentication === 'custom' ? ['token', 'authentication'] : ['clientAuthentication'],
      problem: 'is custom, and no template of the token request has the client secret',
      mend: 'Put {{ client_secret }}, or a signature made with it, into a header or the body; or say none for a public client.',
    },
  ];
}

/** What a refresh takes over from the token request has to make sense there: it knows no code. */
function unfitForRefresh({ grant, token, refresh }: Manifest): Contradiction[] {
  if (!refresh || isUserless({ grant })) return [];
  return templatesOf(token)
    .filter(({ path: [part] }) => refresh.request[part] === undefined)
    .flatMap(({ path, text }) => {
      // What is unknown here too is reported as such already.
      const here = new Set(templateFaults(text, 'token'));
      const faults = here.size > 0 ? [] : templateFaults(text, 'refresh');
      return faults.map((problem) => ({
        path: ['token', ...path],
        problem: `is taken over by the refresh, where it ${problem}`,
        mend: `Give the refresh its own: refresh.request.${path[0]}.`,
      }));
    });
}
