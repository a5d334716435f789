import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { mapConcurrent } from './concurrency.js';

describe('mapConcurrent', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const doubled = await mapConcurrent([5, 1, 3, 2], 2, async (value) => {
      most = Math.max(most, ++running);
      await wait(value);
      running--;
      return 2 * value;
    });
    expect([doubled, most]).toEqual([[10, 2, 6, 4], 2]);
  });

  it('throws the first failure once no call runs any more, and starts none after it', async () => {
    const ended: number[] = [];
    const work = mapConcurrent([0, 1, 2, 3], 2, async (value) => {
      if (value === 0) throw new Error('first');
      await wait(20);
      ended.push(value);
    });
    await expect(work).rejects.toThrow('first');
    expect(ended).toEqual([1]);
  });
});
