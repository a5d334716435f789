import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inputOrder, sortDescending } from './order.js';

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 200 });

describe('sortDescending', () => {
  it('agrees with the stable sort of the language, whatever order it starts from', () => {
    fc.assert(
      fc.property(values, values, (list, before) => {
        const padded = Float64Array.from(list, (_, at) => before[at % before.length]!);
        const order = inputOrder(list.length);
        const scratch = new Int32Array(list.length);
        sortDescending(order, padded, scratch);
        sortDescending(order, Float64Array.from(list), scratch);
        expect([...order]).toEqual(list.map((_, at) => at).sort((i, j) => list[j]! - list[i]!));
      }),
    );
  });
});
