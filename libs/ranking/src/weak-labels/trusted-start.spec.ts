import { KernelRuntime } from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NetworkWeights } from '../scorers/network/network-scorer.js';
import { pretrainNetwork } from './pretrain-network.js';
import { trustedStart } from './trusted-start.js';

const features = Float32Array.from({ length: 128 }, (_, at) => at / 128);
const items = { count: 128, features, width: 1 };
const all = Int32Array.from(features.keys());
let runtime: KernelRuntime;
let start: NetworkWeights;
beforeAll(async () => {
  runtime = await KernelRuntime.start({ threads: 1 });
  const weak = { heads: ['size'], lists: [{ items: all, labels: features }] };
  start = pretrainNetwork(runtime, items, weak, { seed: 1, head: 'size', batch: 32 });
});
afterAll(() => runtime.dispose());

const trusted = (rows: Int32Array, labels: Float64Array) => trustedStart(runtime, items, { rows, labels }, start);
const drawn = (seed: number, size: number) =>
  Int32Array.from(
    seededRandom(seed)
      .shuffle([...all])
      .slice(0, size),
  );

describe('trustedStart', () => {
  it('trusts a prior that agrees with what was measured, noise or not', () => {
    const random = seededRandom(3);
    const rows = drawn(1, 20);
    const noisy = Float64Array.from(rows, (row) => features[row]! + 0.2 * random.normal());
    expect(trusted(rows, noisy)).toBe(start);
  });

  it('refuses one that says the contrary, and nearly always one that has nothing to do with it', () => {
    const rows = drawn(1, 20);
    expect(
      trusted(
        rows,
        Float64Array.from(rows, (row) => -features[row]!),
      ),
    ).toBeUndefined();
    const random = seededRandom(4);
    const passed = Array.from({ length: 200 }, (_, seed) =>
      trusted(
        drawn(seed, 20),
        Float64Array.from({ length: 20 }, () => random.normal()),
      ),
    ).filter(Boolean).length;
    // Once in twenty times by chance.
    expect(passed).toBeGreaterThan(2);
    expect(passed).toBeLessThan(20);
  });

  it('does not trust what nothing can be said about', () => {
    expect(trusted(Int32Array.of(0, 9), Float64Array.of(0, 1))).toBeUndefined();
    expect(trusted(Int32Array.of(0, 9, 50), Float64Array.of(1, 1, 1))).toBeUndefined();
  });
});
