import { pedAnova, quantileOfSorted } from '@edgelore/ranking';
import { type Dimension, faceDetectorSpace } from '@edgelore/search-space';
import type { Importance, ParallelCoordinates, Slice, SliceValue } from './chart.types.js';
import type { ChartTrial } from './chart-trials.js';
import { evenly } from './evenly.js';

const { dimensions } = faceDetectorSpace;

/** One line a trial through its values, by falling score; of many the best half and the others at even distances. */
export function parallelCoordinates(trials: readonly ChartTrial[], most: number): ParallelCoordinates {
  const byScore = [...trials].sort((a, b) => b.score - a.score);
  const best = byScore.slice(0, Math.ceil(most / 2));
  const rows = [...best, ...evenly(byScore.slice(best.length), most - best.length)];
  return {
    dimensions: dimensions.map(({ name, kind, type, values }) => ({ name, kind, type, values })),
    rows: rows.map(({ trialId, score, macs, bytes, values }) => ({
      trialId,
      score,
      macs,
      bytes,
      positions: dimensions.map((dimension) => dimension.values.indexOf(values[dimension.name]!)),
    })),
  };
}

export function slices(trials: readonly ChartTrial[]): Slice[] {
  return dimensions.map((dimension) => ({
    dimension: dimension.name,
    kind: dimension.kind,
    values: dimension.values.flatMap((value) => sliceOf(trials, dimension, value) ?? []),
  }));
}

/** The most important first; null for too few trials. */
export function importance(trials: readonly ChartTrial[]): Importance | null {
  const names = dimensions.map(({ name }) => name);
  const rows = trials.map(({ values }) => names.map((name) => values[name]!));
  const scores = trials.map(({ score }) => score);
  const items = pedAnova(names, rows, scores);
  return items && { trials: trials.length, items: items.sort((a, b) => b.share - a.share) };
}

function sliceOf(trials: readonly ChartTrial[], { name }: Dimension, value: SliceValue['value']): SliceValue | null {
  const scores = Float64Array.from(trials.flatMap((trial) => (trial.values[name] === value ? trial.score : []))).sort();
  if (scores.length === 0) return null;
  return {
    value,
    trials: scores.length,
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    least: scores[0]!,
    lowerQuartile: quantileOfSorted(scores, 0.25),
    median: quantileOfSorted(scores, 0.5),
    upperQuartile: quantileOfSorted(scores, 0.75),
    best: scores.at(-1)!,
  };
}
