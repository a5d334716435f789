import { seededRandom } from '@edgelore/tensor';
import type { Items } from '../scorers/scorer.js';
import type { BenchmarkSpec, ItemsSpec, TargetSpec, TasksSpec } from './benchmark-spec.js';
import { tableError } from './table-error.js';
import { logarithms, numbersOf, oneHot, seriesOf, withoutGaps } from './text-columns.js';
import { digitsOf, parseGraphs } from './text-graphs.js';
import { columnAt, parseTable, type TextTable } from './text-table.js';

/** A table of things whose scores are known: what searches and rankers are tried on. */
export interface Benchmark {
  /** Names of the items; item i is row i everywhere. */
  readonly ids: readonly string[];
  readonly items: Items;
  readonly targets: readonly BenchmarkTarget[];
  readonly tasks: BenchmarkTasks | null;
}

/** Something to search for. All scores: higher is better, NaN where an item has none. */
export interface BenchmarkTarget {
  readonly name: string;
  /** What a training of an item tells, one series a training seed, [count] each. */
  readonly validation: readonly Float64Array[];
  /** What counts in the end, [count]. */
  readonly test: Float64Array;
  /** 1 for items that have scores and keep to the limits, [count]. */
  readonly allowed: Uint8Array;
  readonly weak: {
    /** Names of the cheap labels, the most telling one first. */
    readonly heads: readonly string[];
    /** [count × heads] by rows; NaN where missing. */
    readonly labels: Float32Array;
  };
}

/** Every item on many tasks. */
export interface BenchmarkTasks {
  readonly ids: readonly string[];
  /** Mean 0 and deviation 1 over the tasks, [d] each. */
  readonly descriptions: readonly Float32Array[];
  /** Higher is better, [count] each. */
  readonly scores: readonly Float64Array[];
  /** Tasks in the order in which folds are dealt. */
  readonly order: readonly number[];
}

/**
 * Reads a benchmark's tables.
 * @param files texts of the files that `benchmarkFiles` names
 * @throws RankingError `INVALID_TABLE`, naming file, row, column and remedy.
 *
 * @example
 * ```ts
 * const text = '{"items": {"file": "runs.csv", "features": ["depth"]}, "targets": [{"name": "top1", "validation": "top1"}]}';
 * const spec = parseBenchmarkSpec('benchmark.json', text);
 * const { targets } = readBenchmark(spec, new Map([['runs.csv', 'depth,top1\n2,70.1\n3,71.5\n']]));
 * targets[0]!.test; // => Float64Array.of(70.1, 71.5)
 * ```
 */
export function readBenchmark(spec: BenchmarkSpec, files: ReadonlyMap<string, string>): Benchmark {
  const table = tableOf(spec.items.file, files);
  const ids = spec.items.id === null ? null : cellsOf(table, spec.items.id);
  const parts = partsOf(table, spec.items, ids);
  const rowOf = new Map<string, number>();
  for (const part of parts) {
    part.rows.forEach((row) => {
      const id = ids?.[row] ?? String(row);
      rowOf.set(id, rowOf.get(id) ?? row);
    });
  }
  const rows = [...rowOf.values()];
  const names = [...rowOf.keys()];
  return {
    ids: names,
    items: itemsOf(table, rows, spec.items),
    targets: parts.flatMap(({ name, rows: own }) => {
      const at = new Map(own.map((row) => [ids?.[row] ?? String(row), row]));
      const aligned = names.map((id) => at.get(id) ?? -1);
      return spec.targets.map((target) => targetOf(table, aligned, target, targetName(name, target, spec)));
    }),
    tasks: spec.tasks && tasksOf(spec.tasks, names, files),
  };
}

function targetName(part: string | null, { name }: TargetSpec, { targets }: BenchmarkSpec): string {
  if (part === null) {
    return name;
  }
  return targets.length > 1 ? `${part}/${name}` : part;
}

function tableOf(file: string, files: ReadonlyMap<string, string>): TextTable {
  const text = files.get(file);
  if (text === undefined) {
    throw tableError({ file }, 'the specification names it, but it is not there; add it or correct the name');
  }
  return parseTable(file.replace(/\.gz$/, ''), text);
}

function cellsOf(table: TextTable, column: string): string[] {
  const at = columnAt(table, column);
  return table.rows.map((row) => row[at]!);
}

/** Rows by the value of the column that parts them; no id twice in a part. */
function partsOf(table: TextTable, { split, id }: ItemsSpec, ids: readonly string[] | null) {
  const all = Array.from(table.rows.keys());
  const parts = new Map<string | null, number[]>();
  const values = split === null ? null : cellsOf(table, split);
  for (const row of all) {
    const value = values?.[row] ?? null;
    const part = parts.get(value);
    if (part) {
      part.push(row);
    } else {
      parts.set(value, [row]);
    }
  }
  return [...parts].map(([name, rows]) => {
    const seen = new Map<string, number>();
    for (const row of ids ? rows : []) {
      const before = seen.get(ids![row]!);
      if (before !== undefined) {
        const problem = `"${ids![row]}" stands in row ${before + 1} already; give every item one row`;
        throw tableError({ file: table.file, row: row + 1, column: id! }, problem);
      }
      seen.set(ids![row]!, row);
    }
    return { name, rows };
  });
}

function itemsOf(table: TextTable, rows: readonly number[], spec: ItemsSpec): Items {
  const columns = [
    ...spec.features.map((feature) => withoutGaps(numbersOf(table, rows, feature))),
    ...spec.categories.flatMap((column) => {
      const at = columnAt(table, column);
      return oneHot(rows.map((row) => table.rows[row]![at]!));
    }),
    ...spec.digits.flatMap(({ column, choices }) => digitColumns(table, rows, column, choices)),
  ];
  if (columns.length === 0 && spec.graphs.length === 0) {
    throw tableError(
      { file: table.file },
      'the specification names no features of the items; list "features", "categories", "digits" or "graphs"',
    );
  }
  const features = new Float32Array(rows.length * columns.length);
  columns.forEach((column, at) => {
    column.forEach((value, item) => {
      features[item * columns.length + at] = value;
    });
  });
  return {
    count: rows.length,
    features,
    width: columns.length,
    ...(spec.graphs.length > 0 && { graphs: parseGraphs(table, rows, spec.graphs) }),
  };
}

function digitColumns(table: TextTable, rows: readonly number[], column: string, choices: readonly number[]) {
  const at = columnAt(table, column);
  const columns = choices.flatMap((count) => Array.from({ length: count }, () => new Float64Array(rows.length)));
  const starts = choices.map((_, digit) => choices.slice(0, digit).reduce((sum, count) => sum + count, 0));
  rows.forEach((row, item) => {
    const text = table.rows[row]![at]!;
    const place = { file: table.file, row: row + 1, column };
    if (text.length !== choices.length) {
      throw tableError(
        place,
        `"${text}" has ${text.length} digits; write one for each of the ${choices.length} choices`,
      );
    }
    digitsOf(text, choices, place).forEach((digit, position) => {
      columns[starts[position]! + digit]![item] = 1;
    });
  });
  return columns;
}

/** @param rows row of each item in the table; -1 where it has none for this target */
function targetOf(table: TextTable, rows: readonly number[], spec: TargetSpec, name: string): BenchmarkTarget {
  const there = rows.flatMap((row, item) => (row >= 0 ? [item] : []));
  const own = there.map((item) => rows[item]!);
  const spread = (values: Float64Array) => {
    const all = new Float64Array(rows.length).fill(Number.NaN);
    there.forEach((item, at) => {
      all[item] = values[at]!;
    });
    return all;
  };
  const higher = (values: Float64Array, column: string) => {
    const scale = spec.log ? logarithms(table, own, column, values) : values;
    return spread(spec.goal === 'minimise' ? scale.map((value) => -value) : scale);
  };
  const validation = spec.validation.flatMap((column) =>
    seriesOf(table, own, column).map((series) => higher(series, column)),
  );
  const test =
    spec.test === null ? meanOf(validation) : higher(numbersOf(table, own, { column: spec.test }), spec.test);
  const allowed = Uint8Array.from(test, (value, item) =>
    Number.isNaN(value) || validation.some((series) => Number.isNaN(series[item])) ? 0 : 1,
  );
  for (const { column, least, most } of spec.limits) {
    spread(numbersOf(table, own, { column })).forEach((value, item) => {
      allowed[item] = allowed[item] && value >= least && value <= most ? 1 : 0;
    });
  }
  if (allowed.every((one) => one === 0)) {
    throw tableError(
      { file: table.file, column: spec.validation.join(', ') },
      `no item has scores for ${name} within its limits; fill in scores or widen the limits`,
    );
  }
  const heads = spec.weak.map(({ column }) => column);
  const labels = new Float32Array(rows.length * heads.length);
  spec.weak.forEach((weak, head) => {
    spread(numbersOf(table, own, weak)).forEach((value, item) => {
      labels[item * heads.length + head] = value;
    });
  });
  return { name, validation, test, allowed, weak: { heads, labels } };
}

function meanOf(series: readonly Float64Array[]): Float64Array {
  return series[0]!.map((_, item) => series.reduce((sum, one) => sum + one[item]!, 0) / series.length);
}

function tasksOf(spec: TasksSpec, items: readonly string[], files: ReadonlyMap<string, string>): BenchmarkTasks {
  const scores = tableOf(spec.scores, files);
  const descriptions = tableOf(spec.descriptions, files);
  const columns = items.map((id) => columnAt(scores, `${spec.prefix}${id}`));
  const scored = rowsById(scores, spec.id);
  const ids: string[] = [];
  const described: number[] = [];
  for (const [id, row] of rowsById(descriptions, spec.id)) {
    if (scored.has(id)) {
      ids.push(id);
      described.push(row);
    }
  }
  if (ids.length < 2) {
    throw tableError(
      { file: descriptions.file, column: spec.id },
      `${ids.length} of its tasks have scores in ${scores.file}; at least two must`,
    );
  }
  const sign = spec.goal === 'minimise' ? -1 : 1;
  const rows = ids.map((id) => scored.get(id)!);
  const byItem = columns.map((at) => numbersOf(scores, rows, { column: scores.columns[at]! }));
  const matrix = ids.map((_, task) => Float64Array.from(byItem, (column) => sign * column[task]!));
  matrix.forEach((row, task) => {
    const gap = row.findIndex((value) => Number.isNaN(value));
    if (gap >= 0) {
      const column = scores.columns[columns[gap]!]!;
      throw tableError(
        { file: scores.file, row: rows[task]! + 1, column },
        'it has no score; fill it in or drop the task',
      );
    }
  });
  return {
    ids,
    scores: matrix,
    descriptions: describe(descriptions, described, spec),
    order: orderOf(spec.order, ids.length),
  };
}

function rowsById(table: TextTable, column: string): Map<string, number> {
  const rows = new Map<string, number>();
  cellsOf(table, column).forEach((id, row) => {
    if (rows.has(id)) {
      throw tableError(
        { file: table.file, row: row + 1, column },
        `task "${id}" stands in row ${rows.get(id)! + 1} already; give every task one row`,
      );
    }
    rows.set(id, row);
  });
  return rows;
}

function describe(table: TextTable, rows: readonly number[], spec: TasksSpec): Float32Array[] {
  const names = spec.features ?? table.columns.filter((name) => name !== spec.id && !spec.ignore.includes(name));
  const columns = names.map((column) => {
    const filled = withoutGaps(numbersOf(table, rows, { column }));
    return standardised(
      spec.signedLog ? filled.map((value) => Math.sign(value) * Math.log1p(Math.abs(value))) : filled,
    );
  });
  return rows.map((_, task) => Float32Array.from(columns, (column) => column[task]!));
}

function standardised(column: Float64Array): Float64Array {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length);
  return column.map((value) => (deviation > 1e-12 ? (value - mean) / deviation : 0));
}

function orderOf(order: readonly number[] | null, tasks: number): readonly number[] {
  const numbers = Array.from({ length: tasks }, (_, task) => task);
  if (order === null) {
    return seededRandom(0).shuffle(numbers);
  }
  if (order.length !== tasks || new Set(order).size !== tasks || Math.max(...order) !== tasks - 1) {
    throw tableError(
      { file: 'tasks.order' },
      `it does not name each of the tasks 0 to ${tasks - 1} once; correct it or leave it out`,
    );
  }
  return order;
}
