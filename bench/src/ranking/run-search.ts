import type { KernelRuntime } from '@edgelore/kernels';
import {
  type Benchmark,
  type BenchmarkTarget,
  blend,
  fitNetworkScorer,
  fitTreeScorer,
  flatFeatures,
  type Items,
  type NetworkWeights,
  pretrainNetwork,
  randomSearch,
  rankedSearch,
  rankingLoss,
  regularisedEvolution,
  type Search,
  searchRegret,
  trustedStart,
  wholeSpace,
} from '@edgelore/ranking';
import type { LightgbmSearch } from './lightgbm/lightgbm-search.js';
import type { NetworkMethod, SearchMethod } from './methods.js';
import type { SearchUnit } from './units.js';

/** Runs searches over one table; keeps between them what they share. */
export class SearchRunner {
  readonly #flat: Items;
  /** Items with cheap labels as features, by target and form. */
  readonly #enriched = new Map<string, Items>();
  #pretrained: { readonly key: string; readonly weights: NetworkWeights } | undefined;

  constructor(
    private readonly runtime: KernelRuntime,
    private readonly benchmark: Benchmark,
    private readonly peer: LightgbmSearch | undefined,
  ) {
    this.#flat = { ...flatFeatures(benchmark.items), count: benchmark.items.count };
  }

  /** Regret of what the search found. */
  async regret(unit: SearchUnit): Promise<number> {
    const target = this.benchmark.targets.find(({ name }) => name === unit.target)!;
    if (unit.method.kind === 'lightgbm') {
      return this.peer!.regret(this.benchmark.targets.indexOf(target), unit, unit.method);
    }
    return searchRegret(target, this.#search(target, unit, unit.method), unit.seed);
  }

  #search(
    target: BenchmarkTarget,
    { budget, final, rounds, seed }: SearchUnit,
    method: Exclude<SearchMethod, { kind: 'lightgbm' }>,
  ): Search<number> {
    const loops = { budget, final, rounds, seed };
    switch (method.kind) {
      case 'random':
        return randomSearch(wholeSpace(this.#flat, target.allowed), { budget: budget + final, seed });
      case 'evolution':
        return regularisedEvolution(wholeSpace(this.#flat, target.allowed), {
          ...method,
          budget: budget + final,
          seed,
        });
      case 'trees': {
        const loss = rankingLoss(method.loss);
        return rankedSearch(wholeSpace(this.#itemsFor(target, { ...method, flat: true }), target.allowed), {
          ...loops,
          fit: (items, rows, labels, own) =>
            fitTreeScorer(items, [{ items: rows, labels }], { ...method.trees, loss, seed: own }),
        });
      }
      case 'network': {
        const losses = method.losses.map(rankingLoss);
        const items = this.#itemsFor(target, method);
        const start = this.#startFor(target, method, items, seed);
        return rankedSearch(wholeSpace(items, target.allowed), {
          ...loops,
          ...(method.topShare !== undefined && { topShare: method.topShare }),
          fit: (all, rows, labels, own) => {
            const trusted = start && (method.gate ? trustedStart(this.runtime, all, { rows, labels }, start) : start);
            return blend(
              losses.map((loss) =>
                fitNetworkScorer(this.runtime, all, [{ items: rows, labels }], {
                  ...method.network,
                  loss,
                  seed: own,
                  ...(trusted && { start: trusted }),
                }),
              ),
            );
          },
        });
      }
    }
  }

  /** Weights trained on the target's cheap labels; undefined where the method or the target has none. */
  #startFor(target: BenchmarkTarget, method: NetworkMethod, items: Items, seed: number): NetworkWeights | undefined {
    const { heads } = target.weak;
    if (method.pretraining === undefined || heads.length === 0) {
      return undefined;
    }
    const { share, ...options } = method.pretraining;
    const settings = { ...method.network, ...options, seed, head: heads[0]! };
    const key = JSON.stringify([target.name, method.flat, method.weakFeatures, share, settings]);
    if (this.#pretrained?.key !== key) {
      const step = Math.round(1 / share);
      const rows = Int32Array.from(
        Array.from({ length: items.count }, (_, row) => row).filter((row) => row % step === seed % step),
      );
      const ranks = ranksOf(target.weak);
      const labels = Float32Array.from({ length: rows.length * heads.length }, (_, at) => {
        const head = at % heads.length;
        return ranks[rows[(at - head) / heads.length]! * heads.length + head]!;
      });
      const weak = { heads, lists: [{ items: rows, labels }] };
      this.#pretrained = { key, weights: pretrainNetwork(this.runtime, items, weak, settings) };
    }
    return this.#pretrained!.weights;
  }

  #itemsFor(target: BenchmarkTarget, { flat = false, weakFeatures = false }): Items {
    const base = flat ? this.#flat : this.benchmark.items;
    if (!weakFeatures || target.weak.heads.length === 0) {
      return base;
    }
    const key = `${target.name}/${flat}`;
    const items = this.#enriched.get(key) ?? withFeatures(base, ranksOf(target.weak), target.weak.heads.length);
    this.#enriched.set(key, items);
    return items;
  }
}

/** Each cheap label by its rank among the items, -1 to 1; NaN where it is missing. */
function ranksOf({ heads, labels }: BenchmarkTarget['weak']): Float32Array {
  const width = heads.length;
  const ranks = new Float32Array(labels.length).fill(Number.NaN);
  for (let head = 0; head < width; head += 1) {
    const order = Array.from({ length: labels.length / width }, (_, row) => row * width + head)
      .filter((at) => !Number.isNaN(labels[at]))
      .sort((a, b) => labels[a]! - labels[b]!);
    order.forEach((at, rank) => {
      ranks[at] = order.length > 1 ? (2 * rank) / (order.length - 1) - 1 : 0;
    });
  }
  return ranks;
}

function withFeatures(items: Items, columns: Float32Array, more: number): Items {
  const width = items.width + more;
  const features = new Float32Array(items.count * width);
  for (let row = 0; row < items.count; row += 1) {
    features.set(items.features.subarray(row * items.width, (row + 1) * items.width), row * width);
    for (let at = 0; at < more; at += 1) {
      // What is missing is taken to be middling.
      features[row * width + items.width + at] = columns[row * more + at]! || 0;
    }
  }
  return { ...items, features, width };
}
