import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mix } from './mix.js';
import { Draw, relativeError, Trials } from './testing/trial.js';

let trials: Trials;
beforeAll(async () => {
  trials = await Trials.start();
});
afterAll(() => trials.dispose());

describe('mix', () => {
  it.each(Array.from({ length: 6 }, (_, seed) => seed))(
    'agrees with its definition over random shapes, and with its transpose: seed %i',
    (seed) => {
      const draw = new Draw(seed);
      for (let repetition = 0; repetition < 25; repetition++) {
        const groups = draw.whole(1, 40);
        const outRows = draw.whole(1, 9);
        const inRows = draw.whole(1, 9);
        const width = draw.whole(1, 70);
        const weights = draw.floats(groups * outRows * inRows).map((value) => (value > 0.5 ? 0 : value));
        const x = draw.floats(groups * inRows * width);
        const dy = draw.floats(groups * outRows * width);
        const y = new Float64Array(dy.length);
        const dx = new Float64Array(x.length);
        for (let g = 0; g < groups; g++)
          for (let i = 0; i < outRows; i++)
            for (let j = 0; j < inRows; j++)
              for (let c = 0; c < width; c++) {
                const weight = weights[(g * outRows + i) * inRows + j]!;
                const [to, from] = [(g * outRows + i) * width + c, (g * inRows + j) * width + c];
                y[to]! += weight * x[from]!;
                dx[from]! += weight * dy[to]!;
              }
        const shape = { groups, outRows, inRows, width };
        const results = trials.run(({ input, output }) => {
          const w = input(weights);
          const back = { groups, outRows: inRows, inRows: outRows, width, transposed: true };
          return [
            ...mix(shape, { weights: w, input: input(x), output: output('y', y.length) }),
            ...mix(back, { weights: w, input: input(dy), output: output('dx', dx.length) }),
          ];
        });
        const errors = [relativeError(results.y!, y), relativeError(results.dx!, dx)];
        expect([shape, errors.map((error) => error < 1e-5)]).toEqual([shape, [true, true]]);
      }
    },
  );

  it('keeps what is not connected apart, even where it is no number', () => {
    const shape = { groups: 1, outRows: 2, inRows: 2, width: 1 };
    const { y } = trials.run(({ input, output }) =>
      mix(shape, {
        weights: input(Float32Array.of(1, 0, 1, 1)),
        input: input(Float32Array.of(3, Number.NaN)),
        output: output('y', 2),
      }),
    );
    expect([...y!]).toEqual([3, Number.NaN]);
  });

  it('refuses sizes that are none', () => {
    const pointers = { weights: 0, input: 0, output: 0 };
    expect(() => mix({ groups: 0, outRows: 2, inRows: 2, width: 4 }, pointers)).toThrow(
      expect.objectContaining({ code: 'SHAPE' }),
    );
  });
});
