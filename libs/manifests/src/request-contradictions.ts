import type { Contradiction } from './contradiction.js';
import type { Manifest, ManifestRequest } from './manifest.schema.js';
import { namesOrNone, templatesOf } from './request-templates.js';
import type { RequestParts } from './request-templates.js';

interface Placed<R> {
  path: string[];
  request: R;
}

/** Within the revocation and the test, and between captured values and who names them. */
export function requestContradictions(manifest: Manifest): Contradiction[] {
  const { revoke, test, refresh } = manifest;
  const whole: Placed<ManifestRequest>[] = [
    ...(revoke && 'request' in revoke ? [{ path: ['revoke', 'request'], request: revoke.request }] : []),
    ...(test ? [{ path: ['test', 'request'], request: test.request }] : []),
  ];
  const naming: Placed<RequestParts>[] = [
    ...whole,
    ...(refresh ? [{ path: ['refresh', 'request'], request: refresh.request }] : []),
  ];
  return [
    ...whole.flatMap(bodies),
    ...whole.flatMap(authentications),
    ...whole.flatMap((placed) => nowhereToAuthenticate(manifest, placed)),
    ...naming.flatMap((placed) => undeclaredCaptures(manifest, placed)),
  ];
}

function bodies({ path, request: { method, body } }: Placed<ManifestRequest>): Contradiction[] {
  const at = [...path, 'body'];
  if (method === 'GET' && body.encoding !== 'none') {
    return [
      {
        path: at,
        problem: 'belongs to a GET, which has none',
        mend: 'Put the parameters into query, or set method to POST.',
      },
    ];
  }
  if (body.encoding === 'none' && Object.keys(body.parameters).length > 0) {
    return [{ path: at, problem: 'has parameters and the encoding none', mend: 'Set its encoding to form or json.' }];
  }
  return [];
}

function authentications({ path, request }: Placed<ManifestRequest>): Contradiction[] {
  if (request.authentication === 'none') return [];
  const header = Object.keys(request.headers).find((name) => name.toLowerCase() === 'authorization');
  const secrets = templatesOf(request).filter(
    ({ path: [part], text }) => part !== 'url' && namesOrNone(text).includes('client_secret'),
  );
  const places = [...secrets.map(({ path: at }) => at), ...(header ? [['headers', header]] : [])];
  return places.map((at) => ({
    path: [...path, ...at],
    problem: `authenticates besides authentication: ${request.authentication}`,
    mend: 'Take it out, or set authentication to none.',
  }));
}

/** `post` puts id and secret into the body; a request without one would go out as if by nobody. */
function nowhereToAuthenticate(
  { clientAuthentication }: Manifest,
  { path, request: { authentication, body } }: Placed<ManifestRequest>,
): Contradiction[] {
  const method = authentication === 'client' ? clientAuthentication : authentication;
  if (method !== 'post' || body.encoding !== 'none') return [];
  return [
    {
      path: [...path, 'authentication'],
      problem: 'puts client id and secret into the body, and the request has none',
      mend: 'Give it a body; or set its authentication to basic, or to none if the provider wants none here.',
    },
  ];
}

function undeclaredCaptures({ answer }: Manifest, { path, request }: Placed<RequestParts>): Contradiction[] {
  return templatesOf(request).flatMap(({ path: at, text }) =>
    namesOrNone(text)
      .filter((name) => name.startsWith('captured.') && !Object.hasOwn(answer.captures, name.slice('captured.'.length)))
      .map((name) => ({
        path: [...path, ...at],
        problem: `names ${name}, which answer.captures doesn’t have`,
        mend: `Add ${name.slice('captured.'.length)} to answer.captures, with the pointer to its value.`,
      })),
  );
}
