import type { Box, DescribedImage } from '../described-image.js';
import { FrozenRandom } from '../frozen-random.js';

/** Taken out of the global object once: in a sandboxed context every look-up in an inner loop would go through it. */
const { floor, max, min, round } = Math;

/** A picture for specs: `paint` gives RGB in 0..255 for a pixel. */
export function drawnImage(
  width: number,
  height: number,
  paint: (x: number, y: number) => readonly [number, number, number],
  boxes: readonly Box[] = [],
): DescribedImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const colour = paint(at % width, floor(at / width));
    for (let channel = 0; channel < 3; channel++) {
      pixels[at * 3 + channel] = min(255, max(0, round(colour[channel]!)));
    }
  }
  return { pixels, width, height, boxes };
}

/** Two colours in squares, with a warm disc, and some grain: something of everything the descriptor measures. */
export function testCard(
  width = 96,
  height = 64,
  boxes: readonly Box[] = [[10, 12, 24, 30]],
  { square, light: bright, seed }: { square: number; light: number; seed: number } = { square: 8, light: 170, seed: 7 },
): DescribedImage {
  const random = new FrozenRandom(seed);
  return drawnImage(
    width,
    height,
    (x, y) => {
      const grain = random.integer(9) - 4;
      const inDisc = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2;
      if (inDisc) return [210 + grain, 140 + grain, 90 + grain];
      const light = (floor(x / square) + floor(y / square)) % 2 === 0 ? bright : 60;
      return [light + grain, light + grain + x / 4, light + grain + y / 2];
    },
    boxes,
  );
}

/** The same picture after a transformation of its channels. */
export function repainted(
  image: DescribedImage,
  change: (value: number, x: number, y: number) => number,
): DescribedImage {
  return drawnImage(
    image.width,
    image.height,
    (x, y) => {
      const at = (y * image.width + x) * 3;
      return [
        change(image.pixels[at]!, x, y),
        change(image.pixels[at + 1]!, x, y),
        change(image.pixels[at + 2]!, x, y),
      ];
    },
    image.boxes,
  );
}

/** The same picture under a box blur of side `2 reach + 1`. */
export function blurred(image: DescribedImage, reach: number): DescribedImage {
  const { width, height, pixels } = image;
  return drawnImage(
    width,
    height,
    (x, y) => {
      const sums: [number, number, number] = [0, 0, 0];
      let count = 0;
      for (let row = max(0, y - reach); row <= min(height - 1, y + reach); row++) {
        for (let column = max(0, x - reach); column <= min(width - 1, x + reach); column++) {
          for (let channel = 0; channel < 3; channel++) sums[channel]! += pixels[(row * width + column) * 3 + channel]!;
          count++;
        }
      }
      return [sums[0] / count, sums[1] / count, sums[2] / count];
    },
    image.boxes,
  );
}
