import { crc32 } from 'node:zlib';
import { defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromHalf, toHalf } from './half.js';
import { type DetectorWeights, decodeWeights, encodeWeights, InvalidWeightsError } from './weights.js';

const configuration = defaultConfiguration(faceDetectorSpace);
const weights: DetectorWeights = {
  configuration,
  tensors: [
    { name: 'a.kernel', shape: [1, 1, 3, 1], values: Float32Array.of(0.1, -2.5, 1e-6) },
    { name: 'a.mean', shape: [3], values: Float32Array.of(1e6, 0.1, -0) },
    { name: 'empty', shape: [0], values: new Float32Array(0) },
  ],
};
const withTensor = (values: number[], shape = [1, values.length]): DetectorWeights => ({
  configuration,
  tensors: [{ name: 'b.kernel', shape, values: Float32Array.from(values) }],
});

/** Corrects the checksum of changed bytes. */
const sealed = (file: Uint8Array): Uint8Array => {
  new DataView(file.buffer).setUint32(16, crc32(file.subarray(20)), true);
  return file;
};

describe('encoded weights', () => {
  it('come back as they were', () => {
    expect(decodeWeights(encodeWeights(weights))).toEqual(weights);
  });

  it('come back whatever the tensors, also from the middle of a larger buffer', () => {
    const tensor = fc.record({
      name: fc.string(),
      values: fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(tensor, { maxLength: 5 }), fc.nat(7), (list, offset) => {
        const given = {
          configuration,
          tensors: list.map(({ name, values }) => ({ name, shape: [values.length], values })),
        };
        const file = encodeWeights(given);
        const around = new Uint8Array(file.length + offset);
        around.set(file, offset);
        expect(decodeWeights(around.subarray(offset))).toEqual(given);
      }),
    );
  });

  it('take half the space as float16, with vectors kept exactly', () => {
    const [kernel, mean] = decodeWeights(encodeWeights(weights, 'float16')).tensors;
    expect(kernel?.values[0]).toBeCloseTo(0.1, 4);
    expect(kernel?.values[1]).toBe(-2.5);
    expect(mean).toEqual(weights.tensors[1]);
    const big = withTensor(Array.from({ length: 5000 }, (_, index) => index / 5000));
    expect(encodeWeights(big, 'float16').length / encodeWeights(big).length).toBeLessThan(0.54);
  });

  it('are refused when cut off anywhere', () => {
    const file = encodeWeights(weights);
    for (let length = 0; length < file.length; length += 1) {
      expect(() => decodeWeights(file.subarray(0, length))).toThrow(InvalidWeightsError);
    }
    expect(() => decodeWeights(file.subarray(0, 100))).toThrow(/cut off/);
  });

  it('are refused when any byte is changed', () => {
    const file = encodeWeights(weights);
    for (let index = 0; index < file.length; index += 1) {
      const damaged = Uint8Array.from(file);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      expect(() => decodeWeights(damaged)).toThrow(InvalidWeightsError);
    }
  });

  it('are refused when they are another kind of file', () => {
    expect(() => decodeWeights(new TextEncoder().encode('{"weights": []}'))).toThrow(/no file of detector weights/);
    expect(() => decodeWeights(Uint8Array.of(...encodeWeights(weights), 0))).toThrow(/followed by other bytes/);
  });

  it('are refused when the header does not fit, even where the checksum does', () => {
    const changed = (from: string, to: string) => {
      const file = encodeWeights(weights);
      const text = Buffer.from(file.buffer);
      text.write(to, text.indexOf(from));
      return sealed(file);
    };
    expect(() => decodeWeights(changed('[1,1,3,1]', '[1,1,9,1]'))).toThrow(/end within tensor/);
    expect(() => decodeWeights(changed('[1,1,3,1]', '[1,1,1,1]'))).toThrow(/no tensor owns/);
    expect(() => decodeWeights(changed('float32', 'float99'))).toThrow(/unknown form/);
    expect(() => decodeWeights(changed('{"conf', 'x"conf'))).toThrow(/unknown form/);
  });

  it('cannot be made of numbers that are not finite, too large or miscounted', () => {
    expect(() => encodeWeights(withTensor([1, Number.NaN]))).toThrow(/"b.kernel" holds a number that is not finite/);
    expect(() => encodeWeights(withTensor([70_000]), 'float16')).toThrow(/does not fit float16/);
    expect(() => encodeWeights(withTensor([1, 2], [3]))).toThrow(/another count/);
  });
});

describe('float16', () => {
  it('keeps every finite half', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, index) => index).filter((bits) => (bits & 0x7c00) !== 0x7c00);
    expect(toHalf(fromHalf(all))).toEqual(all);
  });

  it('rounds to the nearest half, ties to even', () => {
    // Between 1 and 1 + 2^-10 the middle goes to 1, between 1 + 2^-10 and 1 + 2^-9 it goes to the latter.
    const given = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 2 ** -25, 3 * 2 ** -25, 1e-10, 65519];
    const rounded = [1, 1 + 2 ** -9, 1 + 2 ** -10, 0, 2 ** -23, 0, 65504];
    expect([...fromHalf(toHalf(Float32Array.from(given)))]).toEqual(rounded);
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const [half] = fromHalf(toHalf(Float32Array.of(value)));
        expect(Math.abs((half ?? 0) - value)).toBeLessThanOrEqual(Math.max(2 ** -11 * Math.abs(value), 2 ** -25));
      }),
    );
  });
});
