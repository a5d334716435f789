import { type Configuration, defaultConfiguration } from './configuration.js';
import { InvalidConfigurationError } from './search-space.error.js';
import type { DimensionValue, SearchSpace } from './search-space.js';

/** A dimension in which a configuration is not the default. */
export interface Difference {
  readonly dimension: string;
  readonly value: DimensionValue;
  readonly default: DimensionValue;
}

/**
 * What sets a configuration apart from the default of its space, in the order of the dimensions.
 * @throws InvalidConfigurationError when the configuration is of another space.
 *
 * @example
 * ```ts
 * const { space, values } = defaultConfiguration(faceDetectorSpace);
 * differenceFromDefault(faceDetectorSpace, { space, values: { ...values, width: 1.5 } }); // => [{ dimension: 'width', value: 1.5, default: 1 }]
 * ```
 */
export function differenceFromDefault(space: SearchSpace, configuration: Configuration): Difference[] {
  if (configuration.space !== space.id) {
    throw new InvalidConfigurationError('space', `use "${space.id}"`);
  }
  return Object.entries(defaultConfiguration(space).values).flatMap(([dimension, usual]) => {
    const value = configuration.values[dimension];
    return value === undefined || value === usual ? [] : [{ dimension, value, default: usual }];
  });
}
