import { readFileSync } from 'node:fs';
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
export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

export interface EnvironmentReading<S extends z.ZodObject> {
  workspace: string;
  schema: S;
  /** What must hold between settings: a message for each thing that doesn't. */
  relations: (settings: z.infer<S>) => string[];
  /** Settings that name files, by the name under which the file's text is wanted. */
  files: Record<string, keyof z.infer<S> & string>;
}

/** @throws SettingsInvalid, with every fault of settings and files at once */
export function readEnvironment<S extends z.ZodObject>(
  environment: NodeJS.ProcessEnv,
  { workspace, schema, relations, files }: EnvironmentReading<S>,
): z.infer<S> & { files: Record<string, string | null> } {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (!parsed.success) throw new SettingsInvalid(workspace, parsed.error.issues.map(faultOf));
  const faults = relations(parsed.data);
  const texts = Object.entries(files).map(([name, setting]) => [
    name,
    readNamed(setting, parsed.data[setting], faults),
  ]);
  if (faults.length > 0) throw new SettingsInvalid(workspace, faults);
  return { ...parsed.data, files: Object.fromEntries(texts) as Record<string, string | null> };
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
