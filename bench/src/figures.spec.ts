import { expect, it } from '@jest/globals';
import { figureOf, textTable } from './figures.js';

it('means, and the standard error by the sample deviation', () => {
  expect(figureOf([1, 2, 3])).toEqual({ mean: 2, se: Math.sqrt(1 / 3) });
  expect(figureOf([5])).toEqual({ mean: 5, se: 0 });
});

it('sets figures in columns', () => {
  expect(
    textTable(
      ['', 'B+k'],
      [
        ['ours', '0.1'],
        ['random', '12.25'],
      ],
    ),
  ).toBe('          B+k\nours      0.1\nrandom  12.25');
});
