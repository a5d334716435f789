import { useMemo } from 'react';
import { LineChart } from '../charts/line-chart.js';

interface Day {
  readonly day: string;
  readonly trials: number;
}

export function TrialsByDay({ days }: { days: readonly Day[] }) {
  const { x, lines } = useMemo(
    () => ({
      x: days.map(({ day }) => Date.parse(day) / 1000),
      lines: [{ name: 'trials', values: days.map(({ trials }) => trials), look: 'bars' as const }],
    }),
    [days],
  );
  return (
    <LineChart
      time
      label={`Trials of the last ${days.length} days`}
      height={180}
      x={x}
      xName="day"
      yName="trials"
      lines={lines}
      digits={0}
    />
  );
}
