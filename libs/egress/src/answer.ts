/** A whole answer, whatever its status: redirects too are handed over as they came. */
export class EgressAnswer {
  readonly bytes: Buffer;
  readonly durationMs: number;

  constructor(
    readonly status: number,
    /** Names in lower case; without cookies. */
    readonly headers: Readonly<Record<string, string>>,
    { bytes, durationMs }: { bytes: Buffer; durationMs: number },
  ) {
    this.bytes = bytes;
    this.durationMs = durationMs;
  }

  /** The bytes as UTF-8. */
  get body(): string {
    return this.bytes.toString('utf8');
  }
}
