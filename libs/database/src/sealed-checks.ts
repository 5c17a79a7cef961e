/**
 * For migrations: a table's columns take sealed values of these formats, and nothing else. Only rows that are written from now on are looked at,
 * so that the table is held for a moment only: what is in it was held against a narrower check.
 */
export function sealedChecks(table: string, columns: readonly string[], formats: readonly string[]): string {
  const changes = columns.flatMap((column) => {
    const allowed = formats.map((format) => `${column} LIKE '${format}.%'`).join(' OR ');
    const name = `${table}_${column}_check`;
    return [`DROP CONSTRAINT ${name}`, `ADD CONSTRAINT ${name} CHECK (${allowed}) NOT VALID`];
  });
  return `ALTER TABLE ${table} ${changes.join(', ')}`;
}
