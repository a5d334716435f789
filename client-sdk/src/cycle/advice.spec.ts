import { describe, expect, it } from '@jest/globals';
import { adviseTraining } from './advice.js';

const baselines = (...scores: number[]) => scores.map((ap50, index) => ({ name: `ready-made ${index}`, ap50 }));

describe('adviseTraining', () => {
  it('says to use what is already as good as it gets', () => {
    expect(adviseTraining(baselines(0.3, 0.985), [0.999])).toEqual({
      train: false,
      because: 'ready-made 1 reaches AP50 0.985 on the held-out images as it is: use it',
    });
    expect(adviseTraining(baselines(0.95), [0.999]).train).toBe(false);
  });

  it('compares the best ready-made detector with the nearest task of which something is known', () => {
    expect(adviseTraining(baselines(0.92), [null, 0.97, 0.5]).train).toBe(true);
    expect(adviseTraining(baselines(0.92), [null, 0.93, 0.99]).train).toBe(false);
    expect(adviseTraining(baselines(0.92), [null, 0.93]).because).toContain('up to 0.930 on the nearest task');
  });

  it('says to train where there is much to gain, and where nothing is known', () => {
    expect(adviseTraining(baselines(0.6), [0.4]).train).toBe(true);
    expect(adviseTraining(baselines(0.94), []).train).toBe(true);
    expect(adviseTraining([], [0.4]).train).toBe(true);
  });
});
