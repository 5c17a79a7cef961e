import type { Contradiction } from './contradiction.js';
import type { Manifest } from './manifest.schema.js';

/** Against the rules of the authorization request: RFC 6749 section 4.1.1, RFC 9700 sections 2.1 and 2.1.1. */
export function authorizeContradictions(manifest: Manifest): Contradiction[] {
  return [...parameters(manifest), ...scopes(manifest), ...issuer(manifest), ...pkce(manifest)];
}

function parameters({ authorize: { parameters: given, stateParameter, fragment, url } }: Manifest): Contradiction[] {
  const at = (name: string) => ['authorize', 'parameters', name];
  const found: Contradiction[] = [];
  const responseType = given.response_type;
  if (responseType !== undefined && responseType !== null && responseType !== 'code') {
    found.push({
      path: at('response_type'),
      problem: 'asks for something else than a code',
      mend: 'Take it out: only the code flow is spoken (RFC 9700 section 2.1.2).',
    });
  }
  const ours = [...new Set(['state', stateParameter, 'code_challenge', 'code_challenge_method'])];
  for (const name of ours.filter((one) => one in given)) {
    found.push({
      path: at(name),
      problem: 'is not a manifest’s to change',
      mend: 'Take it out: state is always sent (see authorize.stateParameter), and PKCE is switched by authorize.pkce.',
    });
  }
  if (fragment !== undefined && url?.includes('#')) {
    found.push({ path: ['authorize', 'fragment'], problem: 'is there twice', mend: 'Take it out of the URL.' });
  }
  return found;
}

function scopes({ authorize }: Manifest): Contradiction[] {
  return authorize.scopes.flatMap((scope, index) =>
    scope.includes(authorize.scopeSeparator)
      ? [
          {
            path: ['authorize', 'scopes', index],
            problem: 'has the separator of scopes in it',
            mend: 'Write each scope as an entry of its own.',
          },
        ]
      : [],
  );
}

function issuer({ authorize, issuer: name }: Manifest): Contradiction[] {
  if (name !== undefined || (authorize.iss !== 'required' && authorize.iss !== 'compared')) return [];
  return [
    {
      path: ['authorize', 'iss'],
      problem: 'has nothing to be compared with',
      mend: 'Give the issuer, or take iss out.',
    },
  ];
}

/** RFC 9700 section 2.1.1: a public client has nothing but PKCE to show that a code is its own. */
function pkce({ authorize, clientAuthentication }: Manifest): Contradiction[] {
  if (authorize.pkce !== 'off' || clientAuthentication !== 'none') return [];
  return [
    {
      path: ['authorize', 'pkce'],
      problem: 'is off, and clientAuthentication is none: anybody could spend a stolen code',
      mend: 'Set pkce to S256, or give the client a way to prove itself.',
    },
  ];
}
