import { describe, expect, it } from '@jest/globals';
import { defaultConfiguration } from './configuration.js';
import { differenceFromDefault } from './difference.js';
import { faceDetectorSpace } from './face-detector.js';

describe('differenceFromDefault', () => {
  const { space, values } = defaultConfiguration(faceDetectorSpace);

  it('names what differs, in the order of the dimensions', () => {
    expect(differenceFromDefault(faceDetectorSpace, { space, values })).toEqual([]);
    const changed = { space, values: { ...values, optimiser: 'sgd', width: 1.5 } };
    expect(differenceFromDefault(faceDetectorSpace, changed)).toEqual([
      { dimension: 'width', value: 1.5, default: 1 },
      { dimension: 'optimiser', value: 'sgd', default: 'adam' },
    ]);
  });

  it('refuses a configuration of another space', () => {
    expect(() => differenceFromDefault(faceDetectorSpace, { space: 'other/1', values })).toThrow('face-detector/1');
  });
});
