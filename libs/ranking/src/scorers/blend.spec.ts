import { describe, expect, it } from '@jest/globals';
import { blend } from './blend.js';

const items = { count: 4, features: new Float32Array(4), width: 1 };
const says = (...scores: number[]) => ({ score: () => Float64Array.from(scores) });

describe('blend', () => {
  it('weighs scorers alike, whatever the unit of their scores', () => {
    const one = blend([says(1, 2, 3, 4), says(4, 3, 2, 1)]).score(items);
    const other = blend([says(100, 200, 300, 400), says(0.4, 0.3, 0.2, 0.1)]).score(items);
    one.forEach((score, item) => {
      expect(score).toBeCloseTo(0, 12);
      expect(other[item]).toBeCloseTo(0, 12);
    });
  });

  it('says what a single scorer says, but for its unit', () => {
    const [first, , , last] = blend([says(5, 5, 5, 9)]).score(items);
    expect(last).toBeCloseTo(Math.sqrt(3), 12);
    expect(first).toBeCloseTo(-1 / Math.sqrt(3), 12);
  });

  it('leaves out a scorer that says the same of all', () => {
    expect([...blend([says(1, 1, 1, 1), says(0, 0, 2, 2)]).score(items)]).toEqual([-0.5, -0.5, 0.5, 0.5]);
  });

  it('passes the description on', () => {
    const seen: unknown[] = [];
    const listening = {
      score: (_: unknown, task?: Float32Array) => {
        seen.push(task);
        return new Float64Array(4);
      },
    };
    blend([listening]).score(items, Float32Array.of(7));
    expect(seen).toEqual([Float32Array.of(7)]);
  });
});
