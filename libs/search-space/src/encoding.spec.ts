import { describe, expect, it } from '@jest/globals';
import {
  configurationId,
  defaultConfiguration,
  encodeConfiguration,
  encodingNames,
  enumerateConfigurations,
  faceDetectorSpace,
  InvalidConfigurationError,
  parseSearchSpace,
  sampleConfigurations,
} from './index.js';
import { lcg } from './sampling.fixture.js';

const small = parseSearchSpace({
  id: 'small/1',
  dimensions: [
    {
      name: 'colour',
      kind: 'architecture',
      type: 'choice',
      values: ['red', 'blue'],
      default: 'red',
      description: 'a colour',
    },
    { name: 'size', kind: 'architecture', type: 'ordinal', values: [1, 2, 8], default: 1, description: 'a size' },
    { name: 'rate', kind: 'hyperparameter', type: 'log', values: [0.01, 0.1, 10], default: 0.1, description: 'a rate' },
    { name: 'only', kind: 'hyperparameter', type: 'ordinal', values: [5], default: 5, description: 'one value' },
  ],
  constraints: [],
});

describe('the flat encoding', () => {
  it('is one-hot for a choice, the position for an ordinal, the logarithm for a log dimension', () => {
    const configuration = { space: 'small/1', values: { colour: 'blue', size: 2, rate: 0.1, only: 5 } };
    expect(encodingNames(small)).toEqual(['colour=red', 'colour=blue', 'size', 'rate', 'only']);
    const encoded = encodeConfiguration(small, configuration);
    [0, 1, 0, -1 / 3, 0].forEach((value, index) => {
      expect(encoded[index]).toBeCloseTo(value, 12);
    });
  });

  it('differs between any two configurations', () => {
    const all = [...enumerateConfigurations(small)];
    expect(new Set(all.map((each) => encodeConfiguration(small, each).join())).size).toBe(all.length);
    const samples = sampleConfigurations(faceDetectorSpace, 2000, lcg(7));
    const encodings = samples.map((each) => encodeConfiguration(faceDetectorSpace, each));
    expect(new Set(encodings.map((encoding) => encoding.join())).size).toBe(samples.length);
    expect(new Set(samples.map(configurationId)).size).toBe(samples.length);
    for (const encoding of encodings) {
      expect(encoding).toHaveLength(encodingNames(faceDetectorSpace).length);
      expect(encoding.every((value) => value >= -1 && value <= 1)).toBe(true);
    }
  });

  it('refuses a configuration of another space and a foreign value', () => {
    const configuration = defaultConfiguration(faceDetectorSpace);
    expect(() => encodeConfiguration(small, configuration)).toThrow(InvalidConfigurationError);
    const foreign = { ...configuration, values: { ...configuration.values, block: 'dense' } };
    expect(() => encodeConfiguration(faceDetectorSpace, foreign)).toThrow(
      /block is wrong: use one of separable, inverted/,
    );
  });
});
