import type { Contradiction } from './contradiction.js';
import type { Manifest } from './manifest.schema.js';
import { namesOrNone, templatesOf } from './request-templates.js';
import { templateFaults } from './template-places.js';

/** What is written of the token request, and of the refresh: each thing once, where it stands. */
function legsOf({ token, refresh }: Manifest) {
  return [
    { path: ['token'], request: token },
    ...(refresh ? [{ path: ['refresh', 'request'], request: refresh.request }] : []),
  ];
}

type Leg = ReturnType<typeof legsOf>[number];

/** Against the rules of the token endpoint: RFC 6749 sections 2.3 and 3.2, RFC 9700 section 2.4. */
export function tokenContradictions(manifest: Manifest): Contradiction[] {
  const legs = legsOf(manifest);
  return [
    ...methods(manifest, legs),
    ...legs.flatMap(grantTypes),
    ...legs.flatMap((leg) => secondAuthentication(manifest, leg)),
    ...unfitForRefresh(manifest),
  ];
}

function methods({ quirks, clientAuthentication }: Manifest, legs: Leg[]): Contradiction[] {
  const byGet = legs.filter(({ request }) => request.method === 'GET');
  if (!quirks.includes('token_request_by_get')) {
    return byGet.map(({ path }) => ({
      path: [...path, 'method'],
      problem: 'is GET, and token requests use POST (RFC 6749 section 3.2)',
      mend: 'Take it out; or, if this provider really wants GET, add token_request_by_get to quirks.',
    }));
  }
  if (byGet.length > 0) return clientAuthentication === 'post' ? byGet.map(secretInQuery) : [];
  return [
    { path: ['quirks'], problem: 'has token_request_by_get, and no token request is a GET', mend: 'Take it out.' },
  ];
}

/** A GET has its parameters in the URL, and with them what `post` would put into the body. */
const secretInQuery = ({ path }: Leg): Contradiction => ({
  path: [...path, 'method'],
  problem: 'is GET and would put the client secret into the URL (RFC 6749 section 2.3.1)',
  mend: 'Set clientAuthentication to basic or basic_raw.',
});

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
  const renamed = clientAuthentication === 'post' && request.body?.parameters.client_secret === null;
  const secrets = templatesOf(request)
    .filter(({ path: [part] }) => part === 'headers' || part === 'body')
    .filter(({ text }) => namesOrNone(text).includes('client_secret') && !renamed);
  const header = Object.keys(request.headers ?? {}).find((name) => name.toLowerCase() === 'authorization');
  const places = [
    ...secrets.map(({ path: at }) => at),
    ...(header && clientAuthentication !== 'none' ? [['headers', header]] : []),
  ];
  return places.map((at) => ({
    path: [...path, ...at],
    problem: `is a second client authentication besides ${clientAuthentication} (RFC 6749 section 2.3)`,
    mend: 'Take it out; or, with clientAuthentication post and another name for the secret, leave the usual one out by "client_secret": null.',
  }));
}

/** What a refresh takes over from the token request has to make sense there: it knows no code. */
function unfitForRefresh({ token, refresh }: Manifest): Contradiction[] {
  if (!refresh) return [];
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
