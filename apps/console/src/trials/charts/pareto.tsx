import { useCallback } from 'react';
import { grid, legend, tooltip, xAxis, yAxis } from '../../charts/axes.js';
import type { Colours } from '../../charts/colours.js';
import { type ChartOption, EChart } from '../../charts/echart.js';
import { shortId } from '../../format/configuration.js';
import { bytes, figure, short } from '../../format/numbers.js';

export interface PricedTrial {
  readonly trialId: string;
  readonly configurationId: string;
  readonly score: number;
  readonly macs: number;
  readonly bytes: number;
}

interface ParetoProps {
  readonly cost: 'MACS' | 'BYTES';
  readonly front: readonly PricedTrial[];
  readonly others: readonly PricedTrial[];
  readonly onPick: (trialId: string) => void;
}

/** What precision costs: nothing is both cheaper and better than a point of the front. */
export function Pareto({ cost, front, others, onPick }: ParetoProps) {
  const option = useCallback(
    (colours: Colours): ChartOption => {
      const price = (trial: PricedTrial) => (cost === 'MACS' ? trial.macs : trial.bytes);
      const text = cost === 'MACS' ? short : bytes;
      const datum = (trial: PricedTrial) => ({
        id: trial.trialId,
        name: shortId(trial.configurationId),
        value: [price(trial), trial.score],
      });
      const cheapestFirst = [...front].sort((one, other) => price(one) - price(other));
      return {
        grid: { ...grid, top: 34 },
        legend: legend(colours),
        tooltip: {
          ...tooltip(colours),
          formatter: (at: unknown) => described(at, text),
        },
        xAxis: xAxis(colours, cost === 'MACS' ? 'MACs of one picture (log)' : 'weights as float32 (log)', {
          type: 'log',
          axisLabel: { color: colours.quiet, hideOverlap: true, formatter: (value: number) => text(value) },
        }),
        yAxis: yAxis(colours, 'AP50 (held-out)', { type: 'value', max: 1, min: 0 }),
        series: [
          {
            name: 'other trials',
            type: 'scatter',
            data: others.map(datum),
            itemStyle: { color: colours.rest, opacity: 0.7 },
            symbolSize: 8,
          },
          {
            name: 'front',
            type: 'line',
            data: cheapestFirst.map(datum),
            step: 'end',
            symbol: 'diamond',
            symbolSize: 11,
            itemStyle: { color: colours.accent },
            lineStyle: { color: colours.accent, width: 2 },
          },
        ],
      };
    },
    [cost, front, others],
  );
  const cheapest = front[0];
  return (
    <EChart
      label={`AP50 against ${cost === 'MACS' ? 'MACs' : 'size'}: ${front.length} trials on the front${cheapest ? `, the best of them ${figure(Math.max(...front.map(({ score }) => score)))}` : ''}`}
      height={320}
      option={option}
      onPick={onPick}
    />
  );
}

function described(at: unknown, text: (value: number) => string): string {
  if (typeof at !== 'object' || at === null || !('value' in at) || !('name' in at) || !Array.isArray(at.value))
    return '';
  const [price, score] = at.value as number[];
  return `${at.name}\nAP50 ${figure(score)}\n${text(price ?? 0)}`;
}
