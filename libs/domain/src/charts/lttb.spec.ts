import { describe, expect, it } from '@jest/globals';
import { downSample } from './lttb.js';

const at = ([x, y]: readonly [number, number]) => [x, y] as const;
const line = (count: number, y: (x: number) => number) => Array.from({ length: count }, (_, x) => [x, y(x)] as const);

describe('downSample', () => {
  it('keeps as many points as asked for, the ends among them, in order', () => {
    const points = line(1_000, Math.sin);
    const kept = downSample(points, 50, at);
    expect(kept).toHaveLength(50);
    expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
    expect(kept.map(([x]) => x)).toEqual([...new Set(kept.map(([x]) => x))].sort((a, b) => a - b));
  });

  it('keeps what stands out', () => {
    const points = line(1_000, (x) => (x === 333 ? 9 : x === 777 ? -9 : 0));
    const kept = downSample(points, 20, at).map(([x]) => x);
    expect(kept).toEqual(expect.arrayContaining([333, 777]));
  });

  it('leaves few points as they are', () => {
    const points = line(5, (x) => x);
    expect(downSample(points, 5, at)).toEqual(points);
    expect(downSample(points, 100, at)).toEqual(points);
    expect(downSample([], 10, at)).toEqual([]);
    expect(downSample(points, 2, at)).toHaveLength(2);
  });
});
