import type { KernelRuntime } from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import { RankingError } from '../ranking.error.js';
import { EncodedItems, scaled } from '../scorers/network/encoded-items.js';
import {
  NETWORK_DEFAULTS,
  type NetworkOptions,
  type NetworkWeights,
  untrained,
} from '../scorers/network/network-scorer.js';
import { RankingNetwork } from '../scorers/network/ranking-network.js';
import { type Lesson, roomFor, trainNetwork } from '../scorers/network/train-network.js';
import type { Items } from '../scorers/scorer.js';

/** Cheap labels of items: FLOPs, parameters, zero-cost proxies, accuracy after few epochs or with shared weights. */
export interface WeakLabels {
  /** Names of the labels; each gets an output of its own. */
  readonly heads: readonly string[];
  readonly lists: readonly WeakList[];
}

export interface WeakList {
  /** Description of the task, where labels depend on one. */
  readonly task?: Float32Array;
  /** Rows of the items that have labels, [n]. */
  readonly items: Int32Array;
  /** [n × heads] by rows; NaN where a label is missing. */
  readonly labels: Float32Array;
}

export interface PretrainOptions extends NetworkOptions {
  readonly seed: number | string;
  /** The label whose output fine-tuning goes on with. */
  readonly head: string;
}

const PRETRAIN_DEFAULTS = { ...NETWORK_DEFAULTS, epochs: 30, rate: 0.003, batch: 100, weightDecay: 0 };

/**
 * Multi-head pre-training (AceNAS): one network learns all weak labels at once, z-scored within each list, by squared error. The embedding and the
 * output of the named head are kept; `fitNetworkScorer` goes on from there.
 * @throws RankingError `INVALID_EXPERIENCE` for an unknown head, a list of the wrong size, or a head without two different labels anywhere.
 *
 * @example
 * ```ts
 * import { KernelRuntime } from '@edgelore/kernels';
 *
 * const runtime = await KernelRuntime.start({ threads: 1 });
 * const features = Float32Array.from({ length: 64 }, (_, at) => at / 64);
 * const items = { count: 64, features, width: 1 };
 * const weak = { heads: ['flops'], lists: [{ items: Int32Array.from(features.keys()), labels: features }] };
 * const start = pretrainNetwork(runtime, items, weak, { seed: 1, head: 'flops', batch: 16 });
 * const lists = [{ items: Int32Array.of(0, 60), labels: Float64Array.of(0.1, 0.9) }];
 * const scorer = fitNetworkScorer(runtime, items, lists, { loss: rankNet(), seed: 1, epochs: 5, start });
 * const scores = scorer.score(items);
 * scores[40]! > scores[10]!; // => true
 * ```
 */
export function pretrainNetwork(
  runtime: KernelRuntime,
  items: Items,
  weak: WeakLabels,
  options: PretrainOptions,
): NetworkWeights {
  const settings = { ...PRETRAIN_DEFAULTS, ...options };
  const kept = weak.heads.indexOf(settings.head);
  if (kept < 0) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `There is no weak label ${settings.head}; name one of ${weak.heads.join(', ')}.`,
    );
  }
  const heads = weak.heads.length;
  const base = untrained(items, weak.lists, settings, heads);
  const encoded = new EncodedItems(items, base.features);
  const lessons = weak.lists.map((list, at) => lessonOf(list, at, weak.heads, base));
  const network = new RankingNetwork(runtime, base.shape, roomFor(lessons, settings.batch));
  try {
    const members = Array.from({ length: settings.members }, (_, member) => {
      const random = seededRandom(`${settings.seed}`).fork(`weak ${member}`);
      network.initialise(random);
      trainNetwork(network, encoded, lessons, settings, random);
      return withOneHead(network, kept);
    });
    return { ...base, shape: { ...base.shape, outputs: 1 }, members };
  } finally {
    network.dispose();
  }
}

function lessonOf(list: WeakList, at: number, names: readonly string[], base: NetworkWeights): Lesson {
  const heads = names.length;
  const { items, task, labels } = list;
  if (labels.length !== items.length * heads) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `Weak list ${at} has ${labels.length} labels for ${items.length} items and ${heads} heads; pass one for each (NaN where missing).`,
    );
  }
  const standard = standardised(labels, heads);
  return {
    items,
    ...(task && { task: scaled(task, base.task) }),
    slopes(chosen, outputs, slopes) {
      chosen.forEach((item, row) => {
        for (let head = 0; head < heads; head += 1) {
          const wanted = standard[item * heads + head]!;
          slopes[row * heads + head] = Number.isNaN(wanted)
            ? 0
            : (outputs[row * heads + head]! - wanted) / chosen.length;
        }
      });
    },
  };
}

/** Each column less its mean over its deviation; missing stays NaN, and a column without spread says nothing. */
function standardised(labels: Float32Array, heads: number): Float32Array {
  const standard = new Float32Array(labels.length);
  for (let head = 0; head < heads; head += 1) {
    const column = Array.from({ length: labels.length / heads }, (_, row) => labels[row * heads + head]!);
    const there = column.filter((value) => !Number.isNaN(value));
    const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
    const deviation = Math.sqrt(there.reduce((sum, value) => sum + (value - mean) ** 2, 0) / there.length);
    column.forEach((value, row) => {
      standard[row * heads + head] = deviation > 0 ? (value - mean) / deviation : Number.NaN;
    });
  }
  return standard;
}

/** The parameters with all outputs but one taken off. */
function withOneHead(network: RankingNetwork, kept: number): Float32Array {
  const { parameters, places, shape } = network;
  const single = new Float32Array(places.output + shape.hidden + 1);
  single.set(parameters.subarray(0, places.output));
  for (let row = 0; row < shape.hidden; row += 1) {
    single[places.output + row] = parameters[places.output + row * shape.outputs + kept]!;
  }
  single[single.length - 1] = parameters[places.outputOffset + kept]!;
  return single;
}
