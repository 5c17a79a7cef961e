/**
 * Statements of one transaction that don't wait for one another's answers. Where one fails, the others are waited for as well: what is sent after
 * the rollback would be kept all the same.
 * @throws what failed first
 */
export async function inOneGo(statements: readonly Promise<unknown>[]): Promise<void> {
  try {
    await Promise.all(statements);
  } finally {
    await Promise.allSettled(statements);
  }
}
