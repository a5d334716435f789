import type { KernelRuntime } from '@edgelore/kernels';
import {
  type Benchmark,
  type BenchmarkTasks,
  fitNetworkScorer,
  fitTreeScorer,
  greedyPortfolio,
  rankingLoss,
  TRIED,
  taskFolds,
  taskRegrets,
} from '@edgelore/ranking';
import type { TaskMethod } from './methods.js';
import type { FoldUnit } from './units.js';

export const FOLDS = 5;

type Predict = (task: number) => ArrayLike<number>;

/** Regret of the best of 1, 3, 5 and 10, added up over the tasks of the fold. */
export function foldRegrets(runtime: KernelRuntime, benchmark: Benchmark, { fold, method }: FoldUnit): number[] {
  const tasks = benchmark.tasks!;
  const held = taskFolds(tasks.order, FOLDS)[fold]!;
  const past = tasks.order.filter((task) => !held.includes(task));
  const predict = learn(runtime, benchmark, tasks, past, method, fold);
  const regrets = held.map((task) => taskRegrets(predict(task), tasks.scores[task]!));
  return regrets[0]!.map((_, at) => regrets.reduce((sum, one) => sum + one[at]!, 0));
}

function learn(
  runtime: KernelRuntime,
  benchmark: Benchmark,
  tasks: BenchmarkTasks,
  past: readonly number[],
  method: TaskMethod,
  seed: number,
): Predict {
  const { items } = benchmark;
  const { descriptions, scores } = tasks;
  switch (method.kind) {
    case 'random':
      // All alike: the regret of ties is the expected one.
      return () => new Float64Array(items.count);
    case 'average': {
      const mean = meanScores(past, scores);
      return () => mean;
    }
    case 'nearest':
      return (task) => meanScores(nearest(task, past, descriptions, method.tasks), scores);
    case 'portfolio': {
      const members = Array.from({ length: method.members }, (_, member) =>
        learn(runtime, benchmark, tasks, past, method.of, seed + 1000 * member),
      );
      return (task) => portfolioFirst(members.map((member) => member(task)));
    }
    default: {
      const all = Int32Array.from({ length: items.count }, (_, row) => row);
      const lists = past.map((task) => ({ task: descriptions[task]!, items: all, labels: scores[task]! }));
      const fit = { loss: rankingLoss(method.loss), seed };
      const scorer =
        method.kind === 'trees'
          ? fitTreeScorer(items, lists, { ...method.trees, ...fit })
          : fitNetworkScorer(runtime, items, lists, { ...method.network, ...fit });
      return (task) => scorer.score(items, descriptions[task]!);
    }
  }
}

/** Mean scores, but what a portfolio of the longest list judged would hold comes first, in its order. */
function portfolioFirst(scores: readonly ArrayLike<number>[]): Float64Array {
  const mean = Float64Array.from(scores[0]!, (_, item) => scores.reduce((sum, one) => sum + one[item]!, 0));
  const top = mean.reduce((most, score) => Math.max(most, score));
  const chosen = greedyPortfolio(
    scores,
    scores.map(() => 1),
    Math.max(...TRIED),
  );
  chosen.forEach((item, place) => {
    mean[item] = top + chosen.length - place;
  });
  return mean;
}

function nearest(
  task: number,
  past: readonly number[],
  descriptions: readonly Float32Array[],
  count: number,
): readonly number[] {
  const own = descriptions[task]!;
  const distance = (other: number) => descriptions[other]!.reduce((sum, value, at) => sum + (value - own[at]!) ** 2, 0);
  const distances = new Map(past.map((other) => [other, distance(other)]));
  return [...past].sort((a, b) => distances.get(a)! - distances.get(b)! || a - b).slice(0, count);
}

function meanScores(tasks: readonly number[], scores: readonly Float64Array[]): Float64Array {
  return scores[0]!.map((_, item) => tasks.reduce((sum, task) => sum + scores[task]![item]!, 0) / tasks.length);
}
