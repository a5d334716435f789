import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.js';
import { SEARCH_METHODS, TASK_METHODS } from './methods.js';
import type { Budget } from './tables.js';

export interface BenchOptions {
  /** A folder of the format; without one the shared data are run whole. */
  readonly data: string | null;
  readonly spec: string | null;
  readonly seeds: number;
  readonly budgets: readonly Budget[];
  readonly rounds: number;
  /** Null: all. */
  readonly methods: readonly string[] | null;
  readonly jobs: number | null;
  /** File of results; null: the usual one. */
  readonly out: string | null;
  readonly only: readonly string[];
}

/** Parts of the run on the shared data. */
export const PARTS = [
  'nasbench201',
  'nasbench101_20k',
  'openml_oboe',
  'ltr',
  'speed',
  'evolution_match',
  'ablation',
  'negative_transfer',
] as const;

export type Part = (typeof PARTS)[number];

export function benchOptions(args: readonly string[]): BenchOptions {
  const given = parse(args);
  if (given.spec !== undefined && given.data === undefined) {
    throw new BenchError('--spec FILE says how a folder is read; name the folder with --data DIR');
  }
  if (given.only !== undefined && given.data !== undefined) {
    throw new BenchError('--only names parts of the run on the shared data; leave it out with --data DIR');
  }
  const methods = { ...SEARCH_METHODS, ...TASK_METHODS };
  const rounds = whole('rounds', given.rounds ?? '5');
  const budgets = (given.budget ?? '50+10,100+20,200+50').split(',').map(budgetOf);
  const small = budgets.find(({ budget }) => budget < 2 * rounds);
  if (small) {
    throw new BenchError(
      `--budget has ${small.budget}+${small.final}, too few for ${rounds} rounds; give every round two trainings, or fewer rounds with --rounds`,
    );
  }
  return {
    data: given.data ?? null,
    spec: given.spec ?? null,
    seeds: whole('seeds', given.seeds ?? '20'),
    rounds,
    budgets,
    methods: given.methods === undefined ? null : listed('methods', given.methods, Object.keys(methods)),
    out: given.out ?? null,
    jobs: given.jobs === undefined ? null : whole('jobs', given.jobs),
    only: given.only === undefined ? PARTS : listed('only', given.only, PARTS),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: text,
        spec: text,
        seeds: text,
        budget: text,
        rounds: text,
        methods: text,
        jobs: text,
        out: text,
        only: text,
      },
    }).values;
  } catch (error) {
    throw new BenchError(
      `${error instanceof Error ? error.message : error}; the options are --data DIR [--spec FILE] [--seeds N] [--budget B+k,...] [--rounds N] [--methods NAME,...] [--jobs N] [--out FILE] [--only PART,...]`,
    );
  }
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1)) {
    throw new BenchError(`--${option} is "${text}"; it must be a whole number, 1 or more`);
  }
  return value;
}

function budgetOf(text: string): Budget {
  const [, budget, final] = /^([1-9]\d*)\+(\d+)$/.exec(text) ?? [];
  if (budget === undefined) {
    throw new BenchError(`--budget has "${text}"; write B+k, trainings in rounds and at the end, such as 50+10`);
  }
  return { budget: Number(budget), final: Number(final) };
}

function listed(option: string, text: string, known: readonly string[]): string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new BenchError(`--${option} has "${unknown}"; name some of ${known.join(', ')}`);
  }
  return names;
}
