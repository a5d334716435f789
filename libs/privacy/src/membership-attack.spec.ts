import type { Description } from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { composedMu, muOf, truePositiveBound } from './gaussian-dp.js';
import { membershipAttack } from './membership-attack.js';
import { pictures, pooled, unit } from './pooled.fixture.js';
import { descriptionNoise, protectDescription } from './protect-description.js';

const DELTA = 1e-5;
const TRIALS = 800;
const vectors = pictures(500);
const inside = pooled(vectors.with(7, unit(0)));
const outside = pooled(vectors.with(7, unit(0, -1)));

function withNoise(epsilon: number, seed: string) {
  const { sigma } = descriptionNoise(outside, { epsilon, delta: DELTA });
  const random = seededRandom(seed);
  return (description: Description) => protectDescription(description, sigma, random);
}

describe('membership inference by the likelihood ratio', () => {
  it.each([0.5, 1, 2, 4])(
    'stays within the bound at epsilon %d, and reaches it: the noise is no less and no more',
    (epsilon) => {
      const bound = truePositiveBound(muOf({ epsilon, delta: DELTA }), 0.01);
      const { truePositiveRate, standardError } = membershipAttack({
        inside,
        outside,
        release: withNoise(epsilon, `attack ${epsilon}`),
        trials: TRIALS,
      });
      expect(truePositiveRate - 2 * standardError).toBeLessThan(bound);
      expect(truePositiveRate + 3 * standardError).toBeGreaterThan(0.95 * bound);
    },
  );

  it('is always right without noise', () => {
    const { truePositiveRate } = membershipAttack({ inside, outside, release: (as) => as, trials: 100 });
    expect(truePositiveRate).toBe(1);
  });

  it('passes the bound when vectors are not clipped', () => {
    // One image whose vector has norm 8 moves its batch mean eight times as far.
    const unclipped = {
      ...outside,
      rows: outside.rows.map((row, at) => (at === 0 ? row.with(0, row[0]! + 9 / 31) : row)),
    };
    const { truePositiveRate, standardError } = membershipAttack({
      inside: unclipped,
      outside,
      release: withNoise(1, 'unclipped'),
      trials: TRIALS,
    });
    expect(truePositiveRate - 5 * standardError).toBeGreaterThan(
      truePositiveBound(muOf({ epsilon: 1, delta: DELTA }), 0.01),
    );
  });

  it('gains from several draws of the noise what the account says, and no more', () => {
    const once = withNoise(2, 'several');
    const fourTimes = (description: Description) => {
      const rows = Array.from({ length: 4 }, () => once(description).rows[0]!);
      return { ...description, rows };
    };
    const { truePositiveRate, standardError } = membershipAttack({
      inside,
      outside,
      release: fourTimes,
      trials: TRIALS,
    });
    const mu = muOf({ epsilon: 2, delta: DELTA });
    expect(truePositiveRate - 3 * standardError).toBeGreaterThan(truePositiveBound(mu, 0.01));
    expect(truePositiveRate - 3 * standardError).toBeLessThan(truePositiveBound(composedMu([mu, mu, mu, mu]), 0.01));
    expect(truePositiveRate + 3 * standardError).toBeGreaterThan(0.95 * truePositiveBound(2 * mu, 0.01));
  });

  it('repeats under a seed', () => {
    const attack = () => membershipAttack({ inside, outside, release: withNoise(1, 'twice'), trials: 300 });
    expect(attack()).toEqual(attack());
  });

  it('refuses what cannot be told apart, and too few trials', () => {
    const release = (as: Description) => as;
    expect(() => membershipAttack({ inside, outside: inside, release, trials: 100 })).toThrow(/the same/);
    expect(() => membershipAttack({ inside, outside, release, trials: 99 })).toThrow(/100 trials/);
  });
});
