import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { type Colours, useColours } from './colours.js';

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Dots without a line, a line without dots, or a line that stays where it is until the next value. */
  readonly look?: 'dots' | 'line' | 'steps' | 'bars';
}

interface LineChartProps {
  readonly label: string;
  readonly height: number;
  readonly x: readonly number[];
  readonly xName: string;
  readonly yName: string;
  readonly lines: readonly Line[];
  /** x counts seconds since 1970. */
  readonly time?: boolean;
  readonly yRange?: readonly [number, number];
  readonly digits?: number;
}

export function LineChart({ label, height, x, xName, yName, lines, time = false, yRange, digits = 3 }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const colours = useColours();

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const plotHeight = lines.length > 1 ? height - 30 : height;
    const plot = new uPlot(
      {
        width: parent.clientWidth,
        height: plotHeight,
        series: [
          { label: xName.replace(/,.*/, ''), ...(time ? { value: '{YYYY}-{MM}-{DD}' } : {}) },
          ...lines.map((line, at) =>
            seriesOf(line, colours.series[at % colours.series.length] ?? colours.accent, digits),
          ),
        ],
        scales: {
          x: { time, range: (_plot, least, most) => padded(least, most, time) },
          y: yRange ? { range: [...yRange] as [number, number] } : {},
        },
        axes: [
          {
            ...axis(colours, xName, 34),
            ...(time ? { values: (_plot: uPlot, splits: number[]) => splits.map(dayText) } : {}),
          },
          axis(colours, yName, 52),
        ],
        legend: { show: lines.length > 1 },
        cursor: { drag: { x: true, y: false }, points: { size: 7 } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      },
      [[...x], ...lines.map(({ values }) => [...values])],
      parent,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: plotHeight }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [colours, x, lines, xName, yName, time, yRange, height, digits]);

  return <div ref={place} role="img" aria-label={label} style={{ minHeight: height }} />;
}

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function dayText(seconds: number): string {
  return days.format(new Date(seconds * 1000));
}

/** Room for the first and the last dot or bar. */
function padded(least: number, most: number, time: boolean): uPlot.Range.MinMax {
  const room = time ? 86_400 / 2 : Math.max((most - least) * 0.04, 0.5);
  return [least - room, most + room];
}

function seriesOf({ name, look = 'line' }: Line, colour: string, digits: number): uPlot.Series {
  return {
    label: name,
    stroke: colour,
    width: look === 'dots' ? 0 : 2,
    spanGaps: look === 'line',
    value: (_plot, value) => (value === null ? '–' : value.toFixed(digits)),
    points: { show: look === 'dots' || look === 'line', size: look === 'dots' ? 6 : 4, fill: colour, stroke: colour },
    ...(look === 'steps' && uPlot.paths.stepped
      ? { paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } }
      : {}),
    ...(look === 'bars' && uPlot.paths.bars
      ? { paths: uPlot.paths.bars({ size: [0.6, 28] }), fill: colour, points: { show: false } }
      : {}),
  };
}

function axis({ quiet, line, font }: Colours, name: string, size: number): uPlot.Axis {
  return {
    label: name,
    labelSize: 18,
    labelFont: `12px ${font}`,
    font: `11px ${font}`,
    size,
    stroke: quiet,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
  };
}
