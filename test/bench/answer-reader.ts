const HEAD_END = '\r\n\r\n';
const STATUS = /^HTTP\/1\.1 2\d\d /;
const LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;

/** Finds the ends of answers that come one after the other on one connection, and looks at nothing else but their status (RFC 9112). */
export class AnswerReader {
  /** Of the body that is coming; null while it is a head. */
  private missingBytes: number | null = null;
  private head: Buffer | null = null;

  constructor(private readonly onAnswer: () => void) {}

  /** @throws for an answer other than 2xx, and for one whose length isn't said */
  take(chunk: Buffer): void {
    if (this.missingBytes !== null) return this.takeBody(chunk.length);
    const head = this.head === null ? chunk : Buffer.concat([this.head, chunk]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) {
      this.head = head;
      return;
    }
    this.head = null;
    this.missingBytes = lengthOf(head.toString('latin1', 0, end + 2));
    this.takeBody(head.length - end - HEAD_END.length);
  }

  private takeBody(bytes: number): void {
    this.missingBytes! -= bytes;
    if (this.missingBytes! > 0) return;
    if (this.missingBytes! < 0) throw new Error('There came more than one answer to one request.');
    this.missingBytes = null;
    this.onAnswer();
  }
}

function lengthOf(head: string): number {
  if (!STATUS.test(head)) throw new Error(`An answer other than 2xx: ${head.split('\r\n', 1)[0]}`);
  const length = LENGTH.exec(head)?.[1];
  if (length === undefined) throw new Error('An answer without Content-Length can’t be counted.');
  return Number(length);
}
