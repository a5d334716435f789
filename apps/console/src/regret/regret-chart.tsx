import { useCallback } from 'react';
import { grid, legend, tooltip, xAxis, yAxis } from '../charts/axes.js';
import type { Colours } from '../charts/colours.js';
import { type ChartOption, EChart } from '../charts/echart.js';
import { figure } from '../format/numbers.js';
import type { RegretByVersionQuery } from '../graphql/generated/graphql.js';

export type VersionRegret = RegretByVersionQuery['regretByVersion'][number];

interface RegretChartProps {
  readonly versions: readonly VersionRegret[];
  readonly by: 'version' | 'tasks';
}

/** How far recommendations fell short of the best known, by who made them. */
export function RegretChart({ versions, by }: RegretChartProps) {
  const option = useCallback(
    (colours: Colours): ChartOption => {
      const sorted = [...versions].sort((one, other) =>
        by === 'version' ? one.modelVersion - other.modelVersion : one.taskCount - other.taskCount,
      );
      const place = (version: VersionRegret) => (by === 'version' ? version.modelVersion : version.taskCount);
      const [first = colours.accent, second = colours.accent, third = colours.accent] = colours.series;
      const line = (name: string, colour: string, symbol: string, of: (version: VersionRegret) => number | null) => ({
        name,
        type: 'line' as const,
        symbol,
        symbolSize: 9,
        itemStyle: { color: colour },
        lineStyle: { color: colour, width: 2 },
        connectNulls: true,
        data: sorted.map((version) => ({
          name: `version ${version.modelVersion}`,
          value: [place(version), of(version)],
        })),
      });
      return {
        grid: { ...grid, top: 34 },
        legend: legend(colours),
        tooltip: { ...tooltip(colours), trigger: 'item', formatter: described },
        xAxis: xAxis(colours, by === 'version' ? 'model version' : 'past tasks that the version had learned from', {
          type: 'value',
          minInterval: 1,
          min: 'dataMin',
          max: 'dataMax',
        }),
        yAxis: yAxis(colours, 'regret (AP50 short of the best known)', {
          type: 'value',
          min: 0,
          axisLabel: { color: colours.quiet, formatter: (value: number) => figure(value, 2) },
        }),
        series: [
          line('first choice', first, 'circle', ({ firstRegret }) => firstRegret),
          line('best that was tried', second, 'rect', ({ bestRegret }) => bestRegret),
          line('what was expected', third, 'triangle', ({ expectedRegret }) => expectedRegret),
        ],
      };
    },
    [versions, by],
  );
  return <EChart label={`Realised regret of ${versions.length} model versions`} height={320} option={option} />;
}

function described(at: unknown): string {
  if (
    typeof at !== 'object' ||
    at === null ||
    !('value' in at) ||
    !('name' in at) ||
    !('seriesName' in at) ||
    !Array.isArray(at.value)
  )
    return '';
  return `${at.name}\n${at.seriesName}: ${figure(Number(at.value[1]))}`;
}
