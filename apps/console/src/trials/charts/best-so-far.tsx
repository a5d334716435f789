import { useMemo } from 'react';
import { LineChart } from '../../charts/line-chart.js';
import { figure } from '../../format/numbers.js';

interface Point {
  readonly index: number;
  readonly score: number;
}

const whole = [0, 1] as const;

/** Every trial in the order of reports, and the best up to each. */
export function BestSoFar({ points, steps }: { points: readonly Point[]; steps: readonly Point[] }) {
  const { x, lines } = useMemo(() => {
    const indices = [...new Set([...points, ...steps].map(({ index }) => index))].sort((one, other) => one - other);
    const score = new Map(points.map((point) => [point.index, point.score]));
    const improved = new Map(steps.map((step) => [step.index, step.score]));
    let best: number | null = null;
    const line = indices.map((index) => {
      best = improved.get(index) ?? best;
      return best;
    });
    return {
      x: indices,
      lines: [
        { name: 'trial', values: indices.map((index) => score.get(index) ?? null), look: 'dots' as const },
        { name: 'best so far', values: line, look: 'steps' as const },
      ],
    };
  }, [points, steps]);
  return (
    <LineChart
      label={`Best AP50 so far: ${figure(steps.at(-1)?.score)}`}
      height={280}
      x={x}
      xName="trial, in the order of reports"
      yName="AP50 (held-out)"
      yRange={whole}
      lines={lines}
    />
  );
}
