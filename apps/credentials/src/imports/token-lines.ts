import { CsvError, parse } from 'csv-parse/sync';
import { InvalidInput } from '@lockkeeper/doors';
import { Secret } from '@lockkeeper/sealing';

/** One token that was obtained elsewhere, checked; or what is wrong with it. */
export interface TokenLine {
  line: number;
  apiService: string | null;
  user: string | null;
  problems: string[];
  /** Null where there are problems. */
  token: ForeignToken | null;
}

export interface ForeignToken {
  accessToken: Secret;
  refreshToken: Secret | null;
  expiresAt: Date | null;
  scope: string | null;
}

const NAMES = ['apiService', 'user', 'accessToken', 'refreshToken', 'expiresAt', 'scope'] as const;
type Row = Record<string, unknown>;
const NEEDED = ['apiService', 'user', 'accessToken'] as const;
export const MOST_LINES = 10_000;
const LONGEST_USER = 512;
const LONGEST_TOKEN = 65_536;

/** @throws InvalidInput where it is no list of lines at all: what is wrong with one of them is told with it */
export function linesOf({ tokens, csv }: { tokens?: unknown[] | undefined; csv?: string | undefined }): TokenLine[] {
  const rows = csv === undefined ? (tokens ?? []) : rowsOfCsv(csv);
  const pointer = csv === undefined ? '/tokens' : '/csv';
  if (rows.length === 0) throw new InvalidInput([{ pointer, message: 'has no line: there is nothing to import' }]);
  if (rows.length > MOST_LINES)
    throw new InvalidInput([{ pointer, message: `has more than ${MOST_LINES} lines: import it in parts` }]);
  const lines = rows.map((row, index) => checked(row, index + 1));
  const seen = new Map<string, number>();
  for (const line of lines) {
    const key = `${line.apiService}\n${line.user}`;
    const earlier = seen.get(key);
    if (earlier !== undefined && line.token) refuse(line, `is the connection of line ${earlier} again`);
    else seen.set(key, line.line);
  }
  return lines;
}

export function refuse(line: TokenLine, problem: string): void {
  line.problems.push(problem);
  line.token = null;
}

function rowsOfCsv(csv: string): unknown[] {
  try {
    const options = { bom: true, trim: true, skip_empty_lines: true, delimiter: delimiterOf(csv) };
    const [names = [], ...rows]: string[][] = parse(csv, options);
    checkNames(names);
    // An empty cell is one that says nothing.
    return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]!]).filter(([, cell]) => cell)));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Its message may repeat what stands there.
    throw new InvalidInput([
      { pointer: '/csv', message: `is no CSV from line ${String(error['lines'] ?? '?')} on (${error.code})` },
    ]);
  }
}

/** Spreadsheets write semicolons where the comma parts decimals, and tabs when they are copied from. */
function delimiterOf(csv: string): string {
  const first = csv.split(/\r?\n/, 1)[0]!;
  return [',', ';', '\t'].find((one) => first.includes(one)) ?? ',';
}

/** Told by place: without a line of names, secrets stand there. @throws InvalidInput */
function checkNames(names: readonly string[]): void {
  const known: readonly string[] = NAMES;
  const odd = names.flatMap((name, at) => (known.includes(name) && names.indexOf(name) === at ? [] : [at + 1]));
  const missing = NEEDED.filter((name) => !names.includes(name));
  const problems = [
    odd.length > 0 && `has something in column ${odd.join(', ')} that is no name, or there twice`,
    missing.length > 0 && `lacks ${missing.join(', ')}`,
  ].filter((problem) => problem !== false);
  if (problems.length === 0) return;
  const message = `has to begin with a line of names, of ${NAMES.join(', ')}: it ${problems.join(', and ')}`;
  throw new InvalidInput([{ pointer: '/csv', message }]);
}

function checked(row: unknown, line: number): TokenLine {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { line, apiService: null, user: null, problems: ['is no object'], token: null };
  const fields = row as Row;
  const unknown = Object.keys(fields).filter((name) => !(NAMES as readonly string[]).includes(name)).length;
  const expiresAt = momentOf(fields['expiresAt']);
  const problems = [
    ...(unknown > 0 ? [`has ${unknown} unknown members; known are ${NAMES.join(', ')}`] : []),
    ...textProblem(fields, 'apiService', { needed: true, longest: 63 }),
    ...textProblem(fields, 'user', { needed: true, longest: LONGEST_USER }),
    ...textProblem(fields, 'accessToken', { needed: true, longest: LONGEST_TOKEN }),
    ...textProblem(fields, 'refreshToken', { needed: false, longest: LONGEST_TOKEN }),
    ...textProblem(fields, 'scope', { needed: false, longest: 10_000 }),
    ...(expiresAt === undefined ? [NO_MOMENT] : []),
    ...(expiresAt && expiresAt <= new Date() && textOf(fields['refreshToken']) === null
      ? ['has expired, and there is no refresh token']
      : []),
  ];
  const token = problems.length > 0 ? null : tokenOf(fields, expiresAt ?? null);
  return { line, apiService: textOf(fields['apiService']), user: textOf(fields['user']), problems, token };
}

const tokenOf = ({ accessToken, refreshToken, scope }: Row, expiresAt: Date | null): ForeignToken => ({
  accessToken: new Secret(accessToken as string),
  refreshToken: Secret.from(textOf(refreshToken)),
  expiresAt,
  scope: textOf(scope),
});

function textProblem(
  row: Row,
  name: (typeof NAMES)[number],
  { needed, longest }: { needed: boolean; longest: number },
): string[] {
  const value = row[name] ?? undefined;
  if (value === undefined) return needed ? [`${name} is missing`] : [];
  return typeof value === 'string' && value !== '' && value.length <= longest && !value.includes('\0')
    ? []
    : [`${name} must be a text of at most ${longest} characters`];
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const NO_MOMENT =
  'expiresAt is neither an ISO 8601 moment with its time zone (2026-01-31T12:00:00Z) nor seconds since 1970';
/** The year 2100: what is later was meant in milliseconds, or by mistake, and would be handed out long after its end. */
const LATEST_SECONDS = 4_102_444_800;

/** Null where nothing is said, undefined where it can't be read. */
function momentOf(value: unknown): Date | null | undefined {
  if (value === undefined || value === null) return null;
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  const seconds = isNumber ? Number(value) : secondsOfIso(value);
  return seconds >= 0 && seconds <= LATEST_SECONDS ? new Date(seconds * 1000) : undefined;
}

function secondsOfIso(value: unknown): number {
  if (typeof value !== 'string') return NaN;
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/.exec(value) ?? [];
  // Not every month has thirty-one days, and `Date` would go on into the next one.
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= daysInMonth ? Date.parse(value) / 1000 : NaN;
}
