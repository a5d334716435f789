import { useCallback } from 'react';
import { grid, tooltip, xAxis, yAxis } from '../../charts/axes.js';
import type { Colours } from '../../charts/colours.js';
import { type ChartOption, EChart } from '../../charts/echart.js';
import { dimensionText, valueText } from '../../format/configuration.js';
import { figure } from '../../format/numbers.js';
import { Choice } from '../../ui/filters.js';

export interface Slice {
  readonly dimension: string;
  readonly values: readonly {
    readonly value: unknown;
    readonly trials: number;
    readonly mean: number;
    readonly least: number;
    readonly lowerQuartile: number;
    readonly median: number;
    readonly upperQuartile: number;
    readonly best: number;
  }[];
}

interface SlicesProps {
  readonly slices: readonly Slice[];
  readonly chosen: string | undefined;
  readonly onChoose: (dimension: string | undefined) => void;
}

/** What trials with each value of one dimension reached. */
export function Slices({ slices, chosen, onChoose }: SlicesProps) {
  const slice = slices.find(({ dimension }) => dimension === chosen) ?? slices[0];
  if (slice === undefined) return null;
  return (
    <div className="flex flex-col gap-3">
      <div className="max-w-56">
        <Choice
          label="Dimension"
          value={slice.dimension}
          required
          options={slices.map(({ dimension }) => [dimension, dimensionText(dimension)] as const)}
          onChange={onChoose}
        />
      </div>
      <Boxes slice={slice} />
    </div>
  );
}

function Boxes({ slice }: { slice: Slice }) {
  const option = useCallback(
    (colours: Colours): ChartOption => ({
      grid,
      tooltip: { ...tooltip(colours), formatter: (at: unknown) => described(at, slice) },
      xAxis: xAxis(colours, dimensionText(slice.dimension), {
        type: 'category',
        data: slice.values.map(({ value, trials }) => `${valueText(value)}  (${trials})`),
      }),
      yAxis: yAxis(colours, 'AP50 (held-out)', { type: 'value', min: 0, max: 1 }),
      series: [
        {
          type: 'boxplot',
          boxWidth: [12, 46],
          itemStyle: { color: colours.raised, borderColor: colours.accent, borderWidth: 1.5 },
          data: slice.values.map((box) => [box.least, box.lowerQuartile, box.median, box.upperQuartile, box.best]),
        },
      ],
    }),
    [slice],
  );
  return <EChart label={`AP50 by ${dimensionText(slice.dimension)}`} height={300} option={option} />;
}

function described(at: unknown, slice: Slice): string {
  const index = typeof at === 'object' && at !== null && 'dataIndex' in at ? Number(at.dataIndex) : -1;
  const box = slice.values[index];
  if (box === undefined) return '';
  return [
    `${dimensionText(slice.dimension)} ${valueText(box.value)}: ${box.trials} trials`,
    `best ${figure(box.best)}, median ${figure(box.median)}, mean ${figure(box.mean)}`,
    `middle half ${figure(box.lowerQuartile)} to ${figure(box.upperQuartile)}`,
  ].join('\n');
}
