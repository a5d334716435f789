import { describe, expect, it } from '@jest/globals';
import { faceDetectorSpace, InvalidSearchSpaceError, parseSearchSpace, spaceSize } from './index.js';

type Json = Record<string, unknown>;

const small = (): Json => ({
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
    { name: 'rate', kind: 'hyperparameter', type: 'log', values: [0.1, 1], default: 0.1, description: 'a rate' },
  ],
  constraints: [{ where: { colour: ['red'] }, allow: { rate: [0.1] }, because: 'red is slow' }],
});

const changed = (path: string, value: unknown): Json => {
  const json = small();
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let place = json;
  for (const step of steps) {
    place = place[step] as Json;
  }
  place[last] = value;
  return json;
};

const failure = (json: unknown): InvalidSearchSpaceError => {
  try {
    parseSearchSpace(json);
  } catch (error) {
    if (error instanceof InvalidSearchSpaceError) {
      return error;
    }
    throw error;
  }
  throw new Error('the search space was accepted');
};

describe('a search space', () => {
  it('is read from JSON as it stands', () => {
    expect(parseSearchSpace(small())).toEqual(small());
  });

  it.each([
    ['id', 'small', 'id'],
    ['id', 7, 'id'],
    ['dimensions', [], 'dimensions'],
    ['dimensions.0.name', 'two words', 'dimensions[0].name'],
    ['dimensions.1.name', 'colour', 'dimensions'],
    ['dimensions.0.kind', 'taste', 'dimensions[0].kind'],
    ['dimensions.0.type', 'list', 'dimensions[0].type'],
    ['dimensions.0.values', [], 'dimensions[0].values'],
    ['dimensions.0.values', ['red', 'red'], 'dimensions[0].values'],
    ['dimensions.0.values', ['red', null], 'dimensions[0].values'],
    ['dimensions.0.values', ['red', Number.NaN], 'dimensions[0].values'],
    ['dimensions.1.values', [0, 1], 'dimensions[1].values'],
    ['dimensions.1.values', [1, 0.1], 'dimensions[1].values'],
    ['dimensions.0.default', 'green', 'dimensions[0].default'],
    ['dimensions.1.default', 1, 'dimensions'],
    ['dimensions.0.description', '', 'dimensions[0].description'],
    ['dimensions.0.unit', 'px', 'dimensions[0].unit'],
    ['constraints', 'none', 'constraints'],
    ['constraints.0.where', {}, 'constraints[0].where'],
    ['constraints.0.where', { size: [1] }, 'constraints[0].where.size'],
    ['constraints.0.allow', { rate: [2] }, 'constraints[0].allow.rate'],
    ['constraints.0.because', undefined, 'constraints[0].because'],
  ])('with %s = %j is refused, naming %s', (path, value, field) => {
    const error = failure(changed(path, value));
    expect(error.field).toBe(field);
    expect(error.code).toBe('INVALID_SEARCH_SPACE');
    expect(error.message).toContain(field);
  });

  it.each([null, [], 'text', 3])('is not %j', (json) => {
    expect(failure(json).field).toBe('the search space');
  });
});

describe('face-detector/1', () => {
  it('has at least 100,000 configurations over at least four architecture and six hyperparameter dimensions', () => {
    const ofKind = (kind: string) => faceDetectorSpace.dimensions.filter((dimension) => dimension.kind === kind).length;
    expect(spaceSize(faceDetectorSpace)).toBeGreaterThanOrEqual(100_000);
    expect(ofKind('architecture')).toBeGreaterThanOrEqual(4);
    expect(ofKind('hyperparameter')).toBeGreaterThanOrEqual(6);
  });
});
