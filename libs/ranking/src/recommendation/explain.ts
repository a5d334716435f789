import {
  type Configuration,
  configurationId,
  type DimensionValue,
  defaultConfiguration,
  InvalidConfigurationError,
  parseConfiguration,
  type SearchSpace,
} from '@edgelore/search-space';
import { pairedMean } from './evidence.js';
import type { Strategy, TaskEvidence } from './ranker-version.js';

/** What one dimension's value does for a configuration's score. */
export interface Driver {
  readonly dimension: string;
  readonly value: DimensionValue;
  /** The value that it is compared with. */
  readonly instead: DimensionValue;
  /** Score of the configuration less its score with `instead`; null where the search space allows no such configuration. */
  readonly gain: number | null;
}

/** Why a configuration stands where it stands; the largest gains first. */
export interface Explanation {
  /** What is in doubt of the score because the configuration is unlike those tried: taken off it where candidates are put in order. */
  readonly caution: number;
  /** Each dimension that differs from the default, set back to it alone. */
  readonly againstDefault: readonly Driver[];
  /** Each dimension that differs from the configuration ranked next, set to the value there; empty for the last. */
  readonly againstNext: readonly Driver[];
}

/** How far first choices were from the best of what was tried on tasks that the ranker had not seen, in average precision. */
export interface ExpectedRegret {
  /** Of the first choice, with its standard error over the tasks. */
  readonly first: number;
  readonly firstError: number;
  /** Of the best among the first three. */
  readonly bestOfThree: number;
  readonly bestOfThreeError: number;
  readonly tasks: number;
}

/** Scores of configurations, and what is taken off each before ordering, [n] each. */
export interface Worth {
  readonly scores: ArrayLike<number>;
  readonly cautions: ArrayLike<number>;
}

/**
 * Explains a ranking by asking the same scorer for the same task again, with one dimension changed at a time. Gains of single changes need not sum up to the whole difference, where dimensions matter together.
 *
 * @param ranked configurations, best first.
 * @param worthOf how the ranking was scored, in the order given.
 *
 * @example
 * ```ts
 * import { type Configuration, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
 *
 * const { space, values } = defaultConfiguration(faceDetectorSpace);
 * const large = { space, values: { ...values, inputSize: 320, batch: 16 } };
 * const bySize = (all: readonly Configuration[]) => ({
 *   scores: all.map(({ values }) => Number(values.inputSize) / 64),
 *   cautions: all.map(() => 0),
 * });
 * const [first] = explainRanking(faceDetectorSpace, [large], bySize);
 * first?.againstDefault[0]; // => { dimension: 'inputSize', value: 320, instead: 256, gain: 1 }
 * ```
 */
export function explainRanking(
  space: SearchSpace,
  ranked: readonly Configuration[],
  worthOf: (configurations: readonly Configuration[]) => Worth,
): Explanation[] {
  const standard = defaultConfiguration(space);
  const changes = ranked.flatMap((configuration, at) => {
    const next = ranked[at + 1];
    return [
      ...changesTo(space, configuration, standard).map((change) => ({ ...change, at, against: 'default' as const })),
      ...(next ? changesTo(space, configuration, next) : []).map((change) => ({
        ...change,
        at,
        against: 'next' as const,
      })),
    ];
  });
  const asked = new Map<string, Configuration>();
  for (const configuration of [...ranked, ...changes.flatMap(({ changed }) => changed ?? [])])
    asked.set(configurationId(configuration), configuration);
  const { scores, cautions } = worthOf([...asked.values()]);
  const places = new Map([...asked.keys()].map((id, place) => [id, place]));
  const placeOf = (configuration: Configuration) => places.get(configurationId(configuration)) as number;
  const scoreOf = (configuration: Configuration) => scores[placeOf(configuration)] as number;
  return ranked.map((configuration, at) => {
    const drivers = (against: 'default' | 'next') =>
      changes
        .filter((change) => change.at === at && change.against === against)
        .map(({ dimension, value, instead, changed }): Driver => {
          const gain = changed && scoreOf(configuration) - scoreOf(changed);
          return { dimension, value, instead, gain };
        })
        .sort((a, b) => Math.abs(b.gain ?? 0) - Math.abs(a.gain ?? 0));
    return {
      caution: cautions[placeOf(configuration)] as number,
      againstDefault: drivers('default'),
      againstNext: drivers('next'),
    };
  });
}

/**
 * What a ranker's own out-of-fold evidence says about the regret of what it recommends; null without evidence.
 *
 * @example
 * ```ts
 * const same = (value: number) => ({ 'cold-portfolio': 0.5, 'nearest-tasks': 0.5, ranker: value });
 * const of = (task: string, regret: number) => ({ task, trials: 9, regret1: same(regret), regret3: same(0), ndcg10: same(1) });
 * expectedRegret([of('a', 0.25), of('b', 0.75)], 'ranker'); // => { first: 0.5, firstError: 0.25, bestOfThree: 0, bestOfThreeError: 0, tasks: 2 }
 * expectedRegret([], 'ranker'); // => null
 * ```
 */
export function expectedRegret(evidence: readonly TaskEvidence[], strategy: Strategy): ExpectedRegret | null {
  if (evidence.length === 0) {
    return null;
  }
  const first = pairedMean(evidence.map(({ regret1 }) => regret1[strategy]));
  const three = pairedMean(evidence.map(({ regret3 }) => regret3[strategy]));
  return {
    first: first.mean,
    firstError: first.error,
    bestOfThree: three.mean,
    bestOfThreeError: three.error,
    tasks: evidence.length,
  };
}

interface Change {
  readonly dimension: string;
  readonly value: DimensionValue;
  readonly instead: DimensionValue;
  /** Null where the space forbids it. */
  readonly changed: Configuration | null;
}

function changesTo(space: SearchSpace, configuration: Configuration, other: Configuration): Change[] {
  return space.dimensions.flatMap(({ name }) => {
    const value = configuration.values[name]!;
    const instead = other.values[name]!;
    if (value === instead) {
      return [];
    }
    const changed = { ...configuration, values: { ...configuration.values, [name]: instead } };
    return [{ dimension: name, value, instead, changed: isAllowed(space, changed) ? changed : null }];
  });
}

function isAllowed(space: SearchSpace, configuration: Configuration): boolean {
  try {
    parseConfiguration(space, configuration);
    return true;
  } catch (error) {
    if (error instanceof InvalidConfigurationError) {
      return false;
    }
    throw error;
  }
}
