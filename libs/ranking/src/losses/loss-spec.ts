import { RankingError } from '../ranking.error.js';
import { type LambdaRankOptions, lambdaRank } from './lambdarank.js';
import { listMle } from './list-mle.js';
import { pairwiseSoftmax } from './pairwise-softmax.js';
import type { LossName, RankingLoss } from './ranking-loss.js';
import { type RankNetOptions, rankNet } from './ranknet.js';
import { type SquaredErrorOptions, squaredError } from './squared-error.js';

/** A loss as plain JSON, as a model version keeps it. */
export type LossSpec =
  | ({ readonly name: 'lambdarank' } & LambdaRankOptions)
  | ({ readonly name: 'ranknet' } & RankNetOptions)
  | ({ readonly name: 'squared-error' } & SquaredErrorOptions)
  | { readonly name: 'pairwise-softmax' | 'list-mle' };

interface Option {
  readonly accepts: (value: unknown) => boolean;
  readonly expected: string;
}

type Options = Readonly<Record<string, Option>>;

const positive: Option = {
  accepts: (value) => typeof value === 'number' && value > 0 && Number.isFinite(value),
  expected: 'a positive number',
};

const RELEVANCE: Options = {
  scale: { accepts: (value) => positive.accepts(value) && (value as number) <= 50, expected: 'a number in (0, 50]' },
  floorQuantile: {
    accepts: (value) => typeof value === 'number' && value >= 0 && value < 1,
    expected: 'a number in [0, 1)',
  },
};

const OPTIONS: Readonly<Record<LossName, Options>> = {
  lambdarank: {
    relevance: {
      accepts: (value) => value === 'labels' || isObject(value),
      expected: '"labels" or {"scale", "floorQuantile"}',
    },
    truncation: {
      accepts: (value) => Number.isInteger(value) && (value as number) >= 1,
      expected: 'a whole number, 1 or more',
    },
    normalise: { accepts: (value) => typeof value === 'boolean', expected: 'true or false' },
    sigma: positive,
    positions: {
      accepts: (value) => value === 'predicted' || value === 'labels-ascending',
      expected: '"predicted" or "labels-ascending"',
    },
  },
  ranknet: { sigma: positive },
  'pairwise-softmax': {},
  'list-mle': {},
  'squared-error': { resolution: positive },
};

/**
 * The loss that a plain JSON specification means: a name and the options of that loss.
 * @throws RankingError `INVALID_LOSS` on an unknown name or option, or a value that an option does not take.
 *
 * @example
 * ```ts
 * rankingLoss({ name: 'lambdarank', truncation: 30, normalise: true }).name; // => 'lambdarank'
 * ```
 */
export function rankingLoss(spec: unknown): RankingLoss {
  const checked = parseLossSpec(spec);
  switch (checked.name) {
    case 'lambdarank':
      return lambdaRank(checked);
    case 'ranknet':
      return rankNet(checked);
    case 'pairwise-softmax':
      return pairwiseSoftmax();
    case 'list-mle':
      return listMle();
    case 'squared-error':
      return squaredError(checked);
  }
}

function parseLossSpec(spec: unknown): LossSpec {
  const names = Object.keys(OPTIONS).join(', ');
  if (!isObject(spec) || typeof spec.name !== 'string' || !Object.hasOwn(OPTIONS, spec.name)) {
    const given = isObject(spec) ? spec.name : spec;
    throw new RankingError('INVALID_LOSS', `${JSON.stringify(given)} is no loss; name one of ${names}.`);
  }
  const { name, ...options } = spec;
  assertOptions(name as string, options, OPTIONS[name as LossName]);
  if (isObject(options.relevance)) {
    assertOptions(`${name}.relevance`, options.relevance, RELEVANCE);
  }
  return spec as unknown as LossSpec;
}

function assertOptions(owner: string, given: Readonly<Record<string, unknown>>, known: Options): void {
  for (const [option, value] of Object.entries(given)) {
    const rule = Object.hasOwn(known, option) ? known[option] : undefined;
    if (rule === undefined) {
      const options = Object.keys(known).join(', ');
      throw new RankingError(
        'INVALID_LOSS',
        `${owner} has no option "${option}"; ${options ? `its options are ${options}` : 'it has none'}.`,
      );
    }
    if (value !== undefined && !rule.accepts(value)) {
      throw new RankingError(
        'INVALID_LOSS',
        `${owner}.${option} is ${JSON.stringify(value)}; it must be ${rule.expected}.`,
      );
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
