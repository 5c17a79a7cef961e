import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A value that must not be seen: printing, JSON, string conversion and inspection give `[redacted]`.
 * `reveal()` is the only way out, so that a search for it finds every place where a secret leaves.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  static from(value: string | null | undefined): Secret | null {
    return value === null || value === undefined || value === '' ? null : new Secret(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }
}
