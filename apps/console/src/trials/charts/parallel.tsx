import { useCallback } from 'react';
import type { Colours } from '../../charts/colours.js';
import { type ChartOption, EChart } from '../../charts/echart.js';
import { dimensionText, valuesOf, valueText } from '../../format/configuration.js';
import { figure } from '../../format/numbers.js';

export interface ParallelDimension {
  readonly name: string;
  readonly values: unknown;
}

export interface ParallelRow {
  readonly trialId: string;
  readonly score: number;
  readonly positions: readonly number[];
}

interface ParallelProps {
  readonly dimensions: readonly ParallelDimension[];
  readonly rows: readonly ParallelRow[];
}

/** One line a trial through all its choices, coloured by what it reached. */
export function Parallel({ dimensions, rows }: ParallelProps) {
  const option = useCallback(
    (colours: Colours): ChartOption => {
      // Where all chose the same there is nothing to see.
      const varied = dimensions
        .map((dimension, at) => ({ dimension, at }))
        .filter(({ at }) => new Set(rows.map(({ positions }) => positions[at])).size > 1);
      const scores = rows.map(({ score }) => score);
      return {
        parallel: { left: 36, right: 96, top: 58, bottom: 20, parallelAxisDefault: axisLook(colours) },
        parallelAxis: [
          ...varied.map(({ dimension }, dim) => ({
            dim,
            name: dimensionText(dimension.name).replace(' ', '\n'),
            type: 'category' as const,
            data: valuesOf(dimension.values).map(valueText),
          })),
          { dim: varied.length, name: 'AP50', min: 0, max: 1 },
        ],
        visualMap: {
          type: 'continuous',
          dimension: varied.length,
          min: Math.min(...scores),
          max: Math.max(...scores),
          inRange: { color: [...colours.ramp] },
          right: 0,
          top: 'middle',
          itemHeight: 140,
          text: ['AP50', ''],
          formatter: (value: unknown) => figure(Number(value), 2),
          textStyle: { color: colours.quiet },
        },
        series: [
          {
            type: 'parallel',
            lineStyle: { width: 1.6, opacity: rows.length > 100 ? 0.35 : 0.65 },
            emphasis: { lineStyle: { width: 4, opacity: 1 } },
            data: rows.map(({ trialId, score, positions }) => ({
              id: trialId,
              value: [...varied.map(({ at }) => positions[at] ?? 0), score],
            })),
          },
        ],
      };
    },
    [dimensions, rows],
  );
  return (
    <div className="relative overflow-x-auto">
      <div className="min-w-[56rem]">
        <EChart
          label={`Choices of ${rows.length} trials and the AP50 that they reached`}
          height={360}
          option={option}
        />
      </div>
    </div>
  );
}

function axisLook({ quiet, line, sheet }: Colours) {
  return {
    nameTextStyle: { color: quiet, fontSize: 11, lineHeight: 13 },
    nameGap: 14,
    // Lines run through the labels, so these bring their own ground.
    axisLabel: {
      color: quiet,
      fontSize: 10,
      backgroundColor: sheet,
      padding: [0, 2],
      formatter: (text: string | number) => (String(text).length > 10 ? `${String(text).slice(0, 9)}…` : String(text)),
    },
    axisLine: { lineStyle: { color: line, width: 1.5 } },
    axisTick: { lineStyle: { color: line } },
  };
}
