import UPlot from 'uplot';
import { Chart } from '../../parts/chart';
import type { DeathCount } from './deaths';

const WEEK_SECONDS = 7 * 86_400;
const MOST_WEEKS = 26;

/** How many die in which week; the numbers are there for who can't see bars. */
export default function DeathsChart({ groups }: { groups: DeathCount[] }) {
  const weeks = everyWeek(groups);
  const all = groups.reduce((sum, { connections }) => sum + connections, 0);
  const later = all - weeks.reduce((sum, { count }) => sum + count, 0);
  const data: UPlot.AlignedData = [weeks.map(({ from }) => from), weeks.map(({ count }) => count || null)];
  return (
    <div className="stack">
      <Chart
        data={data}
        stretch={WEEK_SECONDS}
        label={`${all} connections die: ${weeks
          .filter(({ count }) => count > 0)
          .map(({ from, count }) => `${count} in the week of ${dayOf(from)}`)
          .join(', ')}`}
        series={(colour) => [
          {
            stroke: colour('--lk-accent'),
            fill: colour('--lk-accent-soft'),
            width: 1.5,
            paths: UPlot.paths.bars!({ size: [0.7, 48], radius: 0.15 }),
            points: { show: false },
          },
        ]}
      />
      <p className="soft small">
        {all.toLocaleString('en')} connections die in all
        {later > 0 && `; ${later.toLocaleString('en')} of them after these ${MOST_WEEKS} weeks`}.
      </p>
    </div>
  );
}

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** Also those in which nobody dies, up to half a year: a gap is what people want to see. */
function everyWeek(groups: DeathCount[]): { from: number; count: number }[] {
  const counts = new Map(groups.map(({ week, connections }) => [Date.parse(week!) / 1000, connections]));
  const first = Math.min(...counts.keys());
  const last = Math.min(Math.max(...counts.keys()), first + (MOST_WEEKS - 1) * WEEK_SECONDS);
  const length = Math.max(4, (last - first) / WEEK_SECONDS + 1);
  return Array.from({ length }, (_, index) => first + index * WEEK_SECONDS).map((from) => ({
    from,
    count: counts.get(from) ?? 0,
  }));
}
