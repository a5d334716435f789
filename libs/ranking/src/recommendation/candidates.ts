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

/** Share of the architectures below which a sample of the whole space has too few within the limits. */
const SCARCE = 0.1;

/** Configurations with their costs, each once. */
export function candidatesOf(space: SearchSpace, configurations: readonly Configuration[]): Candidate[] {
  const costs = new Map(architecturesOf(space).map(({ key, cost }) => [key, cost]));
  const candidates = new Map<string, Candidate>();
  for (const configuration of configurations) {
    const id = configurationId(configuration);
    const cost = costs.get(architectureKey(space, configuration)) ?? costOf(configuration);
    candidates.set(id, { id, configuration, cost });
  }
  return [...candidates.values()];
}

/**
 * Whether limits leave so little of the space that candidates are better drawn by {@link candidatesWithin}.
 * @throws LimitsTooTightError when nothing fits.
 */
export function isScarce(space: SearchSpace, limits: CostLimits): boolean {
  const architectures = architecturesOf(space);
  const fitting = architectures.filter(({ cost }) => fits(cost, limits));
  if (fitting.length === 0) {
    throw tooTight(architectures, limits);
  }
  return fitting.length / architectures.length <= SCARCE;
}

/** About `count` candidates drawn from the architectures that fit; limits act on the architecture only. */
export function candidatesWithin(space: SearchSpace, limits: CostLimits, count: number, random: Random): Candidate[] {
  const fitting = architecturesOf(space).filter(({ cost }) => fits(cost, limits));
  const drawn = random
    .shuffle(fitting)
    .slice(0, Math.ceil(count / SETTINGS))
    .flatMap(({ configuration }) => [configuration, ...settingsOf(space, configuration, random)]);
  return candidatesOf(space, drawn);
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

export function fits(
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
