import type UPlot from 'uplot';
import type { Schema } from '../../client/credentials';
import { Chart } from '../../parts/chart';

type Count = Schema['RotationCountView'];

/** Rotations and failures over time. Lines differ by dash as well as by colour; the numbers are there for who can't see lines. */
export default function RotationChart({ rotations }: { rotations: Count[] }) {
  const [rotated, failed] = [sum(rotations, 'rotated'), sum(rotations, 'failed')];
  return (
    <div className="stack">
      <Chart
        data={dataOf(rotations)}
        label={`${rotated} rotations and ${failed} failures in this time`}
        series={(colour) => [
          { stroke: colour('--lk-accent'), width: 2, fill: colour('--lk-accent-soft'), points: { show: false } },
          { stroke: colour('--lk-bad'), width: 2, dash: [4, 3], points: { show: false } },
        ]}
      />
      <div className="legend">
        <span>
          <i className="swatch swatch-good" aria-hidden="true" /> rotated: {rotated.toLocaleString('en')}
        </span>
        <span>
          <i className="swatch swatch-bad" aria-hidden="true" /> failed: {failed.toLocaleString('en')}
        </span>
      </div>
    </div>
  );
}

const sum = (rotations: Count[], of: 'rotated' | 'failed'): number =>
  rotations.reduce((all, each) => all + each[of], 0);

const dataOf = (rotations: Count[]): UPlot.AlignedData => [
  rotations.map(({ from }) => Date.parse(from) / 1000),
  rotations.map(({ rotated }) => rotated),
  rotations.map(({ failed }) => failed),
];
