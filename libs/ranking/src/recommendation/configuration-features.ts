import {
  type Configuration,
  type Dimension,
  type DimensionValue,
  defaultConfiguration,
  encodeConfiguration,
  type SearchSpace,
} from '@edgelore/search-space';

/**
 * What every ranker sees of a configuration, [F]: the flat encoding, choices centred so that an average configuration is near the
 * origin, and for every ordered dimension of three or more values also its centred square, because an inner value is often best.
 * @throws InvalidConfigurationError when the configuration is of another space.
 *
 * @example
 * ```ts
 * import { defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
 *
 * const features = configurationFeatures(faceDetectorSpace, defaultConfiguration(faceDetectorSpace));
 * features.every((value) => Math.abs(value) <= 1); // => true
 * ```
 */
export function configurationFeatures(space: SearchSpace, configuration: Configuration): Float64Array {
  const { width, parts } = featureTable(space);
  const features = new Float64Array(width);
  let offset = 0;
  for (const { name, byValue } of parts) {
    const part = configuration.space === space.id ? byValue.get(configuration.values[name]!) : undefined;
    if (part === undefined) {
      // Says what is wrong.
      encodeConfiguration(space, configuration);
      throw new RangeError(`${name} has no features`);
    }
    for (let at = 0; at < part.length; at += 1) {
      features[offset + at] = part[at]!;
    }
    offset += part.length;
  }
  return features;
}

/** F of {@link configurationFeatures}. */
export function featureWidth(space: SearchSpace): number {
  return featureTable(space).width;
}

interface FeatureTable {
  readonly width: number;
  /** Features of each value of each dimension. */
  readonly parts: readonly {
    readonly name: string;
    readonly byValue: ReadonlyMap<DimensionValue, readonly number[]>;
  }[];
}

const tables = new WeakMap<SearchSpace, FeatureTable>();

/** Kept, because thousands of configurations are encoded at once. */
function featureTable(space: SearchSpace): FeatureTable {
  const known = tables.get(space);
  if (known) {
    return known;
  }
  let end = 0;
  const parts = space.dimensions.map((dimension) => {
    const start = end;
    end += dimension.type === 'choice' ? dimension.values.length : 1;
    return { name: dimension.name, byValue: valueFeatures(space, dimension, start, end) };
  });
  const width = parts.reduce((sum, { byValue }) => sum + [...byValue.values()][0]!.length, 0);
  const table = { width, parts };
  tables.set(space, table);
  return table;
}

/** @param start where the dimension's numbers begin in the flat encoding; they go on to `end` */
function valueFeatures(
  space: SearchSpace,
  { name, type, values }: Dimension,
  start: number,
  end: number,
): Map<DimensionValue, number[]> {
  const standard = defaultConfiguration(space);
  return new Map(
    values.map((value) => {
      const changed = { ...standard, values: { ...standard.values, [name]: value } };
      const own = [...encodeConfiguration(space, changed).subarray(start, end)];
      if (type === 'choice') {
        return [value, own.map((number) => number - 1 / values.length)];
      }
      return [value, values.length > 2 ? [own[0]!, own[0]! ** 2 - 0.5] : own];
    }),
  );
}
