export interface Frame {
  id: string | null;
  data: string | null;
}

/** The frames of a stream of server-sent events (HTML standard, 9.2.6), as far as our server sends them. */
export async function* framesIn(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Frame> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop()!;
    for (const part of parts) yield frameOf(part);
  }
}

export function frameOf(text: string): Frame {
  const fields = text.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const all = (name: string): string[] => fields.flatMap((field) => (field?.[1] === name ? [field[2]!] : []));
  const data = all('data');
  return { id: all('id').at(-1) ?? null, data: data.length > 0 ? data.join('\n') : null };
}
