import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 220;
type Colour = (name: string) => string;

interface ChartProps {
  /** First the moments, in seconds since 1970; then each series. */
  data: UPlot.AlignedData;
  /** The same in words. */
  label: string;
  series: (colour: Colour) => UPlot.Series[];
  /** Each point is a whole stretch of time, in seconds, drawn as a bar: it is named by the day (UTC) that it begins on. */
  stretch?: number;
}

/** Counts over time. It loads a library: import it lazily. */
export function Chart({ data, label, series, stretch = 0 }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  // Of what was asked for again, only what changed is worth drawing anew.
  const key = JSON.stringify(data);
  useEffect(() => {
    const element = host.current!;
    const chart = new UPlot(optionsFor(element, series, stretch), JSON.parse(key) as UPlot.AlignedData, element);
    const sized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      chart.destroy();
    };
  }, [key, scheme]); // eslint-disable-line react-hooks/exhaustive-deps -- how a series looks depends on the scheme alone
  return <div ref={host} className="chart" role="img" aria-label={label} />;
}

function optionsFor(element: HTMLElement, series: ChartProps['series'], stretch: number): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour: Colour = (name) => style.getPropertyValue(name).trim();
  const axis: UPlot.Axis = {
    stroke: colour('--lk-soft'),
    grid: { stroke: colour('--lk-line'), width: 1 },
    ticks: { show: false },
    font: `12px ${colour('--lk-font')}`,
  };
  const whole = (_: UPlot, values: number[]): string[] =>
    values.map((value) => (Number.isInteger(value) ? String(value) : ''));
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    scales: {
      x: { range: (_, min, max) => [min - stretch / 2, max + stretch / 2] },
      y: { range: (_, _min, max) => [0, Math.max(4, Math.ceil(max * 1.15))] },
    },
    axes: [
      { ...axis, ...(stretch > 0 ? { splits: someOf, values: days, size: 28 } : { values: moments }) },
      { ...axis, size: 44, values: whole },
    ],
    series: [{}, ...series(colour)],
  };
}

const LABEL_PX = 64;

/** As many of the points as there is room for. */
function someOf(chart: UPlot): number[] {
  const every = Math.ceil(chart.data[0].length / Math.max(1, Math.floor(chart.width / LABEL_PX)));
  return [...chart.data[0]].filter((_, index) => index % every === 0);
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_UTC = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY_SECONDS = 86_400;

const days = (_: UPlot, splits: number[]): string[] => splits.map((seconds) => DAY_UTC.format(seconds * 1000));

/** Times of day, with the day where it begins; days alone where they are that close. */
function moments(_: UPlot, splits: number[]): string[] {
  const [first = 0, second = 0] = splits;
  if (second - first >= DAY_SECONDS) return splits.map((seconds) => DAY.format(seconds * 1000));
  let last = '';
  return splits.map((seconds) => {
    const [time, day] = [TIME.format(seconds * 1000), DAY.format(seconds * 1000)];
    const isNew = day !== last;
    last = day;
    return isNew ? `${time}\n${day}` : time;
  });
}
