import { z } from 'zod';
import { strict } from './request.schema.js';

const LONGEST_VALUE = 256;

/** What a connection has to say of itself before its first request can be written: a tenant, a subdomain, a region. */
export const connectionField = strict({
  label: z.string().min(1).max(100),
  help: z.string().max(500).optional(),
  example: z.string().max(LONGEST_VALUE).optional(),
  /** The whole value has to match. By default anything without white space. */
  pattern: z
    .string()
    .max(200)
    .refine((text) => compiled(text) !== null, 'is not a regular expression')
    .default('\\S+'),
  /** A closed choice. */
  options: z.array(z.string().min(1).max(LONGEST_VALUE)).min(1).optional(),
  /** Taken where a connection gives none; a field without one has to be given. */
  default: z.string().max(LONGEST_VALUE).optional(),
});

export type ConnectionField = z.output<typeof connectionField>;

interface WithFields {
  fields: Readonly<Record<string, ConnectionField>>;
}

/** What is wrong with a connection's values for the manifest's fields, each with its key; empty where nothing is. */
export function fieldFaults({ fields }: WithFields, params: Readonly<Record<string, unknown>>) {
  const unknown = Object.keys(params).filter((key) => !Object.hasOwn(fields, key));
  const list = Object.keys(fields).join(', ');
  return [
    ...unknown.map((key) => ({
      key,
      problem: list ? `is no field of it; there are: ${list}` : 'is no field of it; it has none',
    })),
    ...Object.entries(fields).flatMap(([key, field]) => {
      const problem = valueFault(field, Object.hasOwn(params, key) ? params[key] : undefined);
      return problem === null ? [] : [{ key, problem }];
    }),
  ];
}

/** What is wrong with one value for one field; null where nothing is. */
export function valueFault(field: ConnectionField, value: unknown): string | null {
  if (value === undefined) return field.default === undefined ? `is needed: ${field.label}` : null;
  if (typeof value !== 'string' || value.length > LONGEST_VALUE)
    return `must be a text of at most ${LONGEST_VALUE} characters`;
  if (field.options && !field.options.includes(value)) return `must be one of: ${field.options.join(', ')}`;
  if (compiled(field.pattern)!.test(value)) return null;
  return field.example === undefined
    ? 'is not of the form that it has'
    : `is not of the form that it has, for instance ${field.example}`;
}

/** The values by the names that templates have for them, defaults where nothing was given. */
export function fieldValues({ fields }: WithFields, params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      `field.${key}`,
      (Object.hasOwn(params, key) ? params[key] : undefined) ?? field.default ?? '',
    ]),
  );
}

/** A pattern that the whole of a value has to match; null for what is no regular expression. */
function compiled(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
