import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { configurationId, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Dataset } from '../dataset/dataset.js';
import { openDataset } from '../dataset/open-dataset.js';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { splitItems } from '../train/dataset-images.js';
import { ExternalTrainer } from './external-trainer.js';
import { type ExternalTrainOptions, trainExternally } from './train-externally.js';
import { trainerConfig, trainerData } from './trainer-contract.js';

/** A trainer in a few lines of Node: its first argument says how it behaves, the others are the three files. */
const TRAINER = `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const [how, config, data, out] = process.argv.slice(2);
appendFileSync(out + '.starts', how + '\\n');
const { budget } = JSON.parse(readFileSync(config));
const images = JSON.parse(readFileSync(data));
const good = { ap50: 0.75, ap75: 0.5, curve: [{ step: 1, ap50: 0.25 }, { step: 2, ap50: 0.75 }], seconds: 1.5, steps: budget.steps };
const write = (result) => writeFileSync(out, typeof result === 'string' ? result : JSON.stringify(result));
if (how === 'good') {
  console.log(images.training.length + ' images');
  console.log('{"progress": 0.5, "ap50": 0.25}');
  console.log('{"progress": 7}');
  console.log('key ' + process.env.EDGELORE_API_KEY + ', home ' + process.env.EDGELORE_HOME);
  writeFileSync(out + '.weights', 'abc');
  write({ ...good, weights: require('node:path').basename(out) + '.weights' });
} else if (how === 'least') write({ ap50: 0, seconds: 1 });
else if (how === 'crash') { write(good); console.error('CUDA is\\n  on fire'); process.exit(3); }
else if (how === 'wait') {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(JSON.stringify({ progress: 0 }));
  appendFileSync(out + '.starts', process.pid + '\\n' + child.pid + '\\n');
  setInterval(() => {}, 1000);
} else if (how === 'leave-behind') {
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  write(good);
  process.exit(0);
} else if (how === 'let-go') {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: true });
  console.log(child.pid);
  write(good);
  process.exit(0);
} else if (how !== 'silent') write({ ...good, ...JSON.parse(how) });
`;

describe('training by a program of the owner', () => {
  let folder: ImageFolder;
  let dataset: Dataset;
  const configuration = defaultConfiguration(faceDetectorSpace);
  beforeAll(async () => {
    folder = await ImageFolder.create();
    const files = Array.from({ length: 10 }, (_, index) => `images/${index}.png`);
    await folder.images(files);
    await folder.json('annotations.json', {
      images: files.map((file, at) => ({ file, boxes: [[1, 2, 10 + at, 8]], group: `${at >> 1}` })),
    });
    await folder.text('a trainer.cjs', TRAINER);
    dataset = await openDataset(folder.root);
  });
  afterAll(() => folder.remove());

  const train = (run: string, how: string, more: Partial<ExternalTrainOptions> = {}) => {
    const words = [process.execPath, folder.path('a trainer.cjs'), how].map((word) => `'${word}'`).join(' ');
    return trainExternally({
      dataset,
      configuration,
      budget: { steps: 40 },
      seed: 3,
      folder: folder.path(`runs of mine/${run}`),
      trainer: ExternalTrainer.parse(`${words} {config} {data} {out}`),
      ...more,
    });
  };
  const fileOf = (run: string, file: string) => folder.path(`runs of mine/${run}/${file}`);
  const starts = async (run: string) => (await readFile(fileOf(run, 'out.json.starts'), 'utf8')).trim().split('\n');

  it('tells it what to train with which images, and keeps what it reached', async () => {
    process.env.EDGELORE_API_KEY = 'secret';
    process.env.EDGELORE_HOME = 'here';
    const progress: unknown[] = [];
    const lines: string[] = [];
    const result = await train('good', 'good', {
      onProgress: (each) => progress.push(each),
      onLine: (line) => lines.push(line),
    });
    expect(result).toMatchObject({ ap50: 0.75, ap75: 0.5, steps: 40, seconds: 1.5, backend: 'external' });
    expect(result.curve).toHaveLength(2);
    expect(result.weights).toEqual({
      file: fileOf('good', 'out.json.weights'),
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
    expect(progress).toEqual([{ progress: 0.5, ap50: 0.25 }]);

    const config = trainerConfig.parse(JSON.parse(await readFile(fileOf('good', 'config.json'), 'utf8')));
    expect(config).toEqual({
      format: 'edgelore-trainer/1',
      configuration: { id: configurationId(configuration), ...configuration },
      budget: { steps: 40 },
      seed: 3,
      startingWeights: null,
    });
    const data = trainerData.parse(JSON.parse(await readFile(fileOf('good', 'data.json'), 'utf8')));
    const split = splitItems(dataset, 3);
    for (const side of ['training', 'heldOut'] as const) {
      expect(data[side].map(({ file, ...rest }) => ({ ...rest, file: path.relative(dataset.root, file) }))).toEqual(
        split[side],
      );
    }
    expect(lines).toEqual([`${split.training.length} images`, '{"progress": 7}', 'key undefined, home here']);
    // A finished run is not repeated, and keeps the key under which it is reported.
    expect(await train('good', 'crash')).toEqual(result);
    expect(await starts('good')).toEqual(['good']);
  });

  it('needs no more of it than a precision and a time', async () => {
    const shipped = { ...configuration, values: { ...configuration.values, start: 'shipped' } };
    const result = await train('least', 'least', { configuration: shipped });
    expect(result).toMatchObject({ ap50: 0, ap75: null, curve: [], steps: null, weights: null });
    const config = trainerConfig.parse(JSON.parse(await readFile(fileOf('least', 'config.json'), 'utf8')));
    expect(existsSync(config.startingWeights ?? '')).toBe(true);
  });

  it.each([
    ['silent', 'did not write'],
    ['{"ap50": 1.2}', 'ap50: '],
    ['{"ap50": null}', 'ap50: '],
    ['{"seconds": 0}', 'seconds: '],
    ['{"steps": 1.5}', 'steps: '],
    ['{"curve": [{"step": 1, "ap50": 2}]}', 'curve[0].ap50: '],
    ['{"curve": [{"step": 2, "ap50": 0}, {"step": 2, "ap50": 0}]}', 'curve: its steps must rise'],
    ['{"weights": "nowhere.pt"}', 'nowhere.pt is no file'],
    ['{"map50": 0.3}', 'map50'],
  ])('refuses what it leaves: %s', async (how, problem) => {
    const failure = await failureOf(train('refused', how));
    expect([failure.code, failure.exitCode, failure.file]).toEqual([
      'TRAINER_ANSWER_INVALID',
      65,
      fileOf('refused', 'out.json'),
    ]);
    expect(failure.message).toContain(problem);
    expect(existsSync(fileOf('refused', 'result.json'))).toBe(false);
  });

  it('has no result of one that crashed, and starts it again', async () => {
    const failure = await failureOf(train('crash', 'crash'));
    expect(failure.code).toBe('TRAINER_FAILED');
    expect(failure.message).toMatch(/exit code 3; its last line: on fire\./);
    expect(existsSync(fileOf('crash', 'result.json'))).toBe(false);
    // The file that the crashed one left is not taken for a result of the next.
    expect((await failureOf(train('crash', 'silent'))).message).toContain('did not write');
    expect((await train('crash', 'least')).ap50).toBe(0);
  });

  it('says when the program cannot be started', async () => {
    const trainer = ExternalTrainer.parse('/no/such/program {config} {data} {out}');
    const failure = await failureOf(train('missing', '', { trainer }));
    expect([failure.code, failure.file]).toEqual(['TRAINER_INVALID', '/no/such/program']);
  });

  it('ends it and all that it started when it is interrupted', async () => {
    const stop = new AbortController();
    const stopped = train('wait', 'wait', {
      signal: stop.signal,
      onProgress: () => setTimeout(() => stop.abort(), 200),
    });
    expect((await failureOf(stopped)).code).toBe('INTERRUPTED');
    const [, parent, child] = await starts('wait');
    for (const pid of [parent, child]) await gone(Number(pid));
    expect((await train('wait', 'least')).ap50).toBe(0);
  });

  it('does not wait for what it leaves behind', async () => {
    expect((await train('behind', 'leave-behind')).ap50).toBe(0.75);
    const lines: string[] = [];
    expect((await train('let go', 'let-go', { onLine: (line) => lines.push(line) })).ap50).toBe(0.75);
    process.kill(Number(lines[0]), 'SIGKILL');
  });
});

/** Waits until a process is gone; a dead one whose parent has not looked yet counts as gone. */
async function gone(pid: number): Promise<void> {
  for (let wait = 0; wait < 50; wait += 1) {
    try {
      process.kill(pid, 0);
      const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      if (/\) Z /.test(state)) return;
    } catch {
      return;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`process ${pid} is still there`);
}
