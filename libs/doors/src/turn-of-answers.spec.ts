import { beforeEach, describe, expect, it } from '@jest/globals';
import { TurnOfAnswers } from './turn-of-answers.js';

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Answers of one turn of the event loop', () => {
  const sent: (readonly string[])[] = [];
  const answers = new TurnOfAnswers<string>((ready) => sent.push(ready));

  beforeEach(() => void (sent.length = 0));

  it('leave together at its end, in their order, and once', async () => {
    answers.add('one');
    await Promise.resolve();
    answers.add('two');
    expect(sent).toEqual([]);
    await endOfTurn();
    expect(sent).toEqual([['one', 'two']]);
    answers.add('three');
    await endOfTurn();
    await endOfTurn();
    expect(sent).toEqual([['one', 'two'], ['three']]);
  });

  it('leave at once for who can’t wait, and not again', async () => {
    answers.add('one');
    answers.sendNow();
    expect(sent).toEqual([['one']]);
    answers.add('two');
    await endOfTurn();
    await endOfTurn();
    expect(sent).toEqual([['one'], ['two']]);
  });
});
