import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RankingError } from '../ranking.error.js';
import { type Benchmark, readBenchmark } from './benchmark.js';
import { benchmarkFiles, parseBenchmarkSpec } from './benchmark-spec.js';

const SPEC = {
  items: {
    file: 'nets.csv.gz',
    id: 'net',
    features: ['depth', { column: 'width', log: true }],
    categories: ['activation'],
    digits: [{ column: 'code', choices: [2, 3] }],
  },
  targets: [
    {
      name: 'flowers',
      validation: 'val',
      test: 'test',
      weak: ['flops', { column: 'zen', failed: -1e8 }],
      limits: [{ column: 'flops', least: 10, most: 20 }],
    },
    { name: 'loss', validation: ['loss_1', 'loss_2'], goal: 'minimise', log: true },
  ],
};
const NETS = `net,depth,width,activation,code,flops,zen,val,test,loss_1,loss_2
a,2,1,relu,01,10,5.5,60;61;62,60.5,1,1
b,,1,"swish, hard",12,20,-1e8,70;71,70.5,0.5,0.25
c,6,1,relu,00,40,7,80;81,80.5,2,4
d,4,1,relu,00,,-3,,,,
`;

function read(spec: unknown, ...files: [string, string][]): Benchmark {
  return readBenchmark(parseBenchmarkSpec('benchmark.json', JSON.stringify(spec)), new Map(files));
}

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RankingError);
    expect((error as RankingError).code).toBe('INVALID_TABLE');
    return (error as RankingError).message;
  }
  throw new Error('nothing was complained of');
}

describe('a table of items and targets', () => {
  const table = read(SPEC, ['nets.csv.gz', NETS]);
  const [flowers, loss] = table.targets;

  it('has features, one-hot names and digits; an empty cell is the mean', () => {
    expect(table.ids).toEqual(['a', 'b', 'c', 'd']);
    expect(table.items.width).toBe(2 + 2 + 5);
    const rows = Array.from({ length: 4 }, (_, row) => [...table.items.features.subarray(row * 9, (row + 1) * 9)]);
    expect(rows).toEqual([
      [2, 0, 1, 0, 1, 0, 0, 1, 0],
      [4, 0, 0, 1, 0, 1, 0, 0, 1],
      [6, 0, 1, 0, 1, 0, 1, 0, 0],
      [4, 0, 1, 0, 1, 0, 1, 0, 0],
    ]);
  });

  it('has a series for each seed that every scored item has, and the test score', () => {
    expect(flowers?.validation).toEqual([
      Float64Array.of(60, 70, 80, Number.NaN),
      Float64Array.of(61, 71, 81, Number.NaN),
    ]);
    expect(flowers?.test).toEqual(Float64Array.of(60.5, 70.5, 80.5, Number.NaN));
  });

  it('searches items that have scores and keep to the limits', () => {
    expect(flowers?.allowed).toEqual(Uint8Array.of(1, 1, 0, 0));
    expect(loss?.allowed).toEqual(Uint8Array.of(1, 1, 1, 0));
  });

  it('takes a failed measurement for the lowest and leaves an empty one out', () => {
    expect(flowers?.weak).toEqual({
      heads: ['flops', 'zen'],
      labels: Float32Array.of(10, 5.5, 20, 5.5, 40, 7, Number.NaN, Number.NaN).map((value, at) =>
        at === 3 || at === 7 ? -3 : value,
      ),
    });
  });

  it('turns what is minimised round, takes logarithms, and means validation for test', () => {
    expect(loss?.validation).toEqual([
      Float64Array.of(-0, Math.log(2), -Math.log(2), Number.NaN),
      Float64Array.of(-0, Math.log(4), -Math.log(4), Number.NaN),
    ]);
    expect(loss?.test[1]).toBeCloseTo(1.5 * Math.log(2), 12);
  });

  it('names the files it needs', () => {
    expect(benchmarkFiles(parseBenchmarkSpec('benchmark.json', JSON.stringify(SPEC)))).toEqual(['nets.csv.gz']);
  });
});

describe('a long table', () => {
  const spec = {
    items: { file: 'long.csv', id: 'net', split: 'task', features: ['depth'] },
    targets: [{ name: 'score', validation: 'score' }],
  };

  it('has a target for each task, items in common', () => {
    const text = 'task,net,depth,score\nbirds,a,1,10\nbirds,b,2,20\ncars,b,2,30\ncars,c,3,40\n';
    const { ids, items, targets } = read(spec, ['long.csv', text]);
    expect([ids, [...items.features]]).toEqual([
      ['a', 'b', 'c'],
      [1, 2, 3],
    ]);
    expect(targets.map(({ name }) => name)).toEqual(['birds', 'cars']);
    expect(targets[1]!.test).toEqual(Float64Array.of(Number.NaN, 30, 40));
    expect(targets[1]!.allowed).toEqual(Uint8Array.of(0, 1, 1));
  });

  it('wants an item once for each task', () => {
    const text = 'task,net,depth,score\nbirds,a,1,10\ncars,a,1,20\nbirds,a,2,20\n';
    expect(complaint(() => read(spec, ['long.csv', text]))).toBe(
      'long.csv, row 3, column "net": "a" stands in row 1 already; give every item one row.',
    );
  });
});

describe('tables of tasks', () => {
  const spec = {
    items: { file: 'configs.json', id: 'config', categories: ['kind'], features: ['settings.rate'] },
    tasks: {
      scores: 'errors.csv',
      id: 'task',
      prefix: 'c',
      goal: 'minimise',
      descriptions: 'meta.csv',
      ignore: ['note'],
      order: [1, 0],
    },
  };
  const configs =
    '[{"config": 0, "kind": "svm", "settings": {"rate": 0.5}}, {"config": 1, "kind": "tree", "settings": {}}]';
  const errors = 'task,c0,c1\n9,0.1,0.2\n7,0.3,0.4\n8,0.5,0.6\n';
  const meta = 'task,rows,classes,note\n7,100,2,x\n6,1,1,y\n9,300,,z\n';
  const files: [string, string][] = [
    ['configs.json', configs],
    ['errors.csv', errors],
    ['meta.csv', meta],
  ];

  it('joins those in both, in the order of the descriptions, standardised', () => {
    const { tasks, items, targets } = read(spec, ...files);
    expect(targets).toEqual([]);
    expect([...items.features]).toEqual([0.5, 1, 0, 0.5, 0, 1]);
    expect(tasks).toEqual({
      ids: ['7', '9'],
      descriptions: [Float32Array.of(-1, 0), Float32Array.of(1, 0)],
      scores: [Float64Array.of(-0.3, -0.4), Float64Array.of(-0.1, -0.2)],
      order: [1, 0],
    });
  });

  it('draws an order where none is given, always the same', () => {
    const { order, ...rest } = spec.tasks;
    const drawn = () => read({ ...spec, tasks: rest }, ...files).tasks!.order;
    expect([...drawn()].sort()).toEqual([...order].sort());
    expect(drawn()).toEqual(drawn());
  });

  it.each([
    ['a gap in the scores', 'errors.csv', errors.replace('0.4', ''), 'errors.csv, row 2, column "c1": it has no score'],
    ['an item without a column', 'errors.csv', errors.replace('c1', 'd1'), 'errors.csv, column "c1": there is no such'],
    [
      'a task twice',
      'meta.csv',
      meta.replace('\n6,', '\n7,'),
      'meta.csv, row 2, column "task": task "7" stands in row 1',
    ],
    ['no task in common', 'meta.csv', 'task,rows\n1,1\n', 'meta.csv, column "task": 0 of its tasks have scores'],
    ['broken JSON', 'configs.json', '[{', 'configs.json: it is no JSON'],
    ['JSON that is no list', 'configs.json', '{"a": 1}', 'configs.json: it is not a list of objects'],
  ])('complains of %s', (_, file, text, expected) => {
    expect(complaint(() => read(spec, ...files, [file, text]))).toContain(expected);
  });

  it('complains of an order that leaves tasks out', () => {
    const wrong = { ...spec, tasks: { ...spec.tasks, order: [0, 0] } };
    expect(complaint(() => read(wrong, ...files))).toContain('tasks.order: it does not name each of the tasks 0 to 1');
  });
});

describe('malformed tables', () => {
  it.each([
    [
      'a column that is missing',
      NETS.replace('depth', 'deep'),
      'nets.csv, column "depth": there is no such column; its columns are net, deep, width',
    ],
    [
      'a cell that is no number',
      NETS.replace('a,2,', 'a,two,'),
      'nets.csv, row 1, column "depth": "two" is not a number; write one',
    ],
    ['a seed that is no number', NETS.replace('70;71', '70;x'), 'nets.csv, row 2, column "val": "x" is not a number'],
    ['an infinite number', NETS.replace('60.5', '1e999'), 'nets.csv, row 1, column "test": "1e999" is not a number'],
    [
      'a digit too high',
      NETS.replace(',12,', ',13,'),
      'nets.csv, row 2, column "code": character 2 is "3"; it must be a digit from 0 to 2',
    ],
    [
      'too many digits',
      NETS.replace(',12,', ',012,'),
      'nets.csv, row 2, column "code": "012" has 3 digits; write one for each of the 2',
    ],
    ['an item twice', NETS.replace('\nb,', '\na,'), 'nets.csv, row 2, column "net": "a" stands in row 1 already'],
    ['no rows', NETS.split('\n')[0]!, 'nets.csv: it has no rows; put a header line and one line for each row'],
    ['an empty file', '', 'nets.csv: it has no rows'],
    [
      'a row too short',
      `${NETS}e,1,1\n`,
      'nets.csv, row 5: it has 3 cells, the header 11; give every row one cell for each column',
    ],
    ['a column twice', NETS.replace('flops', 'val'), 'nets.csv, column "val": the header names it twice'],
    ['a column without a name', NETS.replace('depth', ''), 'nets.csv: column 2 of the header has no name'],
    [
      'a quote never closed',
      NETS.replace('hard"', 'hard'),
      'nets.csv, row 2: a double quote is opened and never closed',
    ],
    ['text after a quote', NETS.replace('hard"', 'hard"er'), 'nets.csv, row 2: cell 4 goes on after its closing quote'],
    ['a logarithm of nothing', NETS.replace('d,4,1', 'd,4,0'), 'nets.csv, row 4, column "width": 0 has no logarithm'],
  ])('%s', (_, text, expected) => {
    expect(complaint(() => read(SPEC, ['nets.csv.gz', text]))).toContain(expected);
  });

  it('a file that is not there', () => {
    expect(complaint(() => read(SPEC))).toContain('nets.csv.gz: the specification names it, but it is not there');
  });

  it('limits that leave nothing', () => {
    const [target] = SPEC.targets;
    const spec = { ...SPEC, targets: [{ ...target, limits: [{ column: 'flops', least: 1000 }] }] };
    expect(complaint(() => read(spec, ['nets.csv.gz', NETS]))).toContain(
      'no item has scores for flowers within its limits',
    );
  });
});

describe('malformed specifications', () => {
  const { items, targets } = SPEC;
  it.each([
    ['no JSON', '{', 'benchmark.json: it is no JSON'],
    ['no object', '[]', 'benchmark.json: it is not a JSON object'],
    ['no items', { targets }, 'benchmark.json, field items: it is missing; it must be an object'],
    ['no file', { items: {}, targets }, 'benchmark.json, field items.file: it is missing; it must be a text'],
    ['nothing to search', { items }, 'benchmark.json, field targets: there is nothing to search for'],
    [
      'an unknown field',
      { items, targets, task: 1 },
      'benchmark.json, field task: there is no such field; the top has items, targets, tasks',
    ],
    [
      'an unknown field within',
      { items, targets: [{ name: 'a', validation: 'v', goals: 1 }] },
      'field targets[0].goals: there is no such field; targets[0] has name, validation',
    ],
    [
      'a goal of its own',
      { items, targets: [{ name: 'a', validation: 'v', goal: 'up' }] },
      'field targets[0].goal: it is "up"; it must be one of maximise, minimise',
    ],
    [
      'a feature that is a number',
      { items: { ...items, features: [3] }, targets },
      'field items.features: it is [3]; it must be a list of texts or of objects with "column"',
    ],
    [
      'an empty list',
      { items: { ...items, categories: [] }, targets },
      'field items.categories: it is []; it must be a text or a list of texts',
    ],
    [
      'no choices',
      { items: { ...items, digits: [{ column: 'code' }] }, targets },
      'field items.digits[0].choices: it is missing',
    ],
    [
      'a graph without edges',
      { items: { ...items, graphs: [{ ops: 'o', operations: 2 }] }, targets },
      'field items.graphs[0]: name either the column "adjacency"',
    ],
    [
      'tasks without ids',
      { items: { file: 'a', features: ['f'] }, tasks: { scores: 's', id: 'i', descriptions: 'd' } },
      'field items.id: it is missing; name the column',
    ],
    [
      'no features',
      { items: { file: 'nets.csv' }, targets },
      'nets.csv: the specification names no features of the items',
    ],
  ])('%s', (_, spec, expected) => {
    const text = typeof spec === 'string' ? spec : JSON.stringify(spec);
    const run = () => readBenchmark(parseBenchmarkSpec('benchmark.json', text), new Map([['nets.csv', NETS]]));
    expect(complaint(run)).toContain(expected);
  });
});

it('reads back any table that is written', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const name = fc.string({ minLength: 1 });
  const row = fc.record({
    kind: name,
    size: number,
    score: number,
    seeds: fc.array(number, { minLength: 2, maxLength: 4 }),
  });
  const spec = {
    items: { file: 'any.csv', id: 'id', categories: ['kind'], features: ['size'] },
    targets: [{ name: 'score', validation: 'seeds', test: 'score' }],
  };
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (rows, newLine) => {
      const lines = rows.map(({ kind, size, score, seeds }, at) =>
        [quoted(`${at}${kind}`), quoted(kind), String(size), String(score), seeds.join(';')].join(','),
      );
      const { ids, items, targets } = read(spec, ['any.csv', ['id,kind,size,score,seeds', ...lines].join(newLine)]);
      const kinds = [...new Set(rows.map(({ kind }) => kind))];
      const shared = Math.min(...rows.map(({ seeds }) => seeds.length));
      expect(ids).toEqual(rows.map(({ kind }, at) => `${at}${kind}`));
      expect(items.features).toEqual(
        Float32Array.from(rows.flatMap(({ kind, size }) => [size + 0, ...kinds.map((one) => (one === kind ? 1 : 0))])),
      );
      expect(targets[0]!.test).toEqual(Float64Array.from(rows, ({ score }) => score + 0));
      expect(targets[0]!.validation).toEqual(
        Array.from({ length: shared }, (_, seed) => Float64Array.from(rows, ({ seeds }) => seeds[seed]! + 0)),
      );
    }),
  );
});
