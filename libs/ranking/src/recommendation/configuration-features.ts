import { type Configuration, encodeConfiguration, type SearchSpace } from '@edgelore/search-space';

/**
 * What the ranker sees of a configuration, [F]: the flat encoding, choices centred so that an average configuration is near the
 * origin, and for every ordered dimension of three or more values also its centred square, because an inner value is often best.
 * @throws InvalidConfigurationError when the configuration is of another space.
 */
export function configurationFeatures(space: SearchSpace, configuration: Configuration): Float64Array {
  const encoding = encodeConfiguration(space, configuration);
  const features: number[] = [];
  let offset = 0;
  for (const { type, values } of space.dimensions) {
    if (type === 'choice') {
      for (let value = 0; value < values.length; value += 1) {
        features.push(encoding[offset + value]! - 1 / values.length);
      }
      offset += values.length;
    } else {
      const value = encoding[offset]!;
      features.push(value);
      if (values.length > 2) {
        features.push(value * value - 0.5);
      }
      offset += 1;
    }
  }
  return Float64Array.from(features);
}
