import { describe, expect, it } from '@jest/globals';
import { linesOf } from './verified';

const streamOf = (...chunks: Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

describe('an export that arrives in pieces', () => {
  it('is whole lines, wherever the network cuts them, characters of several bytes included', async () => {
    const bytes = new TextEncoder().encode('{"a":"ü"}\n{"b":2}\n{"c":3}');
    const cut = bytes.indexOf(0xbc); // in the middle of the ü
    const lines: string[] = [];
    for await (const line of linesOf(streamOf(bytes.slice(0, cut), bytes.slice(cut)))) lines.push(line);
    expect(lines).toEqual(['{"a":"ü"}', '{"b":2}', '{"c":3}']);
  });
});
