import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { grid, legend, tooltip, xAxis, yAxis } from '../charts/axes.js';
import type { Colours } from '../charts/colours.js';
import { type ChartOption, EChart } from '../charts/echart.js';
import { figure, share } from '../format/numbers.js';
import { plural } from '../format/words.js';
import { type PointKind, TaskMapDocument, type TaskMapQuery } from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { TaskLink } from '../ui/link.js';
import { Failed } from '../ui/states.js';

type TaskMapShown = Exclude<TaskMapQuery['taskMap'], { __typename: 'Failure' }>;
type Neighbour = TaskMapShown['neighbours'][number];

const kinds: Readonly<Record<PointKind, string>> = { OWN: 'own', OPEN: 'open', OTHER: 'another owner’s' };

const columns: readonly Column<Neighbour>[] = [
  {
    id: 'name',
    header: 'Task',
    cell: ({ taskId, name }) => (taskId && name ? <TaskLink id={taskId} name={name} /> : 'another owner’s'),
  },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => kinds[kind] },
  {
    id: 'distance',
    header: 'Distance',
    number: true,
    hint: 'Between the means of the descriptions',
    cell: ({ distance }) => figure(distance),
  },
  { id: 'trials', header: 'Trials', number: true, cell: ({ trialCount }) => trialCount ?? '–' },
  { id: 'best', header: 'Best AP50', number: true, cell: ({ bestScore }) => figure(bestScore) },
];

/** Where a task lies among the others: what is near was described alike. */
export function TaskMap({ taskId }: { taskId: string }) {
  const variables = useMemo(() => ({ taskId }), [taskId]);
  return (
    <Await of={useScreen(TaskMapDocument, variables, { live: ['trials'] })} lines={6}>
      {({ taskMap }) =>
        isRefusal(taskMap) ? (
          <Failed fault={taskMap} />
        ) : (
          <>
            <Card
              title="Among the other tasks"
              note={`${plural(taskMap.points.length, 'task')}, placed by their descriptions: what is near was described alike. The two directions show ${share(sum(taskMap.explained))} of the variance.`}
            >
              <Points map={taskMap} taskId={taskId} />
            </Card>
            <Card title="Nearest tasks" flush>
              <DataTable
                label="Nearest tasks"
                columns={columns}
                rows={taskMap.neighbours}
                rowId={({ distance, taskId: id }) => id ?? String(distance)}
              />
            </Card>
          </>
        )
      }
    </Await>
  );
}

function Points({ map, taskId }: { map: TaskMapShown; taskId: string }) {
  const navigate = useNavigate();
  const option = useCallback(
    (colours: Colours): ChartOption => {
      const looks: readonly { kind: PointKind; colour: string; symbol: string }[] = [
        { kind: 'OWN', colour: colours.series[2] ?? colours.accent, symbol: 'circle' },
        { kind: 'OPEN', colour: colours.series[1] ?? colours.accent, symbol: 'rect' },
        { kind: 'OTHER', colour: colours.rest, symbol: 'triangle' },
      ];
      const named = map.points.length <= 40;
      const datum = (point: TaskMapShown['points'][number]) => ({
        ...(point.taskId === null ? {} : { id: point.taskId }),
        name: point.name ?? 'another owner’s task',
        value: [point.x, point.y, point.bestScore ?? -1, point.trialCount ?? -1],
      });
      const label = {
        show: named,
        position: 'right' as const,
        color: colours.quiet,
        formatter: ({ name }: { name: string }) => (name.length > 22 ? `${name.slice(0, 21)}…` : name),
      };
      const here = map.points.filter((point) => point.taskId === taskId);
      return {
        grid: { ...grid, top: 34, right: 110 },
        legend: legend(colours),
        tooltip: { ...tooltip(colours), formatter: described },
        xAxis: xAxis(colours, `first direction (${share(map.explained[0])} of the variance)`, {
          type: 'value',
          scale: true,
          axisLabel: { color: colours.quiet, formatter: (value: number) => value.toFixed(2) },
        }),
        yAxis: yAxis(colours, `second direction (${share(map.explained[1])})`, {
          type: 'value',
          scale: true,
          axisLabel: { color: colours.quiet, formatter: (value: number) => value.toFixed(2) },
        }),
        series: [
          {
            name: 'this task',
            type: 'scatter' as const,
            symbol: 'diamond',
            symbolSize: 20,
            itemStyle: { color: colours.accent },
            label: { ...label, color: colours.ink, fontWeight: 'bold' as const },
            labelLayout: { hideOverlap: true },
            data: here.map(datum),
            z: 5,
          },
          ...looks.map(({ kind, colour, symbol }) => ({
            name: kinds[kind],
            type: 'scatter' as const,
            symbol,
            symbolSize: 11,
            itemStyle: { color: colour, opacity: 0.85 },
            label,
            labelLayout: { hideOverlap: true },
            data: map.points.filter((point) => point.kind === kind && point.taskId !== taskId).map(datum),
          })),
        ].filter(({ data }) => data.length > 0),
      };
    },
    [map, taskId],
  );
  return (
    <EChart
      label={`Map of ${map.points.length} tasks by their descriptions`}
      height={400}
      option={option}
      onPick={(id) => navigate({ to: '/tasks/$taskId', params: { taskId: id } })}
    />
  );
}

function described(at: unknown): string {
  if (typeof at !== 'object' || at === null || !('value' in at) || !('name' in at) || !Array.isArray(at.value))
    return '';
  const [, , best = -1, trials = -1] = at.value as number[];
  return `${at.name}\n${trials < 0 ? 'nothing else is known' : `${plural(trials, 'trial')}, best AP50 ${best < 0 ? '–' : figure(best)}`}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
