import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BASE_DIMENSION } from './base-descriptor.js';
import { DescriptorError } from './descriptor.error.js';
import { extract, initialExtractor } from './extractor.js';
import { EXTRACTOR_PARAMETERS, ExtractorNetwork } from './extractor-network.js';
import { EXTRACTOR_DIMENSION, parseExtractor } from './extractor-version.js';
import { FrozenRandom } from './frozen-random.js';
import { norm } from './vectors.js';

function sample(count: number, seed = 1): Float32Array[] {
  const random = new FrozenRandom(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from(
      { length: BASE_DIMENSION },
      (_, at) => at + (1 + (at % 5)) * (random.uniform() + random.uniform() - 1),
    ),
  );
}

const bases = sample(60);
const extractor = initialExtractor(5, bases);

describe('extract', () => {
  it('stays inside the unit ball, also far away from what it was made from', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
          minLength: BASE_DIMENSION,
          maxLength: BASE_DIMENSION,
        }),
        (base) => {
          const z = extract(extractor, Float32Array.from(base));
          expect(z).toHaveLength(EXTRACTOR_DIMENSION);
          expect(norm(z)).toBeLessThanOrEqual(1 + 1e-6);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of the sample it was made from lies around the origin with a mean norm of one half', () => {
    const zs = bases.map((base) => extract(extractor, base));
    const mean = Array.from(
      { length: EXTRACTOR_DIMENSION },
      (_, at) => zs.reduce((sum, z) => sum + z[at]!, 0) / zs.length,
    );
    expect(norm(mean)).toBeLessThan(1e-4);
    expect(zs.reduce((sum, z) => sum + norm(z), 0) / zs.length).toBeCloseTo(0.5, 4);
  });

  it('agrees with the formula written out', () => {
    const base = bases[3]!.map((value, at) => (at === 9 ? 1e5 : at === 10 ? -1e5 : value));
    const { mean, scale, layers } = extractor;
    const x = Array.from(base, (value, at) => Math.min(6, Math.max(-6, (value - mean[at]!) / scale[at]!)));
    const linear = (
      input: number[],
      { weights, bias }: { weights: readonly number[]; bias: readonly number[] },
    ): number[] =>
      bias.map((shift, row) =>
        input.reduce((sum, value, at) => sum + weights[row * input.length + at]! * value, shift),
      );
    const u = linear(
      linear(x, layers.hidden).map((value) => Math.max(0, value)),
      layers.output,
    );
    const length = Math.max(1, Math.hypot(...u));
    extract(extractor, base).forEach((value, at) => {
      expect(value).toBeCloseTo(u[at]! / length, 6);
    });
  });

  it('refuses a base descriptor of another length', () => {
    expect(() => extract(extractor, new Float32Array(3))).toThrow(
      expect.objectContaining({ code: 'EXTRACTOR_MISMATCH' }),
    );
  });
});

describe('initialExtractor', () => {
  it('is the same for the same seed and differs for another', () => {
    expect(initialExtractor(5, bases)).toEqual(extractor);
    expect(initialExtractor(6, bases).hash).not.toBe(extractor.hash);
  });

  it('bears coordinates that never vary', () => {
    const still = bases.map((base) => base.map((value, at) => (at % 2 ? 4 : value)));
    expect(norm(extract(initialExtractor(1, still), still[0]!))).toBeLessThanOrEqual(1);
  });

  it('needs two images', () => {
    expect(() => initialExtractor(1, bases.slice(0, 1))).toThrow(expect.objectContaining({ code: 'TOO_FEW_IMAGES' }));
  });
});

describe('parseExtractor', () => {
  const json = (): Record<string, unknown> => JSON.parse(JSON.stringify(extractor)) as Record<string, unknown>;

  it('reads back what was written, in any order of keys', () => {
    const turned = Object.fromEntries(Object.entries(json()).reverse());
    expect(parseExtractor(turned)).toEqual(extractor);
  });

  it('does not let the version change the hash', () => {
    expect(parseExtractor({ ...json(), version: 9 }).hash).toBe(extractor.hash);
  });

  it.each<[string, (value: Record<string, unknown>) => unknown]>([
    ['extractor', () => null],
    ['extractor.surprise', (value) => ({ ...value, surprise: 1 })],
    ['extractor.base', (value) => ({ ...value, base: 'base/0' })],
    ['extractor.version', (value) => ({ ...value, version: -1 })],
    ['extractor.mean', (value) => ({ ...value, mean: [1, 2] })],
    ['extractor.mean', (value) => ({ ...value, mean: extractor.mean.map(() => Number.NaN) })],
    ['extractor.scale', (value) => ({ ...value, scale: extractor.scale.map(() => 0) })],
    [
      'extractor.layers.hidden.bias',
      (value) => ({
        ...value,
        layers: { ...extractor.layers, hidden: { weights: extractor.layers.hidden.weights, bias: [] } },
      }),
    ],
    ['extractor.hash', (value) => ({ ...value, mean: extractor.mean.map((mean) => mean + 1) })],
    ['extractor.hash', (value) => ({ ...value, hash: 'abc' })],
  ])('refuses naming %s', (field, change) => {
    const refused = (): unknown => parseExtractor(change(json()));
    expect(refused).toThrow(DescriptorError);
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_EXTRACTOR', field }));
  });
});

describe('ExtractorNetwork', () => {
  it.each([
    ['inside the unit ball', 0.3],
    ['on the clip', 8],
  ])('has the gradient that finite differences give, %s', (_where, stretch) => {
    const network = new ExtractorNetwork(extractor);
    const outputWeights = EXTRACTOR_PARAMETERS - EXTRACTOR_DIMENSION - 64 * EXTRACTOR_DIMENSION;
    for (let at = outputWeights; at < EXTRACTOR_PARAMETERS; at++) network.parameters[at]! *= stretch;
    const inputs = bases.slice(0, 5).map((base) => network.standardise(base));
    const random = new FrozenRandom(2);
    const slopes = inputs.map(() => Float64Array.from({ length: EXTRACTOR_DIMENSION }, () => random.uniform() - 0.5));
    const loss = (): number =>
      network
        .forward(inputs)
        .outputs.reduce((sum, z, row) => sum + z.reduce((dot, value, at) => dot + value * slopes[row]![at]!, 0), 0);

    const pass = network.forward(inputs);
    expect(pass.raw.some((raw) => norm(raw) > 1)).toBe(stretch > 1);
    const gradient = network.backward(pass, slopes);
    expect(gradient).toHaveLength(EXTRACTOR_PARAMETERS);

    const probes = Array.from({ length: 300 }, () => random.integer(EXTRACTOR_PARAMETERS));
    for (let at = EXTRACTOR_PARAMETERS - 2 * EXTRACTOR_DIMENSION; at < EXTRACTOR_PARAMETERS; at++) probes.push(at);
    for (const at of probes) {
      const kept = network.parameters[at]!;
      network.parameters[at] = kept + 1e-6;
      const above = loss();
      network.parameters[at] = kept - 1e-6;
      const below = loss();
      network.parameters[at] = kept;
      expect(Math.abs((above - below) / 2e-6 - gradient[at]!)).toBeLessThan(1e-6);
    }
  });

  it('learns: following the gradient lowers a loss', () => {
    const network = new ExtractorNetwork(extractor);
    const inputs = bases.slice(0, 16).map((base) => network.standardise(base));
    const wanted = Float64Array.from({ length: EXTRACTOR_DIMENSION }, (_, at) => (at === 0 ? 0.5 : 0));
    const step = (): number => {
      const pass = network.forward(inputs);
      const away = pass.outputs.map((z) => z.map((value, at) => value - wanted[at]!));
      network.backward(pass, away).forEach((slope, at) => {
        network.parameters[at]! -= 0.005 * slope;
      });
      return away.reduce((sum, row) => sum + norm(row) ** 2, 0);
    };
    const first = step();
    for (let turn = 0; turn < 120; turn++) step();
    expect(step()).toBeLessThan(0.2 * first);
  });

  it('freezes to an artefact that computes the same to seven digits', () => {
    const network = new ExtractorNetwork(extractor);
    network.parameters[7]! += 0.01;
    const frozen = parseExtractor(network.freeze(3));
    expect(frozen.version).toBe(3);
    expect(frozen.hash).not.toBe(extractor.hash);
    const z = network.forward([network.standardise(bases[0]!)]).outputs[0]!;
    extract(frozen, bases[0]!).forEach((value, at) => {
      expect(value).toBeCloseTo(z[at]!, 6);
    });
    expect(new ExtractorNetwork(frozen).freeze(3)).toEqual(frozen);
  });
});
