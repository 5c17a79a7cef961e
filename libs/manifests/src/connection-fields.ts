import { z } from 'zod';
import { matchesPattern, patternFault } from './field-pattern.js';
import { strict } from './request.schema.js';

const LONGEST_VALUE = 256;
/** Keys in PEM, and tokens that hold a whole certificate. */
const LONGEST_SECRET = 16_384;

/** What a connection has to say of itself before its first request can be written: a tenant, a subdomain, a region. */
export const connectionField = strict({
  label: z.string().min(1).max(100),
  help: z.string().max(500).optional(),
  example: z.string().max(LONGEST_VALUE).optional(),
  /** The whole value has to match: in RE2's syntax, which is JavaScript's without looking around and back references. By default anything without white space. */
  pattern: z
    .string()
    .max(200)
    .superRefine((text, context) => {
      const message = patternFault(text);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .default('\\S+'),
  /** Of generic manifests: a text of several lines, such as a key in PEM; typed into an area, not a line. */
  multiline: z.boolean().optional(),
  /** A closed choice. */
  options: z.array(z.string().min(1).max(LONGEST_VALUE)).min(1).optional(),
  /** Of generic manifests: sealed, never shown again, asked for anew each time. */
  sensitive: z.boolean().default(false),
  /** Whether it may be left out. What isn't given, and has no default, is empty. */
  required: z.boolean().default(true),
  /** Taken where a connection gives none. */
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
  if (value === undefined) return field.required && field.default === undefined ? `is needed: ${field.label}` : null;
  const longest = field.sensitive ? LONGEST_SECRET : LONGEST_VALUE;
  if (typeof value !== 'string' || value.length > longest) return `must be a text of at most ${longest} characters`;
  if (field.options && !field.options.includes(value)) return `must be one of: ${field.options.join(', ')}`;
  const matches = matchesPattern(field.pattern, value);
  // Written before patterns were matched in bounded time: nothing is let through unseen.
  if (matches === null)
    return `can’t be checked until the manifest is amended: its pattern ${patternFault(field.pattern)}`;
  if (matches) return null;
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
