import { clientAuthenticationsIn } from './client-authentications.js';
import type { Contradiction } from './contradiction.js';
import type { Manifest } from './manifest.schema.js';

/** Between how the client proves itself, what it pushes, and the rest of a manifest. */
export function clientContradictions(manifest: Manifest): Contradiction[] {
  return [...assertions(manifest), ...certificates(manifest), ...pushes(manifest), ...bindings(manifest)];
}

function assertions(manifest: Manifest): Contradiction[] {
  const { clientAssertion, issuer } = manifest;
  const signs = clientAuthenticationsIn(manifest).has('private_key_jwt');
  if (!signs && clientAssertion)
    return [
      {
        path: ['clientAssertion'],
        problem: 'is never sent: no request authenticates by private_key_jwt',
        mend: 'Take it out, or set clientAuthentication to private_key_jwt.',
      },
    ];
  if (!signs || issuer !== undefined || clientAssertion?.audience === 'token_endpoint') return [];
  return [
    {
      path: ['clientAuthentication'],
      problem: 'is private_key_jwt, whose audience is the issuer, and the manifest names none (RFC 10070)',
      mend: 'Give the issuer; or, for an old server, set clientAssertion.audience to token_endpoint.',
    },
  ];
}

function certificates(manifest: Manifest): Contradiction[] {
  return [...aliases(manifest), ...boundToCertificate(manifest)];
}

/** RFC 8705 section 3: whoever calls has to show the certificate, and its key never leaves credentials. */
function boundToCertificate({ certificateBoundTokens }: Manifest): Contradiction[] {
  if (certificateBoundTokens !== true) return [];
  return [
    {
      path: ['certificateBoundTokens'],
      problem:
        'is true, and no call could use such a token: APIs take it only with the certificate, whose key never leaves credentials, not even for the proxy',
      mend: 'Switch tls_client_certificate_bound_access_tokens off for this client at the provider, and say false here; for tokens that are bound to something, use dpop.',
    },
  ];
}

function aliases(manifest: Manifest): Contradiction[] {
  if (!manifest.mtlsEndpointAliases || manifest.clientAuthentication === 'tls_client_auth') return [];
  return [
    {
      path: ['mtlsEndpointAliases'],
      problem: 'are never used: clientAuthentication is not tls_client_auth',
      mend: 'Take them out, or set clientAuthentication to tls_client_auth.',
    },
  ];
}

/** RFC 9126 section 2.1: "The request_uri authorization request parameter is one exception, and it MUST NOT be provided." */
function pushes({ authorize, pushedAuthorization }: Manifest): Contradiction[] {
  const found: Contradiction[] = [];
  if (authorize.parameters.request_uri !== undefined && authorize.parameters.request_uri !== null)
    found.push({
      path: ['authorize', 'parameters', 'request_uri'],
      problem: 'is not a manifest’s to give',
      mend: 'Take it out: with pushedAuthorization the provider’s own answer brings it.',
    });
  if (pushedAuthorization && authorize.url === undefined)
    found.push({
      path: ['pushedAuthorization'],
      problem: 'is never sent: no browser is sent anywhere',
      mend: 'Take it out, or give authorize.url.',
    });
  return found;
}

/** RFC 9449 section 7.1: a bound token travels in `Authorization`, by the scheme `DPoP`, and with a proof. */
function bindings(manifest: Manifest): Contradiction[] {
  const { answer, dpop, refresh, use } = manifest;
  if (!dpop) {
    const named = answer.acceptedTokenTypes.findIndex((type) => type.toLowerCase() === 'dpop');
    if (named === -1) return [];
    const mend = 'Give dpop, so that there is one; or take DPoP out.';
    return [{ path: ['answer', 'acceptedTokenTypes', named], problem: 'is DPoP, and no key is used', mend }];
  }
  const found: Contradiction[] = [];
  if (use.query !== undefined || use.header.toLowerCase() !== 'authorization')
    found.push({
      path: ['use', use.query === undefined ? 'header' : 'query'],
      problem:
        'puts the token elsewhere than into Authorization, which is the place of bound ones (RFC 9449 section 7.1)',
      mend: 'Take it out, or take dpop out.',
    });
  if (Object.keys(answer.namedTokens).length > 0)
    found.push({
      path: ['dpop'],
      problem: 'binds one token, and answer.namedTokens has more',
      mend: 'Take one of the two out.',
    });
  if (refresh?.by === 'access_token')
    found.push({
      path: ['refresh', 'by'],
      problem: 'is access_token, and with dpop the token is no proof by itself',
      mend: 'Leave it at refresh_token, or take dpop out.',
    });
  return found;
}
