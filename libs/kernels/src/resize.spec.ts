import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resizeNearest, resizeNearestGradient } from './resize.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

describe('resizing to the nearest pixel', () => {
  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    'agrees with its definition over random shapes: seed %i',
    (seed) => {
      const draw = new Draw(seed);
      for (let repetition = 0; repetition < 25; repetition++) {
        const [height, width] = [draw.whole(1, 12), draw.whole(1, 12)];
        const twice = draw.fraction() < 0.3;
        const shape = {
          ...{ batch: draw.whole(1, 3), height, width, channels: draw.whole(1, 21) },
          outHeight: twice ? 2 * height : draw.whole(1, 24),
          outWidth: twice ? 2 * width : draw.whole(1, 24),
        };
        const { batch, channels, outHeight, outWidth } = shape;
        const x = draw.floats(batch * height * width * channels);
        const slope = draw.floats(batch * outHeight * outWidth * channels);
        const source = (o: number): number => {
          const c = o % channels;
          const pixel = (o - c) / channels;
          const ox = pixel % outWidth;
          const oy = Math.floor(pixel / outWidth) % outHeight;
          const n = Math.floor(pixel / outWidth / outHeight);
          const [iy, ix] = [Math.floor((oy * height) / outHeight), Math.floor((ox * width) / outWidth)];
          return ((n * height + iy) * width + ix) * channels + c;
        };
        const expected = slope.map((_, o) => x[source(o)]!);
        const slopes = new Float64Array(x.length);
        slope.forEach((value, o) => {
          slopes[source(o)]! += value;
        });
        const { y, byX } = trials.run(({ input, output }) => [
          ...resizeNearest(shape, { input: input(x), output: output('y', slope.length) }),
          ...resizeNearestGradient(shape, { outputGradient: input(slope), inputGradient: output('byX', x.length) }),
        ]);
        expect([shape, relativeError(y!, expected)]).toEqual([shape, 0]);
        expect([shape, relativeError(byX!, slopes) < 1e-5]).toEqual([shape, true]);
      }
    },
  );

  it('refuses sizes that are none', () => {
    const shape = { batch: 1, height: 4, width: 4, channels: 3, outHeight: 8, outWidth: 0 };
    expect(() => resizeNearest(shape, { input: 64, output: 64 })).toThrow(expect.objectContaining({ code: 'SHAPE' }));
  });
});
