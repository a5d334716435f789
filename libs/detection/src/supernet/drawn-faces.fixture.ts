import { type Configuration, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { type Box, intersectionOverUnion } from '../geometry.js';
import { type ImageSource, imageSource, type LabelledImage } from '../labelled-image.js';
import type { Supernet } from './supernet.js';
import { supernetLayout } from './supernet-layout.js';

/** Bright squares on noise, of which a few rounds of training make something. */
export function squares(seed: number, count: number): ImageSource {
  const random = seededRandom(`squares/${seed}`);
  const size = 128;
  const draw = (): LabelledImage => {
    const pixels = Uint8Array.from({ length: size * size * 3 }, () => 40 + random.integer(60));
    const boxes: Box[] = [];
    while (boxes.length < 2) {
      const side = 24 + random.integer(28);
      const box: Box = [random.integer(size - side), random.integer(size - side), side, side];
      if (boxes.some((other) => intersectionOverUnion(other, box) > 0)) continue;
      boxes.push(box);
      for (let y = box[1]; y < box[1] + side; y++) {
        pixels.fill(230, (y * size + box[0]) * 3, (y * size + box[0] + side) * 3);
      }
    }
    return { pixels, width: size, height: size, boxes };
  };
  return imageSource(Array.from({ length: count }, draw));
}

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
