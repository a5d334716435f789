import { seededRandom } from '@edgelore/tensor';
import { type Box, intersectionOverUnion } from './geometry.js';
import type { LabelledImage } from './labelled-image.js';

/** Pictures of bright squares on noise, of which a short training makes something. */
export function squares(seed: number, count: number): LabelledImage[] {
  const random = seededRandom(`squares/${seed}`);
  const size = 128;
  return Array.from({ length: count }, () => {
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
  });
}
