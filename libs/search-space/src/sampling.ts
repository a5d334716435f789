import { type Configuration, configurationId } from './configuration.js';
import { brokenConstraint, type Dimension, type DimensionValue, type SearchSpace } from './search-space.js';

/** Where sampling takes its randomness from: whole numbers in [0, bound), all equally likely. */
export interface IntegerSource {
  integer(bound: number): number;
}

/**
 * Every valid configuration, lazily, in the order of the dimensions' values (the last dimension changes fastest).
 *
 * @example
 * ```ts
 * const { value } = enumerateConfigurations(faceDetectorSpace).next();
 * value?.space; // => 'face-detector/1'
 * ```
 */
export function* enumerateConfigurations(space: SearchSpace): Generator<Configuration, void, undefined> {
  for (const values of products(space.dimensions)) {
    if (!brokenConstraint(space, values)) {
      yield { space: space.id, values };
    }
  }
}

/**
 * How many valid configurations the space has.
 *
 * @example
 * ```ts
 * spaceSize(faceDetectorSpace) > 100_000; // => true
 * ```
 */
export function spaceSize(space: SearchSpace): number {
  const bound = new Set(
    space.constraints.flatMap((constraint) => [...Object.keys(constraint.where), ...Object.keys(constraint.allow)]),
  );
  let free = 1;
  for (const dimension of space.dimensions) {
    if (!bound.has(dimension.name)) {
      free *= dimension.values.length;
    }
  }
  let allowed = 0;
  for (const values of products(space.dimensions.filter((dimension) => bound.has(dimension.name)))) {
    if (!brokenConstraint(space, values)) {
      allowed += 1;
    }
  }
  return free * allowed;
}

/**
 * `count` distinct valid configurations, every one equally likely. The same source of integers gives the same list.
 *
 * @throws RangeError when the space has fewer than `count`.
 *
 * @example
 * ```ts
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const drawn = sampleConfigurations(faceDetectorSpace, 12, seededRandom('a sweep'));
 * new Set(drawn.map(configurationId)).size; // => 12
 * ```
 */
export function sampleConfigurations(space: SearchSpace, count: number, random: IntegerSource): Configuration[] {
  const size = spaceSize(space);
  if (!Number.isInteger(count) || count < 0 || count > size) {
    throw new RangeError(`count must be a whole number from 0 to ${size}, the size of ${space.id}; it is ${count}`);
  }
  // Drawing until distinct is slow where most of the space is wanted; a space that small can be listed.
  return count * 2 > size ? pick([...enumerateConfigurations(space)], count, random) : draw(space, count, random);
}

function draw(space: SearchSpace, count: number, random: IntegerSource): Configuration[] {
  const drawn = new Map<string, Configuration>();
  while (drawn.size < count) {
    const values: Record<string, DimensionValue> = {};
    for (const dimension of space.dimensions) {
      values[dimension.name] = valueAt(dimension, random.integer(dimension.values.length));
    }
    if (!brokenConstraint(space, values)) {
      const configuration = { space: space.id, values };
      drawn.set(configurationId(configuration), configuration);
    }
  }
  return [...drawn.values()];
}

function pick(all: Configuration[], count: number, random: IntegerSource): Configuration[] {
  const rest = [...all];
  return Array.from({ length: count }, () => {
    const [chosen] = rest.splice(random.integer(rest.length), 1);
    if (!chosen) {
      throw new RangeError('the source of integers left its bound');
    }
    return chosen;
  });
}

function* products(dimensions: readonly Dimension[]): Generator<Record<string, DimensionValue>, void, undefined> {
  const [first, ...others] = dimensions;
  if (!first) {
    yield {};
    return;
  }
  for (const value of first.values) {
    for (const values of products(others)) {
      yield { [first.name]: value, ...values };
    }
  }
}

function valueAt(dimension: Dimension, index: number): DimensionValue {
  const value = dimension.values[index];
  if (value === undefined) {
    throw new RangeError(`${dimension.name} has no value number ${index}`);
  }
  return value;
}
