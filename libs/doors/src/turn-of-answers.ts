/**
 * Answers that become ready in one turn of the event loop leave together at its end, in their order. Each write may wake whoever waits for the
 * answer, and the more often that happens, the more of it there is: beside a caller on the same machine it took more time than the answers did.
 * Nothing waits for another turn, and with one answer in a turn nothing changes.
 */
export class TurnOfAnswers<T> {
  private ready: T[] = [];

  constructor(private readonly send: (answers: readonly T[]) => void) {}

  add(answer: T): void {
    if (this.ready.push(answer) === 1) setImmediate(() => this.sendNow());
  }

  /** For who can't wait for the end of the turn. */
  sendNow(): void {
    const answers = this.ready;
    this.ready = [];
    if (answers.length > 0) this.send(answers);
  }
}
