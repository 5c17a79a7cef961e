import { open, readFile } from 'node:fs/promises';

/** More than any secret is long: so much of a region's end is looked at again with the next part. */
const OVERLAP_BYTES = 4096;
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Which of the texts are somewhere in a process's writable memory now, as bytes of UTF-8 or as the 16-bit characters that V8 keeps some
 * strings in. Linux; the process must be our own child, or we root.
 */
export async function foundInMemory(pid: number, texts: readonly string[]): Promise<string[]> {
  const wanted = texts.map((text) => ({ text, forms: [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')] }));
  const found = new Set<string>();
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    for (const region of await writableRegions(pid)) {
      for await (const part of partsOf(memory, region)) {
        wanted.filter(({ forms }) => forms.some((form) => part.includes(form))).forEach(({ text }) => found.add(text));
      }
    }
  } finally {
    await memory.close();
  }
  return texts.filter((text) => found.has(text));
}

interface Region {
  start: number;
  end: number;
}

async function writableRegions(pid: number): Promise<Region[]> {
  const lines = (await readFile(`/proc/${pid}/maps`, 'utf8')).trim().split('\n');
  return lines.flatMap((line) => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    return start && end ? [{ start: parseInt(start, 16), end: parseInt(end, 16) }] : [];
  });
}

async function* partsOf(memory: Awaited<ReturnType<typeof open>>, { start, end }: Region): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += PART_BYTES - OVERLAP_BYTES) {
    const buffer = Buffer.alloc(Math.min(PART_BYTES, end - at));
    const read = await memory.read(buffer, 0, buffer.length, at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EIO' || error.code === 'EFAULT') return null; // reserved, and nothing there; or freed meanwhile
      throw error;
    });
    if (read === null) return;
    yield buffer.subarray(0, read.bytesRead);
  }
}
