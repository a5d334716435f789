import { SpecReader } from './spec-reader.js';

/** A benchmark's `benchmark.json`: which files hold what. docs/ranking-benchmark.md explains it with an example. */
export interface BenchmarkSpec {
  readonly items: ItemsSpec;
  /** What is searched for, one search each. */
  readonly targets: readonly TargetSpec[];
  /** Scores of every item on many tasks that are described by numbers. */
  readonly tasks: TasksSpec | null;
}

export interface ItemsSpec {
  readonly file: string;
  /** Column that names an item; without one, items are named by their rows. */
  readonly id: string | null;
  /** Column whose values part the rows into targets: an item has one row for each. */
  readonly split: string | null;
  readonly features: readonly NumberColumn[];
  /** Columns of names, one-hot in the order of their first appearance. */
  readonly categories: readonly string[];
  /** Columns of digits, one choice a digit. */
  readonly digits: readonly { readonly column: string; readonly choices: readonly number[] }[];
  /** The cells of an architecture. */
  readonly graphs: readonly GraphSpec[];
}

export interface NumberColumn {
  readonly column: string;
  /** Take the natural logarithm. */
  readonly log: boolean;
  /** What stands for a measurement that failed: counts as the lowest of the others. */
  readonly failed: number | null;
}

export interface GraphSpec {
  /** Column of digits: the operation of each inner node, or of each edge. */
  readonly ops: string;
  /** Number of operations. */
  readonly operations: number;
  /** Where operations lie on nodes: column of the bits of the strict upper triangle, row by row. */
  readonly adjacency: string | null;
  /** Where operations lie on edges: from and to of each. */
  readonly edges: readonly (readonly [from: number, to: number])[] | null;
}

export interface TargetSpec {
  readonly name: string;
  /** Columns of validation scores, one a seed; a cell may hold several seeds, with `;` between them. */
  readonly validation: readonly string[];
  /** Column of the test score; without one the mean of the validation scores serves. */
  readonly test: string | null;
  readonly goal: 'maximise' | 'minimise';
  readonly log: boolean;
  /** Cheap labels, the most telling one first. */
  readonly weak: readonly NumberColumn[];
  /** Items outside are not searched. */
  readonly limits: readonly { readonly column: string; readonly least: number; readonly most: number }[];
}

export interface TasksSpec {
  /** File of scores: a row a task, a column an item. */
  readonly scores: string;
  /** Column that names the task, in both files. */
  readonly id: string;
  /** What stands before an item's id in the header of the scores. */
  readonly prefix: string;
  readonly goal: 'maximise' | 'minimise';
  /** File of numbers that describe the tasks. */
  readonly descriptions: string;
  /** Columns of it that describe; without a list all but `id` and `ignore`. */
  readonly features: readonly string[] | null;
  readonly ignore: readonly string[];
  /** Take sign(x) log(1 + |x|) of every description. */
  readonly signedLog: boolean;
  /** Order of the tasks (of the descriptions' file, those with scores) from which folds are dealt; without one it is drawn from seed 0. */
  readonly order: readonly number[] | null;
}

/**
 * Reads a specification.
 * @param file its name, for complaints
 * @throws RankingError `INVALID_TABLE` on anything but JSON of this form, naming the field.
 *
 * @example
 * ```ts
 * const text = '{"items": {"file": "runs.csv", "features": ["depth"]}, "targets": [{"name": "top1", "validation": "top1"}]}';
 * parseBenchmarkSpec('benchmark.json', text).targets[0]!.goal; // => 'maximise'
 * ```
 */
export function parseBenchmarkSpec(file: string, text: string): BenchmarkSpec {
  const root = SpecReader.parse(file, text);
  const items = root.object('items');
  const spec: BenchmarkSpec = {
    items: {
      file: items.text('file'),
      id: items.optional('id', () => items.text('id'), null),
      split: items.optional('split', () => items.text('split'), null),
      features: numberColumns(items, 'features'),
      categories: items.optional('categories', () => items.texts('categories'), []),
      digits: items.optional('digits', () => items.objects('digits').map(readDigits), []),
      graphs: items.optional('graphs', () => items.objects('graphs').map(readGraph), []),
    },
    targets: root.optional('targets', () => root.objects('targets').map(readTarget), []),
    tasks: root.optional('tasks', () => readTasks(root.object('tasks')), null),
  };
  items.end();
  root.end();
  if (spec.targets.length === 0 && spec.tasks === null) {
    throw root.error('targets', 'there is nothing to search for; list one or more targets, or describe tasks');
  }
  if (spec.items.id === null && (spec.items.split !== null || spec.tasks !== null)) {
    throw root.error('items.id', 'it is missing; name the column by which rows of one item are known');
  }
  return spec;
}

/**
 * Files that a specification names, relative to its folder.
 *
 * @example
 * ```ts
 * const text = '{"items": {"file": "runs.csv.gz", "features": ["depth"]}, "targets": [{"name": "top1", "validation": "top1"}]}';
 * benchmarkFiles(parseBenchmarkSpec('benchmark.json', text)); // => ['runs.csv.gz']
 * ```
 */
export function benchmarkFiles({ items, tasks }: BenchmarkSpec): string[] {
  return [...new Set([items.file, ...(tasks ? [tasks.scores, tasks.descriptions] : [])])];
}

function readDigits(digits: SpecReader) {
  const read = { column: digits.text('column'), choices: digits.wholes('choices', 1, 10) };
  digits.end();
  return read;
}

function readGraph(graph: SpecReader): GraphSpec {
  const read = {
    ops: graph.text('ops'),
    operations: graph.whole('operations', 1, 10),
    adjacency: graph.optional('adjacency', () => graph.text('adjacency'), null),
    edges: graph.optional('edges', () => graph.pairs('edges'), null),
  };
  if ((read.adjacency === null) === (read.edges === null)) {
    throw graph.error('', 'name either the column "adjacency" (operations on nodes) or the list "edges" (on edges)');
  }
  graph.end();
  return read;
}

function readTarget(target: SpecReader): TargetSpec {
  const read: TargetSpec = {
    name: target.text('name'),
    validation: target.texts('validation'),
    test: target.optional('test', () => target.text('test'), null),
    goal: readGoal(target),
    log: target.optional('log', () => target.flag('log'), false),
    weak: numberColumns(target, 'weak'),
    limits: target.optional('limits', () => target.objects('limits').map(readLimit), []),
  };
  target.end();
  return read;
}

function readLimit(limit: SpecReader) {
  const read = {
    column: limit.text('column'),
    least: limit.optional('least', () => limit.number('least'), Number.NEGATIVE_INFINITY),
    most: limit.optional('most', () => limit.number('most'), Number.POSITIVE_INFINITY),
  };
  limit.end();
  return read;
}

function readTasks(tasks: SpecReader): TasksSpec {
  const read: TasksSpec = {
    scores: tasks.text('scores'),
    id: tasks.text('id'),
    prefix: tasks.optional('prefix', () => tasks.text('prefix'), ''),
    goal: readGoal(tasks),
    descriptions: tasks.text('descriptions'),
    features: tasks.optional('features', () => tasks.texts('features'), null),
    ignore: tasks.optional('ignore', () => tasks.texts('ignore'), []),
    signedLog: tasks.optional('signedLog', () => tasks.flag('signedLog'), false),
    order: tasks.optional('order', () => tasks.wholes('order', 0, Number.MAX_SAFE_INTEGER), null),
  };
  tasks.end();
  return read;
}

function readGoal(reader: SpecReader): 'maximise' | 'minimise' {
  return reader.optional('goal', () => reader.oneOf('goal', ['maximise', 'minimise']), 'maximise');
}

/** Columns of numbers: a name, or an object with a name and how to read it. */
function numberColumns(reader: SpecReader, key: string): NumberColumn[] {
  return reader.optional(
    key,
    () =>
      reader.objects(key, 'column').map((column) => {
        const read = {
          column: column.text('column'),
          log: column.optional('log', () => column.flag('log'), false),
          failed: column.optional('failed', () => column.number('failed'), null),
        };
        column.end();
        return read;
      }),
    [],
  );
}
