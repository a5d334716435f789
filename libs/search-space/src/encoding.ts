import type { Configuration } from './configuration.js';
import { InvalidConfigurationError } from './search-space.error.js';
import type { Dimension, DimensionValue, SearchSpace } from './search-space.js';

/**
 * What each number of a flat encoding stands for: `block=inverted` for one value of a choice, `inputSize` for an ordered dimension.
 *
 * @example
 * ```ts
 * encodingNames(faceDetectorSpace).includes('block=inverted'); // => true
 * ```
 */
export function encodingNames(space: SearchSpace): string[] {
  return space.dimensions.flatMap((dimension) =>
    dimension.type === 'choice' ? dimension.values.map((value) => `${dimension.name}=${value}`) : [dimension.name],
  );
}

/**
 * A configuration as a flat vector: a choice is one-hot, an ordinal value its position and a log value its logarithm, both
 * scaled to [-1, 1]. Different configurations of a space have different encodings.
 *
 * @throws InvalidConfigurationError when the configuration is of another space or has a value that the space lacks.
 *
 * @example
 * ```ts
 * const encoded = encodeConfiguration(faceDetectorSpace, defaultConfiguration(faceDetectorSpace));
 * encoded.length; // => encodingNames(faceDetectorSpace).length
 * ```
 */
export function encodeConfiguration(space: SearchSpace, configuration: Configuration): Float64Array {
  if (configuration.space !== space.id) {
    throw new InvalidConfigurationError('space', `use "${space.id}"`);
  }
  return Float64Array.from(
    space.dimensions.flatMap((dimension) => encodeValue(dimension, configuration.values[dimension.name])),
  );
}

function encodeValue(dimension: Dimension, value: DimensionValue | undefined): number[] {
  const position = value === undefined ? -1 : dimension.values.indexOf(value);
  if (position < 0) {
    throw new InvalidConfigurationError(dimension.name, `use one of ${dimension.values.join(', ')}`);
  }
  switch (dimension.type) {
    case 'choice':
      return dimension.values.map((_, index) => (index === position ? 1 : 0));
    case 'ordinal':
      return [between(position, 0, dimension.values.length - 1)];
    case 'log': {
      const logs = dimension.values.map((each) => Math.log(Number(each)));
      return [between(logs[position] ?? 0, Math.min(...logs), Math.max(...logs))];
    }
  }
}

function between(value: number, low: number, high: number): number {
  return high === low ? 0 : (2 * (value - low)) / (high - low) - 1;
}
