import type { Contradiction } from './contradiction.js';
import type { GrantType } from './grant.schema.js';
import { isUserless } from './grants.js';
import type { Manifest } from './manifest.schema.js';
import { namesOrNone, templatesOf } from './request-templates.js';

/** Between the grant and what the rest of a manifest says of it. */
export function grantContradictions(manifest: Manifest): Contradiction[] {
  return [
    ...consentAddress(manifest),
    ...sections(manifest),
    ...foreignNames(manifest),
    ...unprovenClient(manifest),
    ...renewals(manifest),
    ...assertions(manifest),
    ...exchanges(manifest),
  ];
}

/** Whom a browser is sent to. */
function consentAddress({ grant, authorize }: Manifest): Contradiction[] {
  const path = ['authorize', 'url'];
  if (grant === 'authorization_code') {
    if (authorize.url !== undefined) return [];
    const mend = 'Give the address where users consent; or set grant, for a token that nobody has to consent to.';
    return [{ path, problem: 'is missing', mend }];
  }
  if (authorize.url !== undefined && grant !== 'client_credentials') {
    const mend = 'Take it out, or set grant to authorization_code.';
    return [{ path, problem: `is never opened: the grant is ${grant}`, mend }];
  }
  if (authorize.shows.length === 0 || authorize.url !== undefined) return [];
  return [{ path: ['authorize', 'shows'], problem: 'is never looked at: no browser comes back', mend: 'Take it out.' }];
}

const SECTIONS = { device: 'device_code', assertion: 'jwt_bearer', exchange: 'token_exchange' } as const;

/** Each grant's own section: there exactly with its grant. */
function sections(manifest: Manifest): Contradiction[] {
  return Object.entries(SECTIONS).flatMap(([name, grant]) => {
    const given = manifest[name as keyof typeof SECTIONS] !== undefined;
    if (given === (manifest.grant === grant)) return [];
    const path = [name];
    if (given)
      return [{ path, problem: `belongs to the grant ${grant}`, mend: `Take it out, or set grant to ${grant}.` }];
    return [
      {
        path,
        problem: `is missing, and the grant is ${grant}`,
        mend: `Give ${name}; docs/manifests.md has an example.`,
      },
    ];
  });
}

const NAMES: Record<GrantType, readonly string[]> = {
  authorization_code: ['code', 'code_verifier'],
  client_credentials: [],
  device_code: ['device_code'],
  jwt_bearer: ['assertion'],
  token_exchange: ['subject_token', 'actor_token'],
};

/** What a token is asked for with exists in its own grant only. */
function foreignNames({ grant, token }: Manifest): Contradiction[] {
  const foreign = Object.entries(NAMES).flatMap(([name, names]) => (name === grant ? [] : names));
  return templatesOf(token).flatMap(({ path, text }) =>
    namesOrNone(text)
      .filter((name) => foreign.includes(name))
      .map((name) => ({
        path: ['token', ...path],
        problem: `names {{ ${name} }}, which the grant ${grant} doesn’t have`,
        mend: 'Take it out, or correct grant.',
      })),
  );
}

/** RFC 6749 section 4.4: "MUST only be used by confidential clients". */
function unprovenClient({ grant, token, clientAuthentication }: Manifest): Contradiction[] {
  const method = token.authentication === 'client' ? clientAuthentication : token.authentication;
  if (grant !== 'client_credentials' || method !== 'none') return [];
  return [
    {
      path: token.authentication === 'client' ? ['clientAuthentication'] : ['token', 'authentication'],
      problem: 'is none, and the grant is client_credentials: anybody could ask for the token (RFC 6749 section 4.4)',
      mend: 'Say how the client proves itself.',
    },
  ];
}

/** A token without a user is renewed by asking for it again. */
function renewals(manifest: Manifest): Contradiction[] {
  const { refresh, grant } = manifest;
  if (!refresh || !isUserless(manifest)) return [];
  const found: Contradiction[] = [];
  const because = `with the grant ${grant} the next token is asked for like the first`;
  if (refresh.by !== 'refresh_token')
    found.push({ path: ['refresh', 'by'], problem: `has no meaning: ${because}`, mend: 'Take it out.' });
  if (refresh.gives === 'time')
    found.push({ path: ['refresh', 'gives'], problem: `has no meaning: ${because}`, mend: 'Take it out.' });
  if (Object.keys(refresh.request).length > 0)
    found.push({ path: ['refresh', 'request'], problem: `is never sent: ${because}`, mend: 'Take it out.' });
  return found;
}

function assertions({ assertion, issuer, token }: Manifest): Contradiction[] {
  if (!assertion) return [];
  const found: Contradiction[] = [];
  if (assertion.audience === 'issuer' && issuer === undefined) {
    const mend = 'Give the issuer, or set audience to token_endpoint.';
    found.push({ path: ['assertion', 'audience'], problem: 'is issuer, and the manifest names none', mend });
  }
  const named = templatesOf(token).some(({ text }) => namesOrNone(text).includes('assertion'));
  if (token.body.parameters.assertion === null && !named) {
    const mend = 'Put {{ assertion }} into a header or another parameter of the token request.';
    found.push({
      path: ['token', 'body', 'parameters', 'assertion'],
      problem: 'is left out, and stands nowhere else',
      mend,
    });
  }
  return found;
}

/** RFC 8707 section 2, and RFC 8693 section 2.2.1: a token of the type N_A is nothing to call an API with. */
function exchanges({ exchange, answer }: Manifest): Contradiction[] {
  if (!exchange) return [];
  const targets = exchange.resources.flatMap((resource, index) => {
    const written = resource.includes('{{');
    if (!resource.includes('#') && (written || URL.canParse(resource))) return [];
    const mend = 'Write it as https://api.example.com/path.';
    return [{ path: ['exchange', 'resources', index], problem: 'is no absolute URI without a fragment', mend }];
  });
  const unusable = answer.acceptedTokenTypes.findIndex((type) => type.toUpperCase() === 'N_A');
  if (unusable === -1) return targets;
  const path = ['answer', 'acceptedTokenTypes', unusable];
  return [...targets, { path, problem: 'is no type that an API takes (RFC 8693 section 2.2.1)', mend: 'Take it out.' }];
}
