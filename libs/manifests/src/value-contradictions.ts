import type { Contradiction } from './contradiction.js';
import { valueFault } from './connection-fields.js';
import { patternFault } from './field-pattern.js';
import { hasVariableHost } from './manifest-url.js';
import type { Manifest } from './manifest.schema.js';
import { mtlsAliasesIn, namesOrNone, templatesOf } from './request-templates.js';
import type { RequestParts } from './request-templates.js';

interface PlacedText {
  path: PropertyKey[];
  text: string;
  /** The captured values that exist when it is rendered. */
  captured: readonly string[];
}

/** Between values and who names them: fields, secrets, captured values, and the hosts that they may lead to. */
export function valueContradictions(manifest: Manifest): Contradiction[] {
  const texts = textsOf(manifest);
  return [
    ...texts.flatMap((placed) => undeclaredNames(manifest, placed)),
    ...hostRules(manifest, texts),
    ...unsentSecrets(manifest, texts),
    ...fieldDefaults(manifest),
    ...subjectOf(manifest),
    ...capturedTwice(manifest),
  ];
}

function textsOf(manifest: Manifest): PlacedText[] {
  const { authorize, token, answer, followUps, refresh, revoke, introspect, use, test } = manifest;
  const fromCallback = Object.keys(authorize.captures);
  const fromAnswer = [...fromCallback, ...Object.keys(answer.captures)];
  const all = [...fromAnswer, ...followUps.flatMap((one) => Object.keys(one.captures))];
  const { url, parameters } = authorize;
  return [
    ...placed(['authorize'], { url }, []),
    ...placed(['authorize', 'parameters'], { query: parameters }, []).map((one) => ({
      ...one,
      path: [...one.path.slice(0, 2), ...one.path.slice(3)],
    })),
    ...placed(['token'], token, fromCallback),
    ...ofTheGrant(manifest, fromCallback),
    ...followUps.flatMap((one, index) =>
      placed(['followUps', index, 'request'], one.request, [
        ...fromAnswer,
        ...followUps.slice(0, index).flatMap((earlier) => Object.keys(earlier.captures)),
      ]),
    ),
    ...(refresh ? placed(['refresh', 'request'], refresh.request, all) : []),
    ...(revoke && 'request' in revoke ? placed(['revoke', 'request'], revoke.request, all) : []),
    ...(introspect ? placed(['introspect', 'request'], introspect.request, all) : []),
    ...(test ? placed(['test', 'request'], test.request, all) : []),
    ...placed(['use'], { headers: use.headers }, all),
    ...mtlsAliasesIn(manifest).map(([name, text]) => ({
      path: ['mtlsEndpointAliases', name],
      text,
      captured: all,
    })),
    ...ofFilledIn(manifest),
    ...use.baseUrls.map((text, index) => ({ path: ['use', 'baseUrls', index], text, captured: all })),
  ];
}

/** How filled-in fields travel: nothing is captured there. */
function ofFilledIn({ use: { credential, basic, parameters, body } }: Manifest): PlacedText[] {
  const text = (path: PropertyKey[], texts: Record<string, string> = {}): PlacedText[] =>
    Object.entries(texts).map(([name, one]) => ({ path: ['use', ...path, name], text: one, captured: [] }));
  return [
    ...(credential === undefined ? [] : text([], { credential })),
    ...text(['basic'], basic),
    ...text(['parameters'], parameters),
    ...text(['body', 'parameters'], body?.parameters),
  ];
}

/** The grants' own sections: the device's request knows no callback. */
function ofTheGrant({ device, assertion, exchange }: Manifest, captured: readonly string[]): PlacedText[] {
  return [
    ...(device ? placed(['device'], device, []) : []),
    ...placed(['assertion', 'claims'], { query: assertion?.claims }, captured).map((one) => ({
      ...one,
      path: [...one.path.slice(0, 2), ...one.path.slice(3)],
    })),
    ...(exchange?.resources ?? []).map((text, at) => ({ path: ['exchange', 'resources', at], text, captured })),
    ...(exchange?.audiences ?? []).map((text, at) => ({ path: ['exchange', 'audiences', at], text, captured })),
  ];
}

const placed = (path: PropertyKey[], parts: RequestParts, captured: readonly string[]): PlacedText[] =>
  templatesOf(parts).map(({ path: at, text }) => ({ path: [...path, ...at], text, captured }));

function undeclaredNames({ fields, secrets = {} }: Manifest, { path, text, captured }: PlacedText): Contradiction[] {
  return namesOrNone(text).flatMap((name) => {
    const [family, key = ''] = [name.split('.')[0], name.slice(name.indexOf('.') + 1)];
    if (family === 'field' && !Object.hasOwn(fields, key)) {
      return [{ path, problem: `names ${name}, which fields doesn’t have`, mend: `Add ${key} to fields.` }];
    }
    if (family === 'secret' && !Object.hasOwn(secrets, key)) {
      return [{ path, problem: `names ${name}, which secrets doesn’t have`, mend: `Add ${key} to secrets.` }];
    }
    if (family !== 'captured' || captured.includes(key)) return [];
    return [
      {
        path,
        problem: `names ${name}, which nothing before it captures`,
        mend: `Add ${key} to the captures of the callback (authorize), the answer or a followUp before it, with the pointer to its value.`,
      },
    ];
  });
}

/** One that is asked for and goes nowhere lies about in vain. */
function unsentSecrets({ kind, secrets = {} }: Manifest, texts: readonly PlacedText[]): Contradiction[] {
  if (kind === 'generic') return []; // refused as a whole
  const named = new Set(texts.flatMap(({ text }) => namesOrNone(text)));
  return Object.keys(secrets)
    .filter((name) => !named.has(`secret.${name}`))
    .map((name) => ({
      path: ['secrets', name],
      problem: 'is sent with no request',
      mend: `Put {{ secret.${name} }} into the body or a header of a request; or take it out.`,
    }));
}

const isUrl = ({ path }: PlacedText): boolean => path.at(-1) === 'url' || path.includes('baseUrls');

function hostRules({ hosts }: Manifest, texts: readonly PlacedText[]): Contradiction[] {
  const variable = texts.filter((one) => isUrl(one) && hasVariableHost(one.text));
  if (hosts.length === 0) {
    return variable.map(({ path }) => ({
      path,
      problem: 'takes its host from a value, and hosts names none that it may be',
      mend: 'Add to hosts what the provider’s hosts look like, such as *.example.com; or write the host out.',
    }));
  }
  if (variable.length > 0) return [];
  return [{ path: ['hosts'], problem: 'is never needed: no URL takes its host from a value', mend: 'Take it out.' }];
}

/** A pattern that is none is told of by itself. */
function fieldDefaults({ fields }: Manifest): Contradiction[] {
  const checkable = Object.entries(fields).filter(([, { pattern }]) => patternFault(pattern) === null);
  return checkable.flatMap(([key, field]) =>
    (['default', 'example'] as const).flatMap((name) => {
      const problem = field[name] === undefined ? null : valueFault({ ...field, example: undefined }, field[name]);
      return problem === null ? [] : [{ path: ['fields', key, name], problem, mend: 'Correct it, or the pattern.' }];
    }),
  );
}

function subjectOf({ subject, authorize, answer, followUps }: Manifest): Contradiction[] {
  const captured = [authorize, answer, ...followUps].flatMap(({ captures }) => Object.keys(captures));
  if (subject === undefined || captured.includes(subject)) return [];
  return [
    {
      path: ['subject'],
      problem: 'names no captured value',
      mend: 'Capture the value that names the account, and write its name here.',
    },
  ];
}

/** Two sources of one name: which of them counts would be a matter of order. */
function capturedTwice({ authorize, answer, followUps }: Manifest): Contradiction[] {
  const sources = [
    { path: ['authorize', 'captures'], names: Object.keys(authorize.captures) },
    { path: ['answer', 'captures'], names: Object.keys(answer.captures) },
    ...followUps.map((one, index) => ({ path: ['followUps', index, 'captures'], names: Object.keys(one.captures) })),
  ];
  return sources.flatMap(({ path, names }, index) =>
    names
      .filter((name) => sources.slice(0, index).some((earlier) => earlier.names.includes(name)))
      .map((name) => ({ path: [...path, name], problem: 'is captured twice', mend: 'Give one of them another name.' })),
  );
}
