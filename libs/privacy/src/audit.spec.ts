import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { audit } from './audit.js';
import { pictures } from './pooled.fixture.js';

const attacked = pictures(200).map((vector) => ({ vector, base: [...vector.subarray(0, 8), 1] }));
const run = (guarantee: { epsilon: number; delta: number } | null) =>
  audit({
    extractor: { version: 1, hash: 'ab'.repeat(32) },
    pictures: attacked,
    guarantee,
    trials: 200,
    random: seededRandom('audit'),
  });

describe('an audit before anything leaves', () => {
  it('finds everything without noise', () => {
    const report = run(null);
    expect(report).toMatchObject({ images: 200, bound: 1, exposed: { truePositiveRate: 1 } });
    expect(report.inversion.othersKnown).toBeGreaterThan(0.8);
    expect(report.inversion.othersUnknown).toBeLessThan(0.2);
  });

  it('finds no more than the bound with noise, and the same twice', () => {
    const report = run({ epsilon: 1, delta: 1e-5 });
    const { bound, exposed, worstPair, inversion } = report;
    expect(bound).toBeCloseTo(0.0198, 4);
    expect(worstPair.truePositiveRate - 3 * worstPair.standardError).toBeLessThan(bound);
    expect(exposed.truePositiveRate - 3 * exposed.standardError).toBeLessThan(bound);
    expect(inversion.othersKnown).toBeLessThan(0.03);
    expect(run({ epsilon: 1, delta: 1e-5 })).toEqual(report);
  });
});
