import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Configuration,
  configurationId,
  defaultConfiguration,
  faceDetectorSpace,
  InvalidConfigurationError,
  parseConfiguration,
  sampleConfigurations,
} from './index.js';
import { lcg } from './sampling.fixture.js';

const fallback = defaultConfiguration(faceDetectorSpace);
const withValues = (values: Record<string, unknown>): unknown => ({
  ...fallback,
  values: { ...fallback.values, ...values },
});
const failure = (json: unknown): InvalidConfigurationError => {
  try {
    parseConfiguration(faceDetectorSpace, json);
  } catch (error) {
    if (error instanceof InvalidConfigurationError) {
      return error;
    }
    throw error;
  }
  throw new Error('the configuration was accepted');
};

describe('a configuration', () => {
  it('survives JSON, for the default and for any sample', () => {
    for (const configuration of [fallback, ...sampleConfigurations(faceDetectorSpace, 50, lcg(1))]) {
      expect(parseConfiguration(faceDetectorSpace, JSON.parse(JSON.stringify(configuration)))).toEqual(configuration);
    }
  });

  it('is refused naming the dimension and the allowed values', () => {
    const error = failure(withValues({ inputSize: 200 }));
    expect(error.field).toBe('inputSize');
    expect(error.code).toBe('INVALID_CONFIGURATION');
    expect(error.message).toBe('configuration: inputSize is wrong: use one of 128, 160, 192, 256, 320');
  });

  it.each([
    [withValues({ inputSize: '256' }), 'inputSize'],
    [withValues({ width: Number.NaN }), 'width'],
    [withValues({ block: undefined }), 'block'],
    [withValues({ colour: 'red' }), 'colour'],
    [withValues({ optimiser: 'adam', learningRate: 0.1 }), 'learningRate'],
    [withValues({ classLoss: 'focal', negativesPerPositive: 7 }), 'negativesPerPositive'],
    [withValues({ start: 'shipped', width: 0.5 }), 'width'],
    [{ ...fallback, space: 'face-detector/2' }, 'space'],
    [{ space: fallback.space }, 'values'],
    [null, 'configuration'],
  ])('%j is refused, naming the field', (json, field) => {
    expect(failure(json).field).toBe(field);
  });

  it('says why a value is not allowed beside the others', () => {
    expect(failure(withValues({ learningRate: 0.1 })).message).toContain('with optimiser adam use one of');
  });

  it('takes no value from the prototype', () => {
    const values = Object.create(fallback.values) as Record<string, unknown>;
    expect(failure({ ...fallback, values }).field).toBe('inputSize');
  });
});

describe("a configuration's id", () => {
  it('is stable', () => {
    const configuration: Configuration = { space: 'small/1', values: { rate: 0.1, colour: 'red' } };
    // First 16 digits of: printf '["small/1",[["colour","red"],["rate",0.1]]]' | sha256sum
    expect(configurationId(configuration)).toBe('c15d5485af87716c');
  });

  it('does not depend on the order of fields and differs between configurations', () => {
    const samples = sampleConfigurations(faceDetectorSpace, 500, lcg(2));
    const reversed = samples.map(({ space, values }) => ({
      space,
      values: Object.fromEntries(Object.entries(values).reverse()),
    }));
    expect(reversed.map(configurationId)).toEqual(samples.map(configurationId));
    expect(new Set(samples.map(configurationId)).size).toBe(500);
  });

  it('tells a number from its text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const number = configurationId({ space: 'a/1', values: { value } });
        expect(configurationId({ space: 'a/1', values: { value: String(value) } })).not.toBe(number);
      }),
    );
  });
});
