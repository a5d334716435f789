import { InvalidSearchSpaceError } from './search-space.error.js';

/** A value of a dimension, as it stands in JSON. */
export type DimensionValue = string | number;

/** What a dimension changes: the network, or how it is trained. */
export type DimensionKind = 'architecture' | 'hyperparameter';

/** How a dimension's values relate: unordered, ordered by position, or numbers on a logarithmic grid. */
export type DimensionType = 'choice' | 'ordinal' | 'log';

/** One axis of a search space. */
export interface Dimension {
  readonly name: string;
  readonly kind: DimensionKind;
  readonly type: DimensionType;
  readonly values: readonly DimensionValue[];
  readonly default: DimensionValue;
  readonly description: string;
}

/** For some dimensions (by name) the values meant. */
export type ValueSets = Readonly<Record<string, readonly DimensionValue[]>>;

/** Where every dimension in `where` has one of the values listed for it, each dimension in `allow` must have one of those listed there. */
export interface Constraint {
  readonly where: ValueSets;
  readonly allow: ValueSets;
  readonly because: string;
}

/** A versioned set of configurations: the product of its dimensions less what its constraints forbid. */
export interface SearchSpace {
  readonly id: string;
  readonly dimensions: readonly Dimension[];
  readonly constraints: readonly Constraint[];
}

const KINDS: readonly string[] = ['architecture', 'hyperparameter'] satisfies DimensionKind[];
const TYPES: readonly string[] = ['choice', 'ordinal', 'log'] satisfies DimensionType[];

/**
 * Reads a search space from parsed JSON.
 *
 * @throws InvalidSearchSpaceError naming the place (`dimensions[2].values`) and the remedy.
 *
 * @example
 * ```ts
 * const { dimensions } = parseSearchSpace({
 *   id: 'small/1',
 *   dimensions: [
 *     { name: 'width', kind: 'architecture', type: 'ordinal', values: [0.5, 1], default: 1, description: 'factor of all channels' },
 *   ],
 *   constraints: [],
 * });
 * dimensions[0]?.default; // => 1
 * ```
 */
export function parseSearchSpace(json: unknown): SearchSpace {
  const space = object(json, 'the search space', ['id', 'dimensions', 'constraints']);
  const id = text(space.id, 'id');
  if (!/^[a-z][a-z0-9-]*\/[1-9][0-9]*$/.test(id)) {
    throw new InvalidSearchSpaceError('id', 'write it as NAME/VERSION, such as face-detector/1');
  }
  const dimensions = list(space.dimensions, 'dimensions').map((item, index) => parseDimension(item, index));
  const byName = new Map<string, Dimension>();
  for (const dimension of dimensions) {
    if (byName.has(dimension.name)) {
      throw new InvalidSearchSpaceError('dimensions', `name each dimension once; "${dimension.name}" comes twice`);
    }
    byName.set(dimension.name, dimension);
  }
  const constraints = list(space.constraints, 'constraints', 0).map((item, index) =>
    parseConstraint(item, `constraints[${index}]`, byName),
  );
  const parsed: SearchSpace = { id, dimensions, constraints };
  const defaults = Object.fromEntries(dimensions.map((dimension) => [dimension.name, dimension.default]));
  const broken = brokenConstraint(parsed, defaults);
  if (broken) {
    throw new InvalidSearchSpaceError('dimensions', `choose defaults that are allowed together: ${broken.because}`);
  }
  return parsed;
}

/** The first constraint that complete values break, if any. */
export function brokenConstraint(
  space: SearchSpace,
  values: Readonly<Record<string, DimensionValue>>,
): Constraint | undefined {
  return space.constraints.find((constraint) => agrees(constraint.where, values) && !agrees(constraint.allow, values));
}

function agrees(sets: ValueSets, values: Readonly<Record<string, DimensionValue>>): boolean {
  return Object.entries(sets).every(([name, allowed]) => {
    const value = values[name];
    return value !== undefined && allowed.includes(value);
  });
}

function parseDimension(json: unknown, index: number): Dimension {
  const at = `dimensions[${index}]`;
  const raw = object(json, at, ['name', 'kind', 'type', 'values', 'default', 'description']);
  const name = text(raw.name, `${at}.name`);
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
    throw new InvalidSearchSpaceError(`${at}.name`, 'use a camelCase name');
  }
  const kind = oneOf(raw.kind, KINDS, `${at}.kind`) as DimensionKind;
  const type = oneOf(raw.type, TYPES, `${at}.type`) as DimensionType;
  const values = valueList(raw.values, `${at}.values`);
  if (type === 'log' && !values.every((value) => typeof value === 'number' && value > 0)) {
    throw new InvalidSearchSpaceError(`${at}.values`, 'a log dimension takes numbers greater than 0');
  }
  if (type !== 'choice' && !isAscending(values)) {
    throw new InvalidSearchSpaceError(`${at}.values`, 'put numbers in ascending order');
  }
  const fallback = raw.default;
  if (!isValue(fallback) || !values.includes(fallback)) {
    throw new InvalidSearchSpaceError(`${at}.default`, `use one of ${values.join(', ')}`);
  }
  return { name, kind, type, values, default: fallback, description: text(raw.description, `${at}.description`) };
}

function parseConstraint(json: unknown, at: string, dimensions: ReadonlyMap<string, Dimension>): Constraint {
  const raw = object(json, at, ['where', 'allow', 'because']);
  return {
    where: parseValueSets(raw.where, `${at}.where`, dimensions),
    allow: parseValueSets(raw.allow, `${at}.allow`, dimensions),
    because: text(raw.because, `${at}.because`),
  };
}

function parseValueSets(json: unknown, at: string, dimensions: ReadonlyMap<string, Dimension>): ValueSets {
  const raw = object(json, at);
  const entries = Object.entries(raw).map(([name, item]) => {
    const dimension = dimensions.get(name);
    if (!dimension) {
      throw new InvalidSearchSpaceError(`${at}.${name}`, 'name a dimension of this space');
    }
    const values = valueList(item, `${at}.${name}`);
    const foreign = values.find((value) => !dimension.values.includes(value));
    if (foreign !== undefined) {
      throw new InvalidSearchSpaceError(`${at}.${name}`, `use values of that dimension; ${foreign} is none`);
    }
    return [name, values] as const;
  });
  if (entries.length === 0) {
    throw new InvalidSearchSpaceError(at, 'name at least one dimension');
  }
  return Object.fromEntries(entries);
}

function object(json: unknown, at: string, fields?: readonly string[]): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InvalidSearchSpaceError(at, 'write a JSON object');
  }
  if (fields) {
    const unknown = Object.keys(json).find((key) => !fields.includes(key));
    if (unknown !== undefined) {
      throw new InvalidSearchSpaceError(`${at}.${unknown}`, `remove it; known fields are ${fields.join(', ')}`);
    }
  }
  return json as Record<string, unknown>;
}

function list(json: unknown, at: string, least = 1): unknown[] {
  if (!Array.isArray(json) || json.length < least) {
    throw new InvalidSearchSpaceError(at, `write an array of at least ${least}`);
  }
  return json;
}

function text(json: unknown, at: string): string {
  if (typeof json !== 'string' || json.trim() === '') {
    throw new InvalidSearchSpaceError(at, 'write a text that is not empty');
  }
  return json;
}

function oneOf(json: unknown, allowed: readonly string[], at: string): string {
  if (typeof json !== 'string' || !allowed.includes(json)) {
    throw new InvalidSearchSpaceError(at, `use one of ${allowed.join(', ')}`);
  }
  return json;
}

function valueList(json: unknown, at: string): DimensionValue[] {
  const values = list(json, at);
  if (!values.every(isValue)) {
    throw new InvalidSearchSpaceError(at, 'use texts and finite numbers only');
  }
  if (new Set(values).size !== values.length) {
    throw new InvalidSearchSpaceError(at, 'list each value once');
  }
  return values;
}

function isValue(json: unknown): json is DimensionValue {
  return (typeof json === 'string' && json !== '') || (typeof json === 'number' && Number.isFinite(json));
}

function isAscending(values: readonly DimensionValue[]): boolean {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.every((value, index) => index === 0 || value > (numbers[index - 1] ?? value));
}
