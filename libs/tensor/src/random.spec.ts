import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from './random.js';

const WORD = 2 ** 32;
const many = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('seededRandom', () => {
  it('gives the reference numbers of xoshiro128**', () => {
    // The vector that the rand_xoshiro crate checks against the authors' C code.
    const random = seededRandom([1, 2, 3, 4]);
    expect(many(10, () => random.integer(WORD))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('fills its state by SplitMix64', () => {
    // The first outputs of SplitMix64 for the seed 1234567: 6457827717110365317, 3203168211198807973.
    const halves = [6457827717110365317n, 3203168211198807973n].flatMap((word) => [word & 0xffffffffn, word >> 32n]);
    expect(seededRandom(1234567).state()).toEqual(halves.map(Number));
  });

  it('goes on from a saved state, wherever it was saved', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(20), (seed, before) => {
        const random = seededRandom(seed);
        for (let draw = 0; draw < before; draw++) random.normal();
        const restored = seededRandom(random.state());
        expect(many(5, () => restored.uniform())).toEqual(many(5, () => random.uniform()));
      }),
    );
  });

  it('differs by seed and by label, and forks without taking a number', () => {
    const draws = (random: ReturnType<typeof seededRandom>) => many(4, () => random.integer(WORD)).join();
    const streams = [1, 2, -1, 'a', 'b'].flatMap((seed) => [
      draws(seededRandom(seed)),
      draws(seededRandom(seed).fork('left')),
      draws(seededRandom(seed).fork('right')),
    ]);
    expect(new Set(streams).size).toBe(streams.length);
    const random = seededRandom('parent');
    const before = random.state();
    random.fork('child').uniform();
    expect(random.state()).toEqual(before);
  });

  it('spreads evenly: chi-squared over 16 bins, mean and variance', () => {
    const random = seededRandom('even');
    const draws = many(64_000, () => random.uniform());
    const bins = new Array<number>(16).fill(0);
    for (const draw of draws) bins[Math.floor(draw * 16)]! += 1;
    const expected = draws.length / bins.length;
    const chiSquared = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99.9 % of chi-squared with 15 degrees of freedom.
    expect(chiSquared).toBeLessThan(37.7);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
  });

  it('draws normal numbers: moments and tails', () => {
    const random = seededRandom('normal');
    const draws = many(100_000, () => random.normal());
    const moment = (power: number) => draws.reduce((sum, draw) => sum + draw ** power, 0) / draws.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.013);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
    const share = draws.filter((draw) => Math.abs(draw) > 1.959964).length / draws.length;
    expect(Math.abs(share - 0.05)).toBeLessThan(0.003);
  });

  it('keeps integers below their bound and reaches each of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (bound, seed) => {
        const random = seededRandom(seed);
        const seen = new Set(many(400, () => random.integer(bound)));
        expect([...seen].sort((a, b) => a - b)).toEqual(many(bound, () => 0).map((_, index) => index));
      }),
    );
  });

  it('shuffles a copy, each order as likely as the others', () => {
    const random = seededRandom('shuffle');
    const items = ['a', 'b', 'c'];
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const order = random.shuffle(items).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(items).toEqual(['a', 'b', 'c']);
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it.each([[0], [-1], [1.5], [WORD + 1], [Number.NaN]])('refuses the bound %d', (bound) => {
    expect(() => seededRandom(1).integer(bound)).toThrow(RangeError);
  });

  it.each([[[1, 2, 3]], [[0, 0, 0, 0]], [[1, 2, 3, WORD]], [[1, 2, 3, 0.5]]])('refuses the saved state %j', (state) => {
    expect(() => seededRandom(state)).toThrow(/state\(\)/);
  });

  it.each([[0.5], [Number.NaN], [Number.POSITIVE_INFINITY]])('refuses the seed %d', (seed) => {
    expect(() => seededRandom(seed)).toThrow(RangeError);
  });
});
