import type { BenchmarkTarget } from '@edgelore/ranking';
import { keyOf } from '../journal.js';
import type { OpenBenchmark } from './benchmark-folder.js';
import { PRIOR_METHODS } from './methods.js';
import type { PoolOptions } from './pool.js';
import { type SearchFigures, searchTable } from './tables.js';

const PRIOR = 'cifar10';
/** Tasks of the same cells whose scores have next to nothing to do with those of the prior. */
const FOREIGN = ['ninapro', 'scifar100'];
/** 30 of the 199 cells that have scores. */
const SPENT = { budget: 25, final: 5 };

/** Does a prior from another task do harm? Searches of foreign tasks without one and with one pre-trained on all of CIFAR-10. */
export async function negativeTransfer(
  space: OpenBenchmark,
  extra: OpenBenchmark,
  { seeds, rounds }: { readonly seeds: number; readonly rounds: number },
  pool: PoolOptions,
): Promise<SearchFigures> {
  const prior = space.benchmark.targets.find(({ name }) => name === PRIOR)!;
  const weak = { heads: [PRIOR], labels: Float32Array.from(prior.validation[0]!) };
  const targets = extra.benchmark.targets
    .filter(({ name }) => FOREIGN.includes(name))
    .map((target): BenchmarkTarget => ({ ...spread(target, extra.benchmark.ids, space.benchmark.ids), weak }));
  const open = {
    name: 'negative_transfer',
    hash: keyOf(space.hash, extra.hash),
    benchmark: { ...space.benchmark, targets, tasks: null },
  };
  return (await searchTable(open, { budgets: [SPENT], seeds, rounds, methods: PRIOR_METHODS }, pool)).figures;
}

/** A target of some cells as one of the whole space. */
function spread(target: BenchmarkTarget, own: readonly string[], all: readonly string[]): BenchmarkTarget {
  const rowOf = new Map(own.map((id, row) => [id, row]));
  const rows = all.map((id) => rowOf.get(id));
  const wide = (scores: Float64Array) =>
    Float64Array.from(rows, (row) => (row === undefined ? Number.NaN : scores[row]!));
  return {
    ...target,
    validation: target.validation.map(wide),
    test: wide(target.test),
    allowed: Uint8Array.from(rows, (row) => (row === undefined ? 0 : target.allowed[row]!)),
  };
}
