import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lightgbmVersion } from './lightgbm/lightgbm-search.js';

const bench = fileURLToPath(new URL('../ranking.bench.js', import.meta.url));
const document = fileURLToPath(new URL('../../../docs/ranking-benchmark.md', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'edgelore-tables-'));
const table = path.join(folder, 'my-folder');
const options = ['--data', table, '--budget', '4+2', '--rounds', '2', '--seeds', '3'];
const methods = ['--methods', 'ours,graph-mse,mlp,trees+weak,evolution,random'];
const RUNS = 3 * 6;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly complaint: string;
}

/** Folder, target, budget, method. */
type Figures = Record<string, Record<string, Record<string, Record<string, object>>>>;

/** @param killAfter lines of results after which it is killed */
function run(args: readonly string[], out: string, killAfter = Number.POSITIVE_INFINITY): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bench, ...args, '--out', out]);
    const said = { out: '', complaint: '' };
    child.stdout.on('data', (chunk) => {
      said.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said.complaint += chunk;
    });
    const watch = setInterval(() => {
      if (linesOf(out).length >= killAfter) {
        child.kill('SIGKILL');
      }
    }, 2);
    child.once('close', (code) => {
      clearInterval(watch);
      resolve({ code, ...said });
    });
  });
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

const lastLine = ({ out }: Ran) => out.trim().split('\n').at(-1)!;

beforeAll(() => {
  // What is run here is the example of the documentation.
  mkdirSync(table);
  const text = readFileSync(document, 'utf8');
  for (const name of ['benchmark.json', 'nets.csv']) {
    const [, example] = new RegExp(`\`${name}\`\n\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(text)!;
    writeFileSync(path.join(table, name), example!);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the documented example', () => {
  const whole = path.join(folder, 'whole.jsonl');
  let first: Ran;

  beforeAll(async () => {
    first = await run([...options, ...methods], whole);
  });

  it('is searched by every method: a table, and JSON last', () => {
    expect(first).toMatchObject({ code: 0, complaint: '' });
    expect(first.out).toMatch(/my-folder, flowers: regret, mean over 3 seeds/);
    expect(first.out).toMatch(/^evolution +\d+\.\d{3} \+- \d+\.\d{3}$/m);
    const figures: unknown = JSON.parse(lastLine(first));
    const figure = { mean: expect.any(Number), se: expect.any(Number) };
    const row = {
      ours: figure,
      'graph-mse': figure,
      mlp: figure,
      'trees+weak': figure,
      evolution: figure,
      random: figure,
    };
    expect(figures).toEqual({ 'my-folder': { flowers: { '4+2': row } } });
  });

  it('goes on where it was killed, with the same figures', async () => {
    const cut = path.join(folder, 'cut.jsonl');
    const killed = await run([...options, ...methods], cut, 3);
    expect(killed.code).toBeNull();
    const kept = linesOf(cut).length;
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(kept).toBeLessThan(RUNS);
    // As if the kill had come in the middle of a line.
    appendFileSync(cut, '{"key":"0123","figu');
    const again = await run([...options, ...methods], cut);
    expect(again.out).toContain(`${RUNS} runs, ${kept} of them known from before`);
    expect(lastLine(again)).toBe(lastLine(first));
    expect(linesOf(cut)).toHaveLength(RUNS);
  });

  it('does nothing twice, but everything anew on other data', async () => {
    const before = readFileSync(whole, 'utf8');
    const again = await run([...options, ...methods], whole);
    expect(again.out).not.toContain('runs');
    expect(lastLine(again)).toBe(lastLine(first));
    expect(readFileSync(whole, 'utf8')).toBe(before);
    const nets = path.join(table, 'nets.csv');
    const text = readFileSync(nets, 'utf8');
    writeFileSync(nets, text.replace('73.1', '74.1'));
    await run([...options, '--methods', 'random'], whole);
    writeFileSync(nets, text);
    expect(linesOf(whole)).toHaveLength(RUNS + 3);
  });
});

const lightgbm = lightgbmVersion();

it(`asks LightGBM in the same rounds${lightgbm ? '' : ' (passes without it: not here)'}`, async () => {
  if (lightgbm === undefined) return;
  const all = ['--budget', '4+2,8+4', '--methods', 'lightgbm,lightgbm+weak,random', '--jobs', '1'];
  const { flowers } = (
    JSON.parse(lastLine(await run([...options, ...all], path.join(folder, 'peer.jsonl')))) as Figures
  )['my-folder']!;
  expect(Object.keys(flowers!['4+2']!)).toEqual(['random', 'lightgbm', 'lightgbm+weak']);
  // Twelve may be searched: with as many trainings the best-validated is found, whatever is asked for when.
  expect(flowers!['8+4']!.lightgbm).toEqual(flowers!['8+4']!.random);
});

it('ranks for tasks that a folder describes', async () => {
  const tasks = path.join(folder, 'tasks');
  mkdirSync(tasks);
  const spec = {
    items: { file: 'configs.csv', id: 'config', features: ['depth'] },
    tasks: { scores: 'scores.csv', id: 'task', descriptions: 'tasks.csv' },
  };
  writeFileSync(path.join(tasks, 'benchmark.json'), JSON.stringify(spec));
  const depths = [1, 2, 3, 4, 5, 6];
  writeFileSync(path.join(tasks, 'configs.csv'), `config,depth\n${depths.map((d) => `${d},${d}`).join('\n')}\n`);
  // Large data sets want deep networks, small ones want shallow ones.
  const sizes = Array.from({ length: 20 }, (_, task) => 1 + (task % 6));
  const scores = sizes.map((size, task) => [`t${task}`, ...depths.map((depth) => -Math.abs(depth - size))].join(','));
  writeFileSync(path.join(tasks, 'scores.csv'), `task,${depths.join(',')}\n${scores.join('\n')}\n`);
  writeFileSync(
    path.join(tasks, 'tasks.csv'),
    `task,size\n${sizes.map((size, task) => `t${task},${size}`).join('\n')}\n`,
  );
  const ran = await run(
    ['--data', tasks, '--methods', 'ours,nearest,average,random'],
    path.join(folder, 'tasks.jsonl'),
  );
  const figures = (JSON.parse(lastLine(ran)) as { tasks: Record<string, number[]> }).tasks;
  // In expectation of a random one of six depths for sizes of 1 to 6.
  const random =
    sizes.reduce((sum, size) => sum + depths.reduce((a, depth) => a + Math.abs(depth - size), 0) / 6, 0) / 20;
  expect(figures.random![0]).toBeCloseTo(random, 4);
  expect(figures.average![0]).toBeGreaterThan(1);
  expect(figures.ours![0]).toBeLessThan(figures.nearest![0]!);
  expect(figures.nearest![0]).toBeLessThan(figures.average![0]!);
});

describe('what cannot be run', () => {
  it.each([
    [['--colour'], "Unknown option '--colour'; the options are --data DIR"],
    [['--data', folder], 'has no benchmark.json; write one (docs/ranking-benchmark.md) or name it with --spec'],
    [
      ['--data', table],
      '50+10 trainings are more than the 12 items of my-folder that may be searched for flowers; ask for',
    ],
    [['--data', table, '--methods', 'nearest'], 'none of the methods asked for runs on my-folder; name some of ours, '],
  ])('%j is refused', async (args, expected) => {
    const { code, out, complaint } = await run(args, path.join(folder, 'none.jsonl'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(complaint).toContain(`ranking: `);
    expect(complaint).toContain(expected);
    expect(complaint.trim().split('\n')).toHaveLength(1);
  });

  it('names file, row and column of a malformed table', async () => {
    const broken = path.join(folder, 'broken');
    mkdirSync(broken);
    const spec = { items: { file: 'a.csv', features: ['depth'] }, targets: [{ name: 'a', validation: 'score' }] };
    writeFileSync(path.join(broken, 'benchmark.json'), JSON.stringify(spec));
    writeFileSync(path.join(broken, 'a.csv'), 'depth,score\n1,2\n3,good\n');
    const { code, complaint } = await run(['--data', broken], path.join(folder, 'none.jsonl'));
    expect([code, complaint.trim()]).toEqual([
      2,
      'ranking: a.csv, row 2, column "score": "good" is not a number; write one, or leave the cell empty where it is missing.',
    ]);
  });
});
