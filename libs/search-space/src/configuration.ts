import { createHash } from 'node:crypto';
import { InvalidConfigurationError } from './search-space.error.js';
import { brokenConstraint, type DimensionValue, type SearchSpace } from './search-space.js';

/** One point of a search space: the space's id and a value for each of its dimensions. */
export interface Configuration {
  readonly space: string;
  readonly values: Readonly<Record<string, DimensionValue>>;
}

/**
 * Reads a configuration from parsed JSON and checks it against the space. The values come back in the order of the space's dimensions.
 *
 * @throws InvalidConfigurationError naming the dimension and the allowed values.
 *
 * @example
 * ```ts
 * const { values } = defaultConfiguration(faceDetectorSpace);
 * const wider = parseConfiguration(faceDetectorSpace, { space: 'face-detector/1', values: { ...values, width: 1.5 } });
 * wider.values.width; // => 1.5
 * ```
 */
export function parseConfiguration(space: SearchSpace, json: unknown): Configuration {
  if (!isObject(json)) {
    throw new InvalidConfigurationError('configuration', 'write an object with the fields space and values');
  }
  if (json.space !== space.id) {
    throw new InvalidConfigurationError('space', `use "${space.id}"`);
  }
  const given = json.values;
  if (!isObject(given)) {
    throw new InvalidConfigurationError('values', 'write an object with one field for each dimension');
  }
  const values: Record<string, DimensionValue> = {};
  for (const dimension of space.dimensions) {
    const value = Object.hasOwn(given, dimension.name) ? given[dimension.name] : undefined;
    const known = dimension.values.find((allowed) => allowed === value);
    if (known === undefined) {
      throw new InvalidConfigurationError(dimension.name, `use one of ${dimension.values.join(', ')}`);
    }
    values[dimension.name] = known;
  }
  const foreign = Object.keys(given).find((name) => !Object.hasOwn(values, name));
  if (foreign !== undefined) {
    throw new InvalidConfigurationError(foreign, `remove it; ${space.id} has no such dimension`);
  }
  const broken = brokenConstraint(space, values);
  if (broken) {
    const [field, allowed] =
      Object.entries(broken.allow).find(([name, set]) => {
        const value = values[name];
        return value !== undefined && !set.includes(value);
      }) ?? [];
    const reason = Object.entries(broken.where).map(([name]) => `${name} ${values[name]}`);
    throw new InvalidConfigurationError(
      field ?? 'values',
      `with ${reason.join(' and ')} use one of ${allowed?.join(', ')}, because ${broken.because}`,
    );
  }
  return { space: space.id, values };
}

/**
 * The configuration made of every dimension's default.
 *
 * @example
 * ```ts
 * defaultConfiguration(faceDetectorSpace).space; // => 'face-detector/1'
 * ```
 */
export function defaultConfiguration(space: SearchSpace): Configuration {
  return {
    space: space.id,
    values: Object.fromEntries(space.dimensions.map((dimension) => [dimension.name, dimension.default])),
  };
}

/**
 * A name for a configuration: 16 hexadecimal digits of the SHA-256 of its canonical JSON (names sorted), equal for equal
 * configurations whatever the order of their fields.
 *
 * @example
 * ```ts
 * const { space, values } = defaultConfiguration(faceDetectorSpace);
 * configurationId({ values, space }) === configurationId({ space, values }); // => true
 * ```
 */
export function configurationId(configuration: Configuration): string {
  const values = Object.entries(configuration.values).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([configuration.space, values]))
    .digest('hex')
    .slice(0, 16);
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
