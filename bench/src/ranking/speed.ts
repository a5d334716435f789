import { availableParallelism } from 'node:os';
import { KernelRuntime } from '@edgelore/kernels';
import { fitNetworkScorer, type Items, type LabelledList, rankingLoss } from '@edgelore/ranking';
import { type Random, seededRandom } from '@edgelore/tensor';
import { TASK_NETWORK } from './methods.js';

export interface SpeedFigures {
  /** Items that were never scored before: encoding them counts. */
  readonly score_216_ms: number;
  readonly score_10000_ms: number;
  /** The same items for another task. */
  readonly score_216_again_ms: number;
  readonly score_10000_again_ms: number;
  readonly train_200x216_s: number;
}

const TASKS = 200;
const CONFIGURATIONS = 216;
const DESCRIPTION = 32;

/** The graph ranker on made-up cells and tasks of the sizes that the platform has: training, then scoring for one task. */
export async function speed(report: (line: string) => void): Promise<SpeedFigures> {
  const random = seededRandom('speed');
  const items = madeUpCells(CONFIGURATIONS, random);
  const all = Int32Array.from({ length: CONFIGURATIONS }, (_, row) => row);
  const numbers = (count: number) => Array.from({ length: count }, () => random.normal());
  const lists = Array.from({ length: TASKS }, (): LabelledList => {
    return {
      task: Float32Array.from(numbers(DESCRIPTION)),
      items: all,
      labels: Float64Array.from(numbers(all.length)),
    };
  });
  const { loss, network } = TASK_NETWORK;
  const runtime = await KernelRuntime.start({ threads: availableParallelism() });
  try {
    const since = performance.now();
    const scorer = fitNetworkScorer(runtime, items, lists, { ...network, loss: rankingLoss(loss), seed: 0 });
    const train = (performance.now() - since) / 1000;
    const { task } = lists[0]!;
    const many = madeUpCells(10_000, random);
    const figures = {
      score_216_ms: median(30, () => scorer.score(unseen(items), task)),
      score_10000_ms: median(10, () => scorer.score(unseen(many), task)),
      score_216_again_ms: median(30, () => scorer.score(items, task)),
      score_10000_again_ms: median(10, () => scorer.score(many, task)),
      train_200x216_s: train,
    };
    report(
      `\nspeed: ${Object.entries(figures)
        .map(([name, value]) => `${name} ${value.toFixed(2)}`)
        .join(', ')}`,
    );
    return figures;
  } finally {
    runtime.dispose();
  }
}

const NODES = 8;
const OPERATIONS = 7;

/** Cells of eight nodes, any earlier node joined to any later one by the toss of a coin. */
function madeUpCells(count: number, random: Random): Items {
  const nodeOperations = Int8Array.from({ length: count * NODES }, () => random.integer(OPERATIONS));
  const edges = Uint8Array.from({ length: count * NODES * NODES }, (_, at) => {
    const [from, to] = [Math.floor(at / NODES) % NODES, at % NODES];
    return from < to ? random.integer(2) : 0;
  });
  const graphs = { cells: 1, nodes: NODES, operations: OPERATIONS, nodeOperations, edges };
  return { count, features: new Float32Array(0), width: 0, graphs };
}

/** The same items as other objects: what a scorer keeps of items it has met does not help. */
function unseen({ graphs, ...items }: Items): Items {
  return { ...items, graphs: { ...graphs! } };
}

/** Milliseconds that a call takes, half of the time. */
function median(times: number, call: () => void): number {
  const taken = Array.from({ length: times }, () => {
    const since = performance.now();
    call();
    return performance.now() - since;
  });
  return taken.sort((a, b) => a - b)[times >> 1]!;
}
