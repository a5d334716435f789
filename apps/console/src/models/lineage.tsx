import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { grid, legend, tooltip, xAxis, yAxis } from '../charts/axes.js';
import type { Colours } from '../charts/colours.js';
import { type ChartOption, EChart } from '../charts/echart.js';
import { figure } from '../format/numbers.js';
import { words } from '../format/words.js';
import type { LineageQuery, ModelState } from '../graphql/generated/graphql.js';

type Version = LineageQuery['modelVersions']['nodes'][number];

const shapes: Readonly<Record<ModelState, string>> = {
  CURRENT: 'diamond',
  RETIRED: 'circle',
  CANDIDATE: 'emptyCircle',
  REJECTED: 'triangle',
};

/** Which version was made from which, and how well each ranks. */
export function Lineage({ versions: all }: { versions: readonly Version[] }) {
  // The shipped version was not judged here: it has no figures, and no place in the drawing.
  const versions = useMemo(() => all.filter(({ quality }) => quality?.ndcg10 != null), [all]);
  const navigate = useNavigate();
  const option = useCallback(
    (colours: Colours): ChartOption => {
      const colour: Readonly<Record<ModelState, string>> = {
        CURRENT: colours.accent,
        RETIRED: colours.rest,
        CANDIDATE: colours.series[2] ?? colours.accent,
        REJECTED: colours.series[1] ?? colours.accent,
      };
      const scores = versions.flatMap(({ quality }) => quality?.ndcg10 ?? []);
      const floor = Math.min(...scores, 1);
      const ground = Math.max(0, Math.floor((floor - 0.02) * 20) / 20);
      const height = (version: Version) => version.quality?.ndcg10 ?? 0;
      const byState = (['CURRENT', 'RETIRED', 'REJECTED', 'CANDIDATE'] as const).filter((state) =>
        versions.some((version) => version.state === state),
      );
      return {
        grid: { ...grid, top: 34 },
        legend: { ...legend(colours), data: byState.map((state) => words(state)) },
        tooltip: { ...tooltip(colours), formatter: described },
        xAxis: xAxis(colours, 'model version', {
          type: 'value',
          minInterval: 1,
          min: 'dataMin',
          max: 'dataMax',
          boundaryGap: [0, 0],
        }),
        yAxis: yAxis(colours, 'NDCG@10, out of fold', {
          type: 'value',
          min: ground,
          max: 1,
          interval: ground < 0.7 ? 0.1 : 0.05,
          axisLabel: { color: colours.quiet, formatter: (value: number) => figure(value, 2) },
        }),
        series: [
          ...versions.flatMap((version) => {
            const parent = versions.find(({ number }) => number === version.parent);
            if (parent === undefined) return [];
            return {
              type: 'line' as const,
              silent: true,
              symbol: 'none',
              data: [
                [parent.number, height(parent)],
                [version.number, height(version)],
              ],
              lineStyle: {
                color: colours.rest,
                width: 1.5,
                type: version.state === 'REJECTED' ? ('dashed' as const) : ('solid' as const),
              },
            };
          }),
          ...byState.map((state) => ({
            type: 'scatter' as const,
            z: 3,
            name: words(state),
            symbol: shapes[state],
            symbolSize: state === 'CURRENT' ? 17 : 12,
            itemStyle: { color: colour[state], opacity: 1 },
            data: versions
              .filter((version) => version.state === state)
              .map((version) => ({
                id: String(version.number),
                name: `version ${version.number}`,
                value: [version.number, height(version)],
              })),
          })),
        ],
      };
    },
    [versions],
  );
  if (versions.length === 0) return <p className="text-quiet">No version was judged here yet.</p>;
  return (
    <EChart
      label={`Lineage of ${versions.length} model versions, with the NDCG@10 of each`}
      height={260}
      option={option}
      onPick={(number) => navigate({ to: '/models/$number', params: { number } })}
    />
  );
}

function described(at: unknown): string {
  if (typeof at !== 'object' || at === null || !('value' in at) || !('name' in at) || !Array.isArray(at.value))
    return '';
  return `${at.name}\nNDCG@10 ${figure(Number(at.value[1]))}`;
}
