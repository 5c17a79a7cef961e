import type { Measurement } from './measurement.js';

const HEAD = ['bench', 'metric', 'ours', 'reference', '', 'ratio', 'goal', ''];
const RIGHT = new Set([2, 3, 5]);

/** All measurements as one table, for people. */
export function tableOf(measurements: readonly Measurement[]): string {
  const rows = [HEAD, ...measurements.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (RIGHT.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0]!, widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}

function rowOf({ bench, metric, reference, ours, referenceValue, ratio, goal, ok }: Measurement): string[] {
  const met = goal === null ? '' : ok ? 'ok' : 'MISSED';
  return [bench, metric, digits(ours), digits(referenceValue), reference, digits(ratio), goal ?? '', met];
}

/** Three significant digits are more than a busy machine can tell. */
const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
