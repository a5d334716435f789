import { useCallback } from 'react';
import { grid, tooltip, xAxis, yAxis } from '../../charts/axes.js';
import type { Colours } from '../../charts/colours.js';
import { type ChartOption, EChart } from '../../charts/echart.js';
import { figure } from '../../format/numbers.js';

export interface RankedTrial {
  readonly trialId: string;
  readonly modelVersion: number;
  readonly predictedRank: number;
  readonly measuredRank: number;
  readonly of: number;
  readonly score: number;
}

/** Where the model put each trial, and where it came in; on the diagonal both agree. */
export function PredictedRank({
  points,
  onPick,
}: {
  points: readonly RankedTrial[];
  onPick: (trialId: string) => void;
}) {
  const option = useCallback(
    (colours: Colours): ChartOption => {
      const most = Math.max(
        2,
        ...points.map(({ predictedRank, measuredRank }) => Math.max(predictedRank, measuredRank)),
      );
      const ranks = { type: 'value', min: 0.5, max: most + 0.5, interval: 1, inverse: false } as const;
      const whole = (value: number) => (Number.isInteger(value) ? String(value) : '');
      return {
        grid,
        tooltip: { ...tooltip(colours), formatter: described },
        xAxis: xAxis(colours, 'predicted rank (1 is best)', {
          ...ranks,
          min: 0,
          max: most + 1,
          axisLabel: { color: colours.quiet, formatter: whole },
        }),
        yAxis: yAxis(colours, 'measured rank', {
          ...ranks,
          min: 0,
          max: most + 1,
          inverse: true,
          axisLabel: { color: colours.quiet, formatter: whole },
        }),
        series: [
          {
            type: 'line',
            data: [
              [0, 0],
              [most + 1, most + 1],
            ],
            symbol: 'none',
            silent: true,
            lineStyle: { color: colours.rest, type: 'dashed', width: 1 },
          },
          {
            type: 'scatter',
            symbolSize: 12,
            itemStyle: { color: colours.series[0] ?? colours.accent, opacity: 0.75 },
            data: points.map((point) => ({
              id: point.trialId,
              name: `version ${point.modelVersion}`,
              value: [point.predictedRank, point.measuredRank, point.score, point.of],
            })),
          },
        ],
      };
    },
    [points],
  );
  return (
    <EChart
      label={`Predicted against measured rank of ${points.length} trials`}
      height={320}
      option={option}
      onPick={onPick}
    />
  );
}

function described(at: unknown): string {
  if (typeof at !== 'object' || at === null || !('value' in at) || !('name' in at) || !Array.isArray(at.value))
    return '';
  const [predicted, measured, score, of] = at.value as number[];
  return `predicted ${predicted}, measured ${measured} of ${of}\nAP50 ${figure(score)}\n${at.name}`;
}
