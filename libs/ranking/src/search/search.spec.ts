import { type Random, seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import type { Items } from '../scorers/scorer.js';
import { randomSearch, regularisedEvolution } from './baselines.js';
import { type Candidates, evolvedSpace, wholeSpace } from './candidates.js';
import { type RankedSearchOptions, rankedSearch } from './ranked-search.js';
import type { Search } from './search.js';

/** A hill over a 20 x 20 grid, highest at (13, 6). */
const SIDE = 20;
const heightOf = (x: number, y: number) => -((x - 13) ** 2) - (y - 6) ** 2;
const grid: Items = {
  count: SIDE * SIDE,
  width: 2,
  features: Float32Array.from({ length: 2 * SIDE * SIDE }, (_, at) =>
    at % 2 === 0 ? Math.floor(at / 2 / SIDE) : (at >> 1) % SIDE,
  ),
};
const height = (row: number) => heightOf(Math.floor(row / SIDE), row % SIDE);
const heights = (items: Items) =>
  Float64Array.from({ length: items.count }, (_, row) =>
    heightOf(items.features[2 * row]!, items.features[2 * row + 1]!),
  );

const OPTIONS: RankedSearchOptions = { budget: 40, final: 7, rounds: 4, seed: 1, fit: () => ({ score: heights }) };

function run(search: Search<number>): number[] {
  while (search.ask().length > 0) {
    search.tell(search.ask().map(height));
  }
  return search.told.map(({ candidate }) => candidate);
}

describe('rankedSearch', () => {
  it('spends B + k on different candidates, half of each later round on the best-scored', () => {
    const search = rankedSearch(wholeSpace(grid), OPTIONS);
    const rounds: number[][] = [];
    while (search.ask().length > 0) {
      rounds.push([...search.ask()]);
      search.tell(search.ask().map(height));
    }
    expect(rounds.map((round) => round.length)).toEqual([10, 10, 10, 10, 7]);
    expect(new Set(rounds.flat()).size).toBe(47);
    const ranking = Array.from({ length: grid.count }, (_, row) => row).sort((a, b) => height(b) - height(a) || a - b);
    let seen = new Set(rounds[0]);
    for (const round of rounds.slice(1, 4)) {
      const left = ranking.filter((row) => !seen.has(row));
      expect(round.slice(0, 5)).toEqual(left.slice(0, 5));
      expect(round.slice(5)).not.toContain(left[5]);
      seen = new Set([...seen, ...round]);
    }
    expect(rounds[4]).toEqual(ranking.filter((row) => !seen.has(row)).slice(0, 7));
  });

  it('trains on all that was told, and only on that', () => {
    const sizes: number[] = [];
    const fit: RankedSearchOptions['fit'] = (items, rows, labels) => {
      expect(items).toBe(grid);
      expect([...labels]).toEqual([...rows].map(height));
      sizes.push(rows.length);
      return { score: heights };
    };
    run(rankedSearch(wholeSpace(grid), { ...OPTIONS, fit }));
    expect(sizes).toEqual([10, 20, 30, 40]);
  });

  it('goes on where another search of the same settings stopped', () => {
    const whole = rankedSearch(wholeSpace(grid), OPTIONS);
    const all = run(whole);
    const resumed = rankedSearch(wholeSpace(grid), OPTIONS);
    for (let told = 0; told < 20; told += 10) {
      resumed.tell(whole.told.slice(told, told + 10).map(({ score }) => score));
    }
    expect(run(resumed)).toEqual(all);
    expect(run(rankedSearch(wholeSpace(grid), { ...OPTIONS, seed: 2 }))).not.toEqual(all);
  });

  it('keeps within limits, and ends where the space does', () => {
    const allowed = Uint8Array.from({ length: grid.count }, (_, row) => (row % 20 === 3 ? 1 : 0));
    const tried = run(rankedSearch(wholeSpace(grid, allowed), OPTIONS));
    expect(tried.every((row) => row % 20 === 3)).toBe(true);
    expect(new Set(tried).size).toBe(20);
  });

  it('refuses a budget that rounds cannot share, and scores that are none', () => {
    expect(() => rankedSearch(wholeSpace(grid), { ...OPTIONS, budget: 7 })).toThrow(/7 \+ 7 in 4 rounds/);
    const search = rankedSearch(wholeSpace(grid), OPTIONS);
    expect(() => search.tell([1])).toThrow(/1 scores were told for 10 candidates/);
    expect(() => search.tell(search.ask().map(() => Number.NaN))).toThrow(/scores\[0\] is NaN/);
    expect(search.told).toEqual([]);
  });
});

describe('evolvedSpace', () => {
  interface Point {
    readonly x: number;
    readonly y: number;
  }
  const draw = (random: Random): Point => ({ x: random.integer(1000), y: random.integer(1000) });
  const space = {
    sample: draw,
    mutate: ({ x, y }: Point, random: Random): Point =>
      random.integer(2) === 0 ? { x: x + random.integer(21) - 10, y } : { x, y: y + random.integer(21) - 10 },
    encode: (points: readonly Point[]): Items => ({
      count: points.length,
      width: 2,
      features: Float32Array.from(points.flatMap(({ x, y }) => [x, y])),
    }),
    key: ({ x, y }: Point) => `${x}/${y}`,
  };
  const scorer = {
    score: ({ count, features }: Items) =>
      Float64Array.from(
        { length: count },
        (_, at) => -((features[2 * at]! - 500) ** 2) - (features[2 * at + 1]! - 250) ** 2,
      ),
  };

  it('finds nearly the best of a million without scoring them all', () => {
    let scored = 0;
    const counting = {
      score: (items: Items) => {
        scored += items.count;
        return scorer.score(items);
      },
    };
    const found = evolvedSpace(space).best(counting, 5, new Set(), seededRandom(1));
    expect(found).toHaveLength(5);
    expect(Math.hypot(found[0]!.x - 500, found[0]!.y - 250)).toBeLessThan(12);
    expect(scored).toBeLessThan(5000);
  });

  it('offers nothing seen, nothing forbidden, nothing twice, and the same under the same seed', () => {
    const allowed = ({ x }: Point) => x < 400;
    const candidates = evolvedSpace({ ...space, allowed });
    const [first] = candidates.best(scorer, 1, new Set(), seededRandom(2));
    const seen = new Set([space.key(first!)]);
    const next = candidates.best(scorer, 20, seen, seededRandom(2));
    expect(candidates.best(scorer, 20, seen, seededRandom(2))).toEqual(next);
    expect(next.map(space.key)).not.toContain(space.key(first!));
    expect(new Set(next.map(space.key)).size).toBe(20);
    expect(next.every(allowed)).toBe(true);
    expect(next[0]!.x).toBeGreaterThan(380);
    expect(allowed(candidates.neighbour(next[0]!, seen, seededRandom(3))!)).toBe(true);
  });

  it('gives up where limits leave nothing', () => {
    const candidates = evolvedSpace({ ...space, allowed: () => false });
    expect(candidates.explore(3, new Set(), seededRandom(1))).toEqual([]);
    expect(candidates.best(scorer, 3, new Set(), seededRandom(1))).toEqual([]);
    expect(candidates.neighbour({ x: 1, y: 1 }, new Set(), seededRandom(1))).toBeUndefined();
  });
});

describe('wholeSpace', () => {
  it('takes a step to one of the nearest candidates that are left', () => {
    const candidates: Candidates<number> = wholeSpace(grid);
    const middle = 10 * SIDE + 10;
    const around = [middle - 1, middle + 1, middle - SIDE, middle + SIDE];
    const random = seededRandom(1);
    const found = Array.from({ length: 40 }, () => candidates.neighbour(middle, new Set(), random));
    expect(new Set(found)).toEqual(new Set(around));
    const seen = new Set(around.slice(1).map(String));
    expect(candidates.neighbour(middle, seen, random)).toBe(middle - 1);
  });
});

describe('baselines', () => {
  it('evolution climbs further than random search does', () => {
    const mean = (start: (seed: number) => Search<number>) =>
      Array.from({ length: 10 }, (_, seed) => Math.max(...run(start(seed)).map(height))).reduce((a, b) => a + b) / 10;
    const random = mean((seed) => randomSearch(wholeSpace(grid), { budget: 60, seed }));
    const evolution = mean((seed) => regularisedEvolution(wholeSpace(grid), { budget: 60, seed }));
    expect(evolution).toBeGreaterThan(random + 1);
  });

  it('spend their budget on different candidates, or all there are', () => {
    for (const start of [randomSearch, regularisedEvolution]) {
      expect(new Set(run(start(wholeSpace(grid), { budget: 60, seed: 1 }))).size).toBe(60);
      expect(run(start(wholeSpace(grid), { budget: 1000, seed: 1 }))).toHaveLength(400);
    }
  });
});
