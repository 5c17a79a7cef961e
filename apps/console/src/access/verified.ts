import { type CheckedExport, ExportCheck, type ExportCheckOptions } from '@lockkeeper/audit-chain/export-check';

/** Hashing is fast; drawing each number would not be. */
const TOLD_EVERY = 500;

interface Watched extends ExportCheckOptions {
  onEntry: (checked: number) => void;
}

/** Checks an export while it arrives: by the very code of `npm run audit:verify`. */
export function verified(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { onEntry, ...options }: Watched,
): Promise<CheckedExport> {
  return ExportCheck.of(counted(linesOf(body), onEntry), options);
}

async function* counted(lines: AsyncIterable<string>, onEntry: (checked: number) => void): AsyncGenerator<string> {
  let count = 0;
  for await (const line of lines) {
    yield line;
    count += 1;
    if (count % TOLD_EVERY === 0) onEntry(count);
  }
}

export async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}
