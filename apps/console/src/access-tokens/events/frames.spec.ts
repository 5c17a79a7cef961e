import { describe, expect, it } from '@jest/globals';
import { frameOf, framesIn } from './frames';

const streamOf = (...chunks: string[]): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

describe('server-sent events', () => {
  it('are whole frames, wherever the network cuts them', async () => {
    const frames = [];
    for await (const frame of framesIn(streamOf('id: 1\nda', 'ta: {"a":1}\n', '\n: beat\n\nid: 2\ndata: x\n\n')))
      frames.push(frame);
    expect(frames).toEqual([
      { id: '1', data: '{"a":1}' },
      { id: null, data: null },
      { id: '2', data: 'x' },
    ]);
  });

  it('may have data of several lines', () => {
    expect(frameOf('data: a\ndata: b').data).toBe('a\nb');
  });
});
