import type { Random } from '@edgelore/tensor';
import { flatFeatures } from '../scorers/flat-features.js';
import type { Items, Scorer } from '../scorers/scorer.js';

/** What a search may try. */
export interface Candidates<Candidate> {
  /** Candidates that are not among `seen`, at random; fewer where there are no more. */
  explore(count: number, seen: ReadonlySet<string>, random: Random): Candidate[];
  /** The best-scored that are not among `seen`, best first; fewer where there are no more. */
  best(scorer: Pick<Scorer, 'score'>, count: number, seen: ReadonlySet<string>, random: Random): Candidate[];
  /** A candidate a small step away that is not among `seen`; undefined where there is none. */
  neighbour(candidate: Candidate, seen: ReadonlySet<string>, random: Random): Candidate | undefined;
  /** Candidates as a scorer reads them: rows of items. */
  encode(candidates: readonly Candidate[]): { readonly items: Items; readonly rows: Int32Array };
  key(candidate: Candidate): string;
}

/**
 * A space small enough to score whole: candidates are the rows of `items`.
 * @param allowed limits on cost: 1 for rows that may be tried, [count]; default all
 *
 * @example
 * ```ts
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const candidates = wholeSpace({ count: 3, features: Float32Array.of(0, 1, 2), width: 1 }, Uint8Array.of(1, 1, 0));
 * const byFeature = { score: (items: { features: Float32Array }) => Float64Array.from(items.features) };
 * candidates.best(byFeature, 2, new Set(), seededRandom(1)); // => [1, 0]
 * ```
 */
export function wholeSpace(items: Items, allowed?: ArrayLike<number>): Candidates<number> {
  const rows = Array.from({ length: items.count }, (_, row) => row).filter((row) => !allowed || allowed[row] === 1);
  let flat: ReturnType<typeof flatFeatures> | undefined;
  const unseen = (seen: ReadonlySet<string>) => rows.filter((row) => !seen.has(String(row)));
  return {
    key: String,
    encode: (candidates) => ({ items, rows: Int32Array.from(candidates) }),
    explore: (count, seen, random) => draw(unseen(seen), count, random),
    best(scorer, count, seen) {
      const scores = scorer.score(items);
      return unseen(seen)
        .sort((a, b) => scores[b]! - scores[a]! || a - b)
        .slice(0, count);
    },
    neighbour(candidate, seen, random) {
      flat ??= flatFeatures(items);
      const { features, width } = flat;
      let nearest: number[] = [];
      let least = Number.POSITIVE_INFINITY;
      for (const row of unseen(seen)) {
        if (row === candidate) {
          continue;
        }
        let distance = 0;
        for (let at = 0; at < width && distance <= least; at += 1) {
          distance += Math.abs(features[row * width + at]! - features[candidate * width + at]!);
        }
        if (distance < least) {
          least = distance;
          nearest = [];
        }
        if (distance === least) {
          nearest.push(row);
        }
      }
      return nearest.length > 0 ? nearest[random.integer(nearest.length)] : undefined;
    },
  };
}

/** A space too large to list: how to draw, change and encode a candidate. */
export interface OpenSpace<Candidate> {
  sample(random: Random): Candidate;
  /** A small change. */
  mutate(candidate: Candidate, random: Random): Candidate;
  encode(candidates: readonly Candidate[]): Items;
  /** Equal for equal candidates. */
  key(candidate: Candidate): string;
  /** Limits on cost: MACs, bytes, latency. Default: all are allowed. */
  allowed?(candidate: Candidate): boolean;
}

/** Candidates that evolution under a scorer keeps, generation by generation, and its generations. */
const POPULATION = 256;
const GENERATIONS = 12;
/** Draws after which a limit counts as too tight. */
const PATIENCE = 200;

/**
 * A space too large to score whole: the best-scored are found by evolution under the scorer, which costs no training: the better half of a population
 * stays, mutations of it and some fresh draws take the other half's place.
 *
 * @example
 * ```ts
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const numbers = evolvedSpace<number>({
 *   sample: (random) => random.integer(1000),
 *   mutate: (value, random) => Math.min(999, value + random.integer(20)),
 *   encode: (values) => ({ count: values.length, features: Float32Array.from(values), width: 1 }),
 *   key: String,
 * });
 * const byFeature = { score: (items: { features: Float32Array }) => Float64Array.from(items.features) };
 * numbers.best(byFeature, 1, new Set(), seededRandom(1)); // => [999]
 * ```
 */
export function evolvedSpace<Candidate>(space: OpenSpace<Candidate>): Candidates<Candidate> {
  const { sample, mutate, encode, key, allowed = () => true } = space;
  /** Adds what `make` gives until `size` different ones are there or it gives nothing new for long. */
  const fill = (into: Map<string, Candidate>, size: number, without: ReadonlySet<string>, make: () => Candidate) => {
    for (let misses = 0; into.size < size && misses < PATIENCE; ) {
      const candidate = make();
      const name = key(candidate);
      if (without.has(name) || into.has(name) || !allowed(candidate)) {
        misses += 1;
      } else {
        into.set(name, candidate);
        misses = 0;
      }
    }
  };
  const nothing = new Set<string>();
  return {
    key,
    encode: (candidates) => ({ items: encode(candidates), rows: Int32Array.from(candidates.keys()) }),
    explore(count, seen, random) {
      const found = new Map<string, Candidate>();
      fill(found, count, seen, () => sample(random));
      return [...found.values()];
    },
    best(scorer, count, seen, random) {
      const size = Math.max(POPULATION, 4 * count);
      const population = new Map<string, Candidate>();
      fill(population, size, nothing, () => sample(random));
      let ranked: Candidate[] = [];
      for (let generation = 0; generation <= GENERATIONS && population.size > 0; generation += 1) {
        const all = [...population.values()];
        const scores = scorer.score(encode(all));
        ranked = [...all.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).map((at) => all[at]!);
        if (generation === GENERATIONS) {
          break;
        }
        const parents = ranked.slice(0, Math.ceil(size / 2));
        population.clear();
        for (const parent of parents) {
          population.set(key(parent), parent);
        }
        fill(population, size - Math.ceil(size / 8), nothing, () =>
          mutate(parents[random.integer(parents.length)]!, random),
        );
        fill(population, size, nothing, () => sample(random));
      }
      return ranked.filter((candidate) => !seen.has(key(candidate))).slice(0, count);
    },
    neighbour(candidate, seen, random) {
      const found = new Map<string, Candidate>();
      fill(found, 1, seen, () => mutate(candidate, random));
      return [...found.values()][0];
    },
  };
}

function draw<T>(from: readonly T[], count: number, random: Random): T[] {
  const pool = [...from];
  const drawn: T[] = [];
  while (drawn.length < count && pool.length > 0) {
    const at = random.integer(pool.length);
    drawn.push(pool[at]!);
    pool[at] = pool.at(-1)!;
    pool.pop();
  }
  return drawn;
}
