import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { composedMu, deltaOf, epsilonOf, muOf, truePositiveBound } from './gaussian-dp.js';
import { millsRatio, normalCdf, normalQuantile } from './normal-distribution.js';

/** Made by fixtures/accountant_by_quadrature.py, which integrates the privacy loss numerically. */
const peer: readonly number[] = JSON.parse(
  readFileSync(new URL('../fixtures/accountant.golden.json', import.meta.url), 'utf8'),
);

/** The histories of that script: Park and Miller's generator. */
function* histories(): Generator<{ mus: number[]; delta: number }> {
  let state = 20190505;
  const uniform = () => {
    state = (state * 48271) % (2 ** 31 - 1);
    return state / (2 ** 31 - 1);
  };
  for (let at = 0; at < 10_000; at++) {
    const releases = 1 + Math.floor(uniform() * 12);
    const mus = Array.from({ length: releases }, () => 1 / (0.5 * 2000 ** uniform()));
    yield { mus, delta: 10 ** (-12 + 9 * uniform()) };
  }
}

describe('the normal distribution', () => {
  // By mpmath, 50 digits.
  it.each([
    [-37, 5.725571222524576e-300],
    [-10, 7.619853024160527e-24],
    [-2.6, 0.004661188023718751],
    [-2.4, 0.008197535924596131],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [1.5, 0.9331927987311419],
    [9, 1],
  ])('has Phi(%d)', (x, expected) => {
    expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-12);
  });

  it('has the quantile as the inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 5, noNaN: true }), (x) => {
        expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(
          1e-9 * Math.max(1, Math.exp((x * x) / 2) / 1e3),
        );
      }),
    );
  });

  it("keeps Mills' ratio between its classical bounds far out", () => {
    for (const x of [3, 30, 300]) {
      expect(millsRatio(x)).toBeGreaterThan(x / (x * x + 1));
      expect(millsRatio(x)).toBeLessThan(1 / x);
    }
  });
});

describe('the accountant', () => {
  it('agrees with an independent one on 10,000 random histories', () => {
    let worst = 0;
    let at = 0;
    for (const { mus, delta } of histories()) {
      const epsilon = epsilonOf(composedMu(mus), delta);
      const other = peer[at++]!;
      worst = Math.max(worst, Math.abs(epsilon - other) / Math.max(other, 1e-9));
    }
    expect(at).toBe(10_000);
    expect(peer).toHaveLength(10_000);
    expect(worst).toBeLessThan(1e-4);
  });

  it('has epsilon, delta and mu as three views of one thing', () => {
    const epsilons = fc.double({ min: -3, max: 2.5, noNaN: true }).map((power) => 10 ** power);
    const deltas = fc.double({ min: -14, max: -1, noNaN: true }).map((power) => 10 ** power);
    fc.assert(
      fc.property(epsilons, deltas, (epsilon, delta) => {
        const mu = muOf({ epsilon, delta });
        expect(deltaOf(mu, epsilon)).toBeLessThanOrEqual(delta);
        expect(deltaOf(mu * (1 + 1e-6), epsilon)).toBeGreaterThan(delta);
        expect(Math.abs(epsilonOf(mu, delta) / epsilon - 1)).toBeLessThan(1e-6);
      }),
    );
  });

  it('needs less noise than the classical formula', () => {
    for (const epsilon of [0.1, 0.5, 1])
      expect(muOf({ epsilon, delta: 1e-5 })).toBeGreaterThan(epsilon / Math.sqrt(2 * Math.log(1.25e5)));
  });

  it('is sound at the ends', () => {
    expect(epsilonOf(0, 1e-5)).toBe(0);
    expect(epsilonOf(1e-12, 1e-5)).toBe(0);
    expect(epsilonOf(Number.POSITIVE_INFINITY, 1e-5)).toBe(Number.POSITIVE_INFINITY);
    // Far from the tails the loss is mu^2 / 2 and a multiple of mu.
    expect(epsilonOf(1000, 1e-5)).toBeCloseTo(1000 * (500 - normalQuantile(1e-5)), -2);
    expect(deltaOf(60, 1)).toBe(1);
    expect(deltaOf(0.01, 1)).toBe(0);
    expect(deltaOf(1e-9, 0)).toBeCloseTo(1e-9 / Math.sqrt(2 * Math.PI), 15);
    expect(deltaOf(Number.POSITIVE_INFINITY, 3)).toBe(1);
    expect(composedMu([])).toBe(0);
  });

  it('bounds an attack that knows nothing by chance and one that knows all by certainty', () => {
    expect(truePositiveBound(0, 0.01)).toBeCloseTo(0.01, 12);
    expect(truePositiveBound(20, 0.01)).toBe(1);
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
        (mu, rate) => {
          // The trade-off curve is the envelope of all its (epsilon, delta) lines.
          const bound = truePositiveBound(mu, rate);
          for (const epsilon of [0, 0.5, 1, 2, 4, 8])
            expect(bound).toBeLessThanOrEqual(Math.exp(epsilon) * rate + deltaOf(mu, epsilon) + 1e-12);
        },
      ),
    );
  });

  it.each([
    ['epsilon', { epsilon: 0, delta: 1e-5 }],
    ['epsilon', { epsilon: Number.NaN, delta: 1e-5 }],
    ['epsilon', { epsilon: Number.POSITIVE_INFINITY, delta: 1e-5 }],
    ['delta', { epsilon: 1, delta: 0 }],
    ['delta', { epsilon: 1, delta: 1 }],
  ])('refuses a bad %s', (field, guarantee) => {
    expect(() => muOf(guarantee)).toThrow(expect.objectContaining({ code: 'INVALID_GUARANTEE', field }));
  });
});
