import {
  BASE_DIMENSION,
  type Description,
  DescriptionPool,
  type ExtractorVersion,
  extract,
  initialExtractor,
} from '@edgelore/descriptors';
import { type Configuration, faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { type Random, seededRandom } from '@edgelore/tensor';
import type { ExperienceTask } from '../experience.js';

const LATENT = 3;
const IMAGES = 96;
/** Noise of a score, as that of an average precision on a few hundred faces. */
const NOISE = 0.02;
/** How strongly each dimension acts; the others act with 0.1. */
const STRENGTH: Readonly<Record<string, number>> = {
  inputSize: 0.35,
  width: 0.2,
  depth: 0.15,
  strides: 0.3,
  pyramid: 0.2,
  learningRate: 0.3,
  optimiser: 0.2,
  matchingIou: 0.15,
  augmentation: 0.2,
  start: 0.3,
};

/** How a simulated world differs from the usual one. */
export interface WorldOptions {
  readonly tasks: number;
  readonly trials: number;
  /** How far tasks want different configurations, relative to what all want alike. Default 0.6; 0 makes tasks alike. */
  readonly difference?: number;
  /** Whether all tasks tried the same configurations. Default false. */
  readonly shared?: boolean;
  /** Whether images' base descriptors come along. Default false. */
  readonly open?: boolean;
}

/** A task whose true scores are known. */
export interface SimulatedTask {
  readonly task: ExperienceTask;
  /** The score without noise. */
  readonly truth: (configuration: Configuration) => number;
}

export interface SimulatedWorld {
  readonly extractor: ExtractorVersion;
  readonly tasks: readonly SimulatedTask[];
}

/**
 * Tasks from a hidden three-dimensional domain. It shows in their images' base descriptors through a noisy non-linear map, and in
 * their scores: every dimension acts by itself and through the domain, learning rate and optimiser act together, and the sum passes a
 * logistic into [0, 1].
 */
export function simulatedWorld(
  seed: number,
  { tasks, trials, difference = 0.6, shared = false, open = false }: WorldOptions,
): SimulatedWorld {
  const random = seededRandom(seed);
  const images = imageMap(random.fork('images'));
  const effects = effectsOf(random.fork('effects'), difference);
  const common = sampleConfigurations(faceDetectorSpace, trials, random.fork('common'));
  const drafts = Array.from({ length: tasks }, (_, index) => {
    const own = random.fork(`task/${index}`);
    const domain = Array.from({ length: LATENT }, () => own.normal());
    return { own, domain, base: Array.from({ length: IMAGES }, () => images(domain, own)) };
  });
  const extractor = initialExtractor(
    seed,
    drafts.flatMap(({ base }) => base),
  );
  return {
    extractor,
    tasks: drafts.map(({ own, domain, base }, index) => {
      const ease = 0.3 + 0.5 * own.normal();
      const truth = (configuration: Configuration): number =>
        1 / (1 + Math.exp(-(ease + effects(configuration, domain))));
      const tried = shared ? common : sampleConfigurations(faceDetectorSpace, trials, own);
      return {
        truth,
        task: {
          id: `task-${index}`,
          description: describe(extractor, base, index),
          base: open ? base : null,
          trials: tried.map((configuration) => ({
            configuration,
            score: Math.min(1, Math.max(0, truth(configuration) + NOISE * own.normal())),
          })),
        },
      };
    }),
  };
}

/** The same experience with the scores of every task dealt out anew among its trials. */
export function withShuffledScores(tasks: readonly ExperienceTask[], seed: number): ExperienceTask[] {
  const random = seededRandom(seed);
  return tasks.map((task) => {
    const scores = random.shuffle(task.trials.map(({ score }) => score));
    return { ...task, trials: task.trials.map((trial, at) => ({ ...trial, score: scores[at]! })) };
  });
}

function describe(extractor: ExtractorVersion, base: readonly Float32Array[], seed: number): Description {
  const pool = new DescriptionPool(extractor, seed);
  for (const image of base) {
    pool.add(extract(extractor, image));
  }
  return pool.finish();
}

/** Base descriptors of an image of a domain, most of whose coordinates say little about it. */
function imageMap(random: Random): (domain: readonly number[], own: Random) => Float32Array {
  const slopes = Array.from({ length: BASE_DIMENSION }, () =>
    Array.from({ length: LATENT }, () => (random.uniform() < 0.3 ? random.normal() : 0)),
  );
  return (domain, own) => {
    const here = domain.map((value) => value + 0.5 * own.normal());
    return Float32Array.from(slopes, (row) => {
      const signal = row.reduce((sum, slope, at) => sum + slope * here[at]!, 0);
      return Math.tanh(0.6 * signal) + own.normal();
    });
  };
}

function effectsOf(
  random: Random,
  difference: number,
): (configuration: Configuration, domain: readonly number[]) => number {
  const dimensions = faceDetectorSpace.dimensions.map((dimension) => {
    const strength = STRENGTH[dimension.name] ?? 0.1;
    const alike = curveOf(random, dimension.type === 'choice', dimension.values.length, strength);
    const apart = Array.from({ length: LATENT }, () =>
      curveOf(random, dimension.type === 'choice', dimension.values.length, strength * difference),
    );
    return { dimension, alike, apart };
  });
  return ({ values }, domain) => {
    let sum = 0;
    for (const { dimension, alike, apart } of dimensions) {
      const at = dimension.values.indexOf(values[dimension.name]!);
      sum += alike[at]! + apart.reduce((total, curve, axis) => total + curve[at]! * domain[axis]!, 0);
    }
    const rate = Math.log10(Number(values.learningRate));
    const best = values.optimiser === 'sgd' ? -2 : -2.6;
    return sum - 0.6 * (rate - best) ** 2;
  };
}

/** The effect of each value of a dimension: any for a choice, a slope with a bend for an ordered one. */
function curveOf(random: Random, choice: boolean, values: number, strength: number): number[] {
  const slope = strength * random.normal();
  const bend = (strength / 2) * random.normal();
  return Array.from({ length: values }, (_, at) => {
    const place = values > 1 ? (2 * at) / (values - 1) - 1 : 0;
    return choice ? strength * random.normal() : slope * place + bend * (place * place - 0.5);
  });
}
