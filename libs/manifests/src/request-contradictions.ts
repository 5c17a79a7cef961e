import type { Contradiction } from './contradiction.js';
import type { Manifest, ManifestRequest } from './manifest.schema.js';
import { namesOrNone, templatesOf, wholeRequests } from './request-templates.js';

type Placed = ReturnType<typeof wholeRequests>[number];

/** Within the requests that a manifest says whole. */
export function requestContradictions(manifest: Manifest): Contradiction[] {
  const whole = wholeRequests(manifest);
  return [
    ...whole.flatMap(bodies),
    ...whole.flatMap((placed) => authentications(manifest, placed)),
    ...whole.flatMap((placed) => nowhereToAuthenticate(manifest, placed)),
  ];
}

function bodies({ path, request: { method, body } }: Placed): Contradiction[] {
  const at = [...path, 'body'];
  if (method === 'GET' && body.encoding !== 'none' && body.encoding !== 'query') {
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

const methodOf = ({ clientAuthentication }: Manifest, { authentication }: ManifestRequest) =>
  authentication === 'client' ? clientAuthentication : authentication;

function authentications(manifest: Manifest, { path, request }: Placed): Contradiction[] {
  const method = methodOf(manifest, request);
  if (method === 'custom' || request.authentication === 'none') return [];
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

const IN_BODY: readonly string[] = ['post', 'private_key_jwt', 'tls_client_auth'];

/** Where the client says in the body who it is, a request without one would go out as if by nobody. */
function nowhereToAuthenticate(manifest: Manifest, { path, request }: Placed): Contradiction[] {
  const method = methodOf(manifest, request);
  if (!IN_BODY.includes(method) || request.body.encoding !== 'none') return [];
  return [
    {
      path: [...path, 'authentication'],
      problem: `is ${method}, which says in the body who the client is, and the request has none`,
      mend: 'Give it a body; or set its authentication to basic, or to none if the provider wants none here.',
    },
  ];
}
