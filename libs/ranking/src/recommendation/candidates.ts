import {
  type Configuration,
  type Cost,
  type CostLimits,
  configurationId,
  costOf,
  enumerateConfigurations,
  type SearchSpace,
  sampleConfigurations,
} from '@edgelore/search-space';
import type { Random } from '@edgelore/tensor';
import { RankingError } from '../ranking.error.js';

/** No configuration meets the limits. Each smallest value is that of the configurations within the other limit, or of all where none is. */
export class LimitsTooTightError extends RankingError {
  override readonly name = 'LimitsTooTightError';

  constructor(
    readonly smallestMacs: number,
    readonly smallestBytes: number,
  ) {
    super(
      'LIMITS_TOO_TIGHT',
      `No configuration is within the limits: the fewest possible MACs are ${smallestMacs} and the fewest possible bytes ${smallestBytes}; raise maxMacs or maxBytes.`,
    );
  }
}

/** A configuration that may be recommended, with its cost. */
export interface Candidate {
  readonly id: string;
  readonly configuration: Configuration;
  readonly cost: Cost;
}

/** Hyperparameter settings drawn for an architecture when limits leave few. */
const SETTINGS = 8;

/**
 * Configurations within the limits: everything in `known` that fits, and `count` drawn from the space. Limits act on the architecture
 * only, so where they leave little of a uniform sample the rest is drawn from the architectures that fit.
 * @throws LimitsTooTightError when nothing fits.
 */
export function candidatesWithin(
  space: SearchSpace,
  limits: CostLimits,
  known: readonly Configuration[],
  count: number,
  random: Random,
): Candidate[] {
  const architectures = architecturesOf(space);
  const fitting = architectures.filter(({ cost }) => fits(cost, limits));
  if (fitting.length === 0) {
    throw tooTight(architectures, limits);
  }
  const costs = new Map(architectures.map(({ key, cost }) => [key, cost]));
  const candidates = new Map<string, Candidate>();
  const offer = (configuration: Configuration): void => {
    const cost = costs.get(architectureKey(space, configuration)) ?? costOf(configuration);
    if (fits(cost, limits)) {
      const id = configurationId(configuration);
      candidates.set(id, { id, configuration, cost });
    }
  };
  for (const configuration of known) {
    offer(configuration);
  }
  const share = fitting.length / architectures.length;
  if (share > 0.1) {
    sampleConfigurations(space, count, random).forEach(offer);
  } else {
    for (const { configuration } of random.shuffle(fitting).slice(0, Math.ceil(count / SETTINGS))) {
      offer(configuration);
      settingsOf(space, configuration, random).forEach(offer);
    }
  }
  return [...candidates.values()];
}

interface Architecture {
  readonly key: string;
  /** The architecture with the default of every hyperparameter. */
  readonly configuration: Configuration;
  readonly cost: Cost;
}

const listed = new WeakMap<SearchSpace, readonly Architecture[]>();

/** Every architecture of the space, by restricting the other dimensions to their defaults; kept, because planning thousands takes time. */
function architecturesOf(space: SearchSpace): readonly Architecture[] {
  let architectures = listed.get(space);
  if (!architectures) {
    architectures = listArchitectures(space);
    listed.set(space, architectures);
  }
  return architectures;
}

function listArchitectures(space: SearchSpace): Architecture[] {
  const restricted: SearchSpace = {
    ...space,
    dimensions: space.dimensions.map((dimension) =>
      dimension.kind === 'architecture' ? dimension : { ...dimension, values: [dimension.default] },
    ),
  };
  return Array.from(enumerateConfigurations(restricted), (configuration) => ({
    key: architectureKey(space, configuration),
    configuration,
    cost: costOf(configuration),
  }));
}

function settingsOf(space: SearchSpace, architecture: Configuration, random: Random): Configuration[] {
  const restricted: SearchSpace = {
    ...space,
    dimensions: space.dimensions.map((dimension) =>
      dimension.kind === 'architecture'
        ? { ...dimension, values: [architecture.values[dimension.name] ?? dimension.default] }
        : dimension,
    ),
  };
  return sampleConfigurations(restricted, SETTINGS, random);
}

function architectureKey(space: SearchSpace, configuration: Configuration): string {
  return space.dimensions
    .filter(({ kind }) => kind === 'architecture')
    .map(({ name }) => configuration.values[name])
    .join('|');
}

function fits(
  cost: Cost,
  { maxMacs = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY }: CostLimits,
): boolean {
  return cost.macs <= maxMacs && cost.bytes <= maxBytes;
}

function tooTight(architectures: readonly Architecture[], limits: CostLimits): LimitsTooTightError {
  const among = (part: CostLimits): readonly Architecture[] => {
    const kept = architectures.filter(({ cost }) => fits(cost, part));
    return kept.length > 0 ? kept : architectures;
  };
  const smallest = (kept: readonly Architecture[], of: (cost: Cost) => number): number =>
    kept.reduce((least, { cost }) => Math.min(least, of(cost)), Number.POSITIVE_INFINITY);
  return new LimitsTooTightError(
    smallest(among({ maxBytes: limits.maxBytes }), ({ macs }) => macs),
    smallest(among({ maxMacs: limits.maxMacs }), ({ bytes }) => bytes),
  );
}
