import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activation } from './activation.js';
import { type GemmShape, gemm, gemmScratch, packB, packedBBytes } from './gemm.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
let plain: Trials;
beforeAll(async () => {
  trials = await Trials.start();
  plain = await Trials.start({ fused: false });
});
afterAll(() => {
  trials.dispose();
  plain.dispose();
});

interface Example {
  readonly shape: GemmShape;
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** What C holds before. */
  readonly c?: Float32Array | undefined;
  readonly bias?: Float32Array | undefined;
  readonly activation?: Activation;
  readonly packed?: boolean;
}

function product({ shape, a, b, c, bias, activation, packed }: Example, on = trials): Float32Array {
  const { result } = on.run((bench) => {
    const pointers = {
      a: bench.input(a),
      b: bench.input(b),
      c: bench.output('result', c ?? shape.m * shape.n),
      accumulate: c !== undefined,
      ...(bias && { bias: bench.input(bias) }),
      ...(activation && { activation }),
    };
    if (!packed) return gemm(shape, { ...pointers, scratch: bench.scratch(gemmScratch(shape)) });
    const packedB = bench.scratch(packedBBytes(shape));
    return [...packB(shape, { b: pointers.b, packed: packedB }), ...gemm(shape, { ...pointers, packedB })];
  });
  return result as Float32Array;
}

function reference({ shape, a, b, c, bias, activation = 'none' }: Example): Float64Array {
  const { m, n, k, transposeA, transposeB } = shape;
  return Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = (c?.[at] ?? 0) + (bias?.[j] ?? 0);
    for (let p = 0; p < k; p++) {
      sum += (a[transposeA ? p * m + i : i * k + p] as number) * (b[transposeB ? j * k + p : p * n + j] as number);
    }
    if (activation !== 'none') sum = Math.max(0, sum);
    return activation === 'relu6' ? Math.min(6, sum) : sum;
  });
}

function draw(random: Draw, large: boolean): Example {
  const size = () => random.whole(1, large ? 200 : 30);
  const transposed = random.of(['none', 'a', 'b']);
  const k = large ? random.whole(257, 700) : size();
  const shape = { m: size(), n: size(), k, transposeA: transposed === 'a', transposeB: transposed === 'b' };
  return {
    shape,
    a: random.floats(shape.m * shape.k),
    b: random.floats(shape.k * shape.n),
    c: random.of([random.floats(shape.m * shape.n), undefined]),
    ...(transposed !== 'a' && {
      bias: random.of([random.floats(shape.n), undefined]),
      activation: random.of<Activation>(['none', 'relu', 'relu6']),
      packed: random.of([true, false]),
    }),
  };
}

describe('gemm', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))('agrees with float64 over random shapes: seed %i', (seed) => {
    const random = new Draw(seed);
    for (let index = 0; index < 40; index++) {
      const example = draw(random, index === 0);
      const result = product(example, seed % 3 === 0 ? plain : trials);
      expect([example.shape, relativeError(result, reference(example)) < 1e-5]).toEqual([example.shape, true]);
    }
  });

  it.each([false, true])('sums thirty thousand numbers exactly enough, A transposed: %p', (transposeA) => {
    const shape = { m: 5, n: 9, k: 30_011, transposeA };
    const a = new Float32Array(5 * shape.k).fill(0.1);
    const example = { shape, a, b: new Draw(1).floats(9 * shape.k, 1, 0.5) };
    expect(relativeError(product(example), reference(example))).toBeLessThan(2e-6);
  });

  it.each(['none', 'relu', 'relu6'] as const)('lets NaN and infinity through, activation %s', (activation) => {
    const shape = { m: 7, n: 9, k: 3 };
    const a = new Float32Array(21).fill(1);
    a[4] = Number.NaN;
    a[9] = Number.POSITIVE_INFINITY;
    const result = product({ shape, a, b: new Float32Array(27).fill(1), activation });
    expect([...result.subarray(0, 9)]).toEqual(Array(9).fill(3));
    expect([...result.subarray(9, 18)]).toEqual(Array(9).fill(Number.NaN));
    expect(result[27]).toBe(activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY);
  });

  it.each([
    [{ m: 0, n: 4, k: 4 }, 'a product of 0 x 4 and 4 x 4'],
    [{ m: 4, n: 1.5, k: 4 }, 'a product of 4 x 4 and 4 x 1.5'],
    [{ m: 4, n: 4, k: -1 }, 'a product of 4 x -1 and -1 x 4'],
    [{ m: 4, n: 4, k: 4, transposeA: true, transposeB: true }, 'one matrix at most'],
  ])('refuses %j', (shape, reason) => {
    const refusal = expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(reason) });
    expect(() => gemmScratch(shape)).toThrow(refusal);
    expect(() => gemm(shape, { a: 64, b: 64, c: 64, scratch: 64 })).toThrow(refusal);
  });

  it('refuses a bias where A is transposed', () => {
    const shape = { m: 4, n: 4, k: 4, transposeA: true };
    expect(() => gemm(shape, { a: 64, b: 64, c: 64, bias: 64, scratch: 64 })).toThrow('no bias');
  });
});
