import { useMemo } from 'react';
import { LineChart } from '../charts/line-chart.js';

interface Curve {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly score: number }[];
}

/** Held-out average precision while training, over optimiser steps. */
export function LearningCurves({ curves }: { curves: readonly Curve[] }) {
  const { x, lines } = useMemo(() => onOneAxis(curves.filter(({ points }) => points.length > 0)), [curves]);
  if (lines.length === 0) return <p className="text-quiet">Their owners told no learning curve.</p>;
  return (
    <LineChart
      label={`Learning curves of ${lines.map(({ name }) => name).join(', ')}`}
      height={260}
      x={x}
      xName="optimiser steps"
      yName="AP50 (held-out)"
      yRange={whole}
      lines={lines}
    />
  );
}

const whole = [0, 1] as const;

function onOneAxis(curves: readonly Curve[]) {
  const x = [...new Set(curves.flatMap(({ points }) => points.map(({ step }) => step)))].sort(
    (one, other) => one - other,
  );
  const lines = curves.map(({ name, points }) => {
    const scores = new Map(points.map(({ step, score }) => [step, score]));
    return { name, values: x.map((step) => scores.get(step) ?? null) };
  });
  return { x, lines };
}
