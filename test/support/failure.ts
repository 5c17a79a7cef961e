/** The error of an attempt that has to fail; where it succeeds, the test fails. */
export async function failureOf<E extends Error = Error>(attempt: Promise<unknown> | (() => unknown)): Promise<E> {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt);
  } catch (error) {
    return error as E;
  }
  throw new Error('it succeeded, and was meant to fail');
}
