import { type Configuration, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import type { Supernet } from './supernet.js';
import { supernetLayout } from './supernet-layout.js';

/** A small architecture with some values changed. */
export function architecture(changes: Configuration['values'] = {}): Configuration {
  const { space, values } = defaultConfiguration(faceDetectorSpace);
  const small = { inputSize: 128, width: 0.5, depth: 1, strides: '8-16', pyramid: 'none', headWidth: 16 };
  return { space, values: { ...values, ...small, ...changes } };
}

/** A supernet that has learnt nothing, made in a tenth of the time that normal numbers take under Jest. */
export function plainSupernet(seed: number): Supernet {
  const { tensors, size } = supernetLayout();
  const shared = new Float32Array(size);
  let state = seed;
  for (const { name, shape, offset, size: count } of tensors) {
    const output = name.includes('@128') || name.includes('@160');
    const inputs =
      shape.slice(0, -1).reduce((product, side) => product * side, 1) /
      (name.includes('depthwise') ? (shape[2] ?? 1) : 1);
    const reach = shape.length === 1 ? 0 : output ? 0.02 : Math.sqrt(6 / inputs);
    const centre = name.endsWith('.scale') ? 1 : name.includes('.class') && shape.length === 1 ? -4 : 0;
    for (let i = offset; i < offset + count; i++) {
      state = (state * 16807) % 2147483647;
      shared[i] = centre + reach * ((2 * state) / 2147483647 - 1);
    }
  }
  return { shared, steps: 0 };
}

/** Whether two arrays hold the same bytes; long ones take a test's own comparison seconds. */
export function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}
