import { isDeepStrictEqual } from 'node:util';
import type { Contradiction } from './contradiction.js';
import { credentialTemplate, isGeneric, sensitiveFields, travelsOtherwise } from './generic.js';
import type { Manifest } from './manifest.schema.js';

/** What speaks of authorization servers only. */
const OAUTH_SECTIONS = [
  'secrets',
  'issuer',
  'clientAuthentication',
  'clientAssertion',
  'mtlsEndpointAliases',
  'pushedAuthorization',
  'grant',
  'authorize',
  'device',
  'assertion',
  'exchange',
  'token',
  'answer',
  'followUps',
  'subject',
  'refresh',
  'revoke',
  'superseded',
] as const satisfies readonly (keyof Manifest)[];

const FILLED_IN = ['credential', 'basic', 'parameters', 'body'] as const;

/** @param unsaid a manifest that says nothing but its kind: what every section is when nobody wrote it */
export function genericContradictions(manifest: Manifest, unsaid: Manifest): Contradiction[] {
  return isGeneric(manifest)
    ? [
        ...foreignSections(manifest, unsaid),
        ...fieldsNeeded(manifest),
        ...travel(manifest),
        ...bearing(manifest),
        ...brokenHeaders(manifest),
      ]
    : ofOauth(manifest, unsaid);
}

function foreignSections(manifest: Manifest, unsaid: Manifest): Contradiction[] {
  return OAUTH_SECTIONS.filter((name) => !isDeepStrictEqual(manifest[name], unsaid[name])).map((name) => ({
    path: [name],
    problem: 'is about OAuth 2.0, and this manifest is of the kind generic',
    mend: 'Take it out; or take out kind, if there is an authorization server.',
  }));
}

function fieldsNeeded({ fields }: Manifest): Contradiction[] {
  if (Object.keys(fields).length > 0) return [];
  return [{ path: ['fields'], problem: 'is empty, so nothing can be filled in', mend: 'Say what a user has to give.' }];
}

/** A sensitive field that nothing carries is asked for in vain. */
function travel(manifest: Manifest): Contradiction[] {
  if (sensitiveFields(manifest).length === 0) return [];
  if (credentialTemplate(manifest) !== null || travelsOtherwise(manifest)) return [];
  const mend = 'Put the fields into use.credential, use.headers, use.parameters, use.basic or use.body.';
  return [{ path: ['use'], problem: 'carries none of the sensitive fields', mend }];
}

function bearing(manifest: Manifest): Contradiction[] {
  const { use } = manifest;
  const found: Contradiction[] = [];
  const twice = 'says what goes into Authorization, and so does basic';
  if (use.basic && use.credential !== undefined && use.query === undefined && /^authorization$/i.test(use.header))
    found.push({ path: ['use', 'credential'], problem: twice, mend: 'Take one of the two out.' });
  if (use.query !== undefined && credentialTemplate(manifest) === null)
    found.push({ path: ['use', 'query'], problem: 'has nothing to carry: there is no credential', mend: 'Give use.credential, or use use.parameters.' }); // prettier-ignore
  return found;
}

/** RFC 9110 section 5.5: a header is one line. */
function brokenHeaders(manifest: Manifest): Contradiction[] {
  const { use, test } = manifest;
  const places = [
    ...(use.query === undefined ? [{ path: ['use', 'credential'], text: credentialTemplate(manifest) ?? '' }] : []),
    ...Object.entries(use.headers).map(([name, text]) => ({ path: ['use', 'headers', name], text })),
    ...Object.entries(test?.request.headers ?? {}).map(([name, text]) => ({
      path: ['test', 'request', 'headers', name],
      text,
    })),
  ];
  return places.flatMap(({ path, text }) =>
    linesIn(manifest, text).map((key) => ({
      path: path[1] === 'credential' && use.credential === undefined ? ['use'] : path,
      problem: `puts ${key}, which has several lines, into a header`,
      mend: `Write {{ base64(field.${key}) }}, if the API reads it so; or put it into use.body.`,
    })),
  );
}

/** The fields of several lines that a template puts in as they are. */
function linesIn({ fields }: Manifest, text: string): string[] {
  const several = Object.entries(fields).filter(([, { multiline }]) => multiline);
  const bare = (key: string) => new RegExp(`\\{\\{\\s*field\\.${key}\\s*\\}\\}`).test(text);
  return several.flatMap(([key]) => (bare(key) ? [key] : []));
}

/** What only a generic manifest may say. */
function ofOauth({ fields, use, token }: Manifest, unsaid: Manifest): Contradiction[] {
  const mend = 'Take it out; or set kind to generic, if its users fill in fields instead of consenting.';
  const problem = 'belongs to the kind generic';
  const missing = { path: ['token', 'url'], problem: 'is missing', mend: 'Give it as: string.' };
  return [
    ...(token.url === '' ? [missing] : []),
    ...Object.entries(fields).flatMap(([key, field]) =>
      (['sensitive', 'multiline'] as const).flatMap((name) =>
        field[name] ? [{ path: ['fields', key, name], problem, mend }] : [],
      ),
    ),
    ...FILLED_IN.filter((name) => !isDeepStrictEqual(use[name], unsaid.use[name])).map((name) => ({
      path: ['use', name],
      problem,
      mend,
    })),
  ];
}
