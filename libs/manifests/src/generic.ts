import type { Manifest } from './manifest.schema.js';
import { namesOrNone } from './request-templates.js';

type Use = Pick<Manifest, 'fields' | 'use'>;

/** Whether its connections are filled in by their users, instead of consented to at a provider. */
export const isGeneric = ({ kind }: Pick<Manifest, 'kind'>): boolean => kind === 'generic';

export const sensitiveFields = ({ fields }: Pick<Manifest, 'fields'>): string[] =>
  Object.entries(fields).flatMap(([key, { sensitive }]) => (sensitive ? [key] : []));

/** Whether a template puts in what its user keeps secret. */
export const namesSensitive = (manifest: Pick<Manifest, 'fields'>, text: string): boolean => {
  const secrets = sensitiveFields(manifest).map((key) => `field.${key}`);
  return namesOrNone(text).some((name) => secrets.includes(name));
};

/** What travels as a token, and may be read as one; null where there is nothing of that kind. */
export function credentialTemplate(manifest: Use): string | null {
  const { use } = manifest;
  if (use.credential !== undefined) return use.credential;
  const [only, ...others] = sensitiveFields(manifest);
  return only !== undefined && others.length === 0 && !travelsOtherwise(manifest) ? `{{ field.${only} }}` : null;
}

/** Whether anything else in `use` carries what was filled in. */
export function travelsOtherwise(manifest: Use): boolean {
  const { headers, parameters, basic, body } = manifest.use;
  const texts = [...Object.values(headers), ...Object.values(parameters)];
  return basic !== undefined || body !== undefined || texts.some((text) => namesSensitive(manifest, text));
}

const REFERENCE = /<([A-Za-z][\w -]*)>/g;

/** Passwords and names have spaces, addresses of APIs have none. */
const ANY_LINE = '.+';
const ANY_LINES = '[\\s\\S]+';

/**
 * A generic manifest as it is written, in the form of all others. `<API key>` is short for `{{ field.api_key }}`: Flows' way to name a
 * field in requests, by its key or its label, in `use` and `test`; what names no field stays as it is. Fields may have spaces unless
 * their pattern says otherwise.
 */
export function spelledOut(input: unknown): unknown {
  if (!isObject(input) || input['kind'] !== 'generic' || !isObject(input['fields'])) return input;
  const { fields, use, test } = input;
  const keys = fieldKeys(fields);
  return {
    ...input,
    fields: mapped(fields, (field) =>
      isObject(field) ? { pattern: field['multiline'] === true ? ANY_LINES : ANY_LINE, ...field } : field,
    ),
    ...(use !== undefined && { use: withReferences(use, keys) }),
    ...(test !== undefined && { test: withReferences(test, keys) }),
  };
}

/** Keys by every name that a field may be called by, in lower case. */
function fieldKeys(fields: Record<string, unknown>): Map<string, string> {
  const names = Object.entries(fields).flatMap(([key, field]): [string, string][] => {
    const label = isObject(field) && typeof field['label'] === 'string' ? field['label'] : key;
    return [
      [label.toLowerCase(), key],
      [key.toLowerCase(), key],
    ];
  });
  return new Map(names);
}

function withReferences(value: unknown, keys: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string')
    return value.replace(REFERENCE, (whole, name: string) => {
      const key = keys.get(name.toLowerCase());
      return key === undefined ? whole : `{{ field.${key} }}`;
    });
  if (Array.isArray(value)) return value.map((one) => withReferences(one, keys));
  return isObject(value) ? mapped(value, (one) => withReferences(one, keys)) : value;
}

const mapped = (values: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
