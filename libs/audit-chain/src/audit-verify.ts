import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { JwkSet } from '@lockkeeper/sealing';
import type { Acknowledgement } from './acknowledgement.js';
import { type CheckedExport, ExportCheck } from './export-check.js';

/** `npm run audit:verify -- FILE [--keys JWKS] [--heads FILE]`: checks an export with nothing but files. */
const USAGE = `usage: npm run audit:verify -- FILE [--keys FILE] [--heads FILE]

  FILE      what GET /v1/audit/export gave
  --keys    the workspace's public audit keys (a JWK set), from a place that you trust
  --heads   signed heads that were kept elsewhere, one a line, as the stream AUDIT or the log lines \`audit_head\` have them
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { keys: { type: 'string' }, heads: { type: 'string' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || (values.heads !== undefined && values.keys === undefined)) {
    process.stderr.write(USAGE);
    if (values.heads !== undefined)
      process.stderr.write('\n--heads needs --keys: a head is worth what its signature is.\n');
    return 2;
  }
  const keys = values.keys === undefined ? undefined : (JSON.parse(await readFile(values.keys, 'utf8')) as JwkSet);
  const heads = values.heads === undefined ? undefined : await linesOf(values.heads);
  const checked = await ExportCheck.of(createInterface({ input: createReadStream(file), crlfDelay: Infinity }), {
    keys,
    heads,
  });
  process.stdout.write(report(checked, keys !== undefined));
  return checked.findings.every(({ acknowledged }) => acknowledged !== null) ? 0 : 1;
}

const linesOf = async (file: string): Promise<string[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function report({ workspace, entries, first, last, head, findings }: CheckedExport, trusted: boolean): string {
  const lines = findings.map(({ kind, detail, acknowledged }) => `${kind}: ${detail}${said(acknowledged)}`);
  const open = findings.filter(({ acknowledged }) => acknowledged === null).length;
  const whole = `${workspace ?? 'unknown workspace'}: ${entries} entries, positions ${first} to ${last}`;
  const examined = open > 0 ? '' : '; each place was acknowledged, and nothing else is wrong';
  if (findings.length > 0) return `${lines.join('\n')}\n${whole}: NOT what was written${examined}\n`;
  const caution = trusted
    ? ''
    : '\nThe key that signed it came with the file: compare it with one from elsewhere, by --keys.';
  return `${whole}: whole and unaltered, signed on ${head!.at}${caution}\n`;
}

/** Nothing in it may speak to the terminal. */
const said = (word: Acknowledgement | null): string =>
  word === null ? '' : ` Acknowledged by ${word.by} on ${word.at}: ${word.reason}`.replace(/\p{C}+/gu, ' ');

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
