/** Something on this machine keeps the local stack from running. Says what, and what to do about it. */
export class StackError extends Error {
  constructor(
    message: string,
    readonly hint: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StackError';
  }
}
