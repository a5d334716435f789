import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CycleResult, RecommendedTask } from '@edgelore/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { edgelore, jsonOf, small, start } from './command.js';
import { drawFaces, openWorkshop, type Workshop } from './drawn-faces.js';
import { type Platform, startPlatform, until } from './platform.js';

/** Writes what docs/external-trainer.md says; counts its starts, and waits for ever where it is told to. */
const TRAINER = `
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const [config, data, out, flags] = process.argv.slice(2);
const { configuration } = JSON.parse(readFileSync(config));
const { training, heldOut } = JSON.parse(readFileSync(data));
appendFileSync(flags + '/starts', configuration.id + '\\n');
console.log(JSON.stringify({ progress: 0.5 }));
if (existsSync(flags + '/wait') && readFileSync(flags + '/starts', 'utf8').split('\\n').length > 2) setInterval(() => {}, 1000);
else writeFileSync(out, JSON.stringify({ ap50: training.length / (training.length + heldOut.length) - 0.1, seconds: 2 }));
`;

/** A trainer for the loop of docs/sdk.md: larger pictures are better, and every later trial is worse. */
const MY_TRAINER = `
let trials = 0;
export async function* train(configuration, { training, heldOut, steps }) {
  const best = training.length > heldOut.length ? 0.9 - 0.1 * trials++ : 0;
  for (const share of [0.25, 0.5, 0.75, 1]) yield { step: share * steps, ap50: best * share };
}
`;

describe('trials that the owner trains', () => {
  let workshop: Workshop;
  let folder: string;
  let platform: Platform;
  beforeAll(async () => {
    workshop = await openWorkshop();
    [folder, platform] = await Promise.all([drawFaces(workshop), startPlatform()]);
    platform.startWorker();
    await mkdir(workshop.path('my trainer'));
    await writeFile(workshop.path('my trainer', 'train.cjs'), TRAINER);
    await writeFile(workshop.path('my trainer', 'wait'), '');
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await workshop?.remove();
  });

  const env = () => ({
    EDGELORE_URL: platform.url,
    EDGELORE_API_KEY: platform.apiKey,
    EDGELORE_HOME: workshop.path('home'),
  });
  const command = (...args: readonly string[]) => edgelore(args, env());
  const starts = async () => (await readFile(workshop.path('my trainer', 'starts'), 'utf8')).trim().split('\n');

  it('train in the same loop, interrupted and gone on with', async () => {
    const script = `'${process.execPath}' '${workshop.path('my trainer', 'train.cjs')}'`;
    const trainer = `${script} {config} {data} {out} '${workshop.path('my trainer')}'`;
    const run = () => command('run', folder, '--json', '--trials', '2', '--trainer', trainer, ...small);
    const { child, finished } = run();
    await until(async () => (await starts().catch(() => [])).length === 2);
    child.kill('SIGINT');
    expect(await finished).toMatchObject({ code: 130, stdout: '' });
    // The first trial was reported; the second, which did not finish, was not.
    expect((await platform.known()).trials).toHaveLength(1);

    await rm(workshop.path('my trainer', 'wait'));
    const result = jsonOf<CycleResult>(await run().finished);
    const [first, second] = await starts();
    expect(await starts()).toEqual([first, second, second]);
    expect(result.trials.map(({ ap50, ap75, weights }) => [ap50 > 0.5 && ap50 < 0.7, ap75, weights])).toEqual([
      [true, null, null],
      [true, null, null],
    ]);
    const { trials } = await platform.known();
    expect(trials.map(({ configurationId }) => configurationId).sort()).toEqual([first, second].sort());
  }, 240_000);

  it('come from a file, all or none, and count once', async () => {
    const csv = workshop.path('past trials.csv');
    await writeFile(csv, 'inputSize,batch,ap50\n320,8,0.8\n128,16,0.5\n128,17,0.4\n');
    const before = (await platform.known()).trials.length;
    const refused = await command('import', folder, csv).finished;
    expect([refused.code, refused.stdout]).toEqual([65, '']);
    expect(refused.stderr).toMatch(/past trials\.csv:4: column batch: use one of 8, 16, 32.*\[INVALID_TRIALS\]/);
    expect((await platform.known()).trials).toHaveLength(before);

    await writeFile(csv, 'inputSize,batch,ap50\n320,8,0.8\n128,16,0.5\n');
    for (const _ of ['once', 'twice']) {
      expect((await command('import', folder, csv).finished).stdout).toBe(
        '2 trials are at the platform; the best reached AP50 0.800\n',
      );
      expect((await platform.known()).trials).toHaveLength(before + 2);
    }
  }, 120_000);

  it('are recommended with reasons', async () => {
    const text = (await command('recommend', folder, '--explain').finished).stdout;
    for (const said of [
      /against the default: \w+/,
      /against number 2: \w+/,
      /nearest past tasks: /,
      /expected regret: /,
    ])
      expect(text).toMatch(said);
    const json = jsonOf<RecommendedTask>(await command('recommend', folder, '--json').finished);
    // Only the default itself has nothing that sets it apart.
    const plain = json.recommendations.filter(({ explanation }) => explanation!.againstDefault.length === 0);
    expect(plain.length).toBeLessThan(2);
  }, 120_000);

  it('are asked for and told by the loop of docs/sdk.md', async () => {
    const page = await readFile(new URL('../../docs/sdk.md', import.meta.url), 'utf8');
    const [, loop = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    const at = (file: string) => new URL(`./sdk-loop/${file}`, import.meta.url);
    await mkdir(at(''), { recursive: true });
    await writeFile(at('loop.js'), ts.transpileModule(loop, { compilerOptions: options }).outputText);
    await writeFile(at('my-trainer.js'), MY_TRAINER);
    const before = (await platform.known()).trials.length;
    const { code, stdout, stderr } = await start(fileURLToPath(at('loop.js')), [folder], env()).finished;
    expect([code, stderr]).toEqual([0, '']);
    // Three finish; from then on each is worse than the median of those before.
    expect(stdout.match(/^trial \d: AP50/gm)).toHaveLength(3);
    expect(stdout.match(/^trial [45] stopped: /gm)).toHaveLength(2);
    expect((await platform.known()).trials).toHaveLength(before + 3);
  }, 120_000);
});
