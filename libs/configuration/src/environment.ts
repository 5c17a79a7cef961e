import { readFileSync } from 'node:fs';
import { readFailPoint } from '@lockkeeper/observability';
import { z } from 'zod';
import { SettingsInvalid } from './settings-invalid.js';

/** The kinds of settings that occur. */
export const wholeNumber = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
export const filePath = z.string().min(1);
export const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });
export const httpUrl = z.url({ protocol: /^https?$/ });
export const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin such as https://app.example.com',
  );
/** Comma separated; empty is none. */
export const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
/** See FailPoint in observability. */
export const failPoint = z
  .string()
  .refine((text) => readFailPoint(text) !== null, 'must be a point and a harm, such as after_send=kill#3')
  .optional();
export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

export interface EnvironmentReading<S extends z.ZodObject, F extends string> {
  workspace: string;
  schema: S;
  /** What must hold between settings: a message for each thing that doesn't. */
  relations: (settings: z.infer<S>) => string[];
  /** Settings that name files, by the name under which the file's text is wanted. */
  files: Record<F, keyof z.infer<S> & string>;
  /** What is wrong in them, beginning with the setting's name. */
  fileFaults?: (files: Record<F, string | null>) => string[];
}

/** @throws SettingsInvalid, with every fault of settings and files at once */
export function readEnvironment<S extends z.ZodObject, F extends string>(
  environment: NodeJS.ProcessEnv,
  { workspace, schema, relations, files, fileFaults = () => [] }: EnvironmentReading<S, F>,
): z.infer<S> & { files: Record<F, string | null> } {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (!parsed.success) throw new SettingsInvalid(workspace, parsed.error.issues.map(faultOf));
  const faults = relations(parsed.data);
  if (present['LOCKKEEPER_FAIL_POINT'] !== undefined && present['NODE_ENV'] !== 'test') {
    faults.push(
      'LOCKKEEPER_FAIL_POINT ends the process in the middle of its work: it is taken only with NODE_ENV=test',
    );
  }
  const named = Object.entries<keyof z.infer<S> & string>(files);
  const texts = Object.fromEntries(
    named.map(([name, setting]) => [name, readNamed(setting, parsed.data[setting], faults)]),
  ) as Record<F, string | null>;
  faults.push(...fileFaults(texts));
  if (faults.length > 0) throw new SettingsInvalid(workspace, faults);
  return { ...parsed.data, files: texts };
}

const faultOf = ({ path: [name], code, message }: z.core.$ZodIssue): string =>
  `${String(name)}: ${code === 'invalid_type' ? 'is missing or of the wrong type' : message}`;

/** Null where the setting is optional and not given. */
function readNamed(setting: string, path: unknown, faults: string[]): string | null {
  if (path === undefined) return null;
  try {
    return readFileSync(String(path), 'utf8');
  } catch (error) {
    faults.push(`${setting}: the file can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
    return null;
  }
}
