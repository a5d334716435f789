import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edgelore, jsonOf, small } from './command.js';
import { drawFaces, openWorkshop, type Workshop } from './drawn-faces.js';
import { freePort, type Platform, startPlatform } from './platform.js';

const LINE = /^edgelore: [^\n]+\. [^\n]+ \[[A-Z_]+\]$/;

describe('the command when something is wrong', () => {
  let workshop: Workshop;
  let folder: string;
  let platform: Platform;

  beforeAll(async () => {
    workshop = await openWorkshop();
    [folder, platform] = await Promise.all([drawFaces(workshop), startPlatform()]);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await workshop?.remove();
  });

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    edgelore(args, {
      EDGELORE_URL: platform.url,
      EDGELORE_API_KEY: platform.apiKey,
      EDGELORE_HOME: workshop.path('home'),
      ...env,
    }).finished;

  it('describes anew where the platform does not know the extractor of before', async () => {
    const recommend = (...more: string[]) =>
      run(['recommend', folder, '--json', ...small, ...more], { EDGELORE_HOME: workshop.path('other home') });
    const first = jsonOf<{ taskId: string }>(await recommend());
    expect(jsonOf<{ taskId: string }>(await recommend()).taskId).toBe(first.taskId);
    const [task = ''] = await readdir(workshop.path('other home', 'tasks'));
    const memory = workshop.path('other home', 'tasks', task, 'task.json');
    const text = await readFile(memory, 'utf8');
    await writeFile(memory, text.replace(/"extractorHash":"[0-9a-f]{8}/, '"extractorHash":"00000000'));
    const foreign = await recommend('--name', 'back door');
    expect(foreign.stderr).toContain('knows this task as "faces"');
    expect(foreign.stderr).toContain('describing anew');
    expect(jsonOf<{ taskId: string }>(foreign).taskId).not.toBe(first.taskId);
    expect(jsonOf<{ taskId: string }>(await recommend())).toMatchObject({
      taskId: jsonOf<{ taskId: string }>(foreign).taskId,
    });
  }, 120_000);

  it('ends with 69 when the platform cannot be reached', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await run(['run', folder, '--json'], { EDGELORE_URL: url });
    const lines = stderr.trim().split('\n');
    expect([code, stdout, lines.at(-1)]).toEqual([69, '', expect.stringMatching(LINE)]);
    expect(lines.at(-1)).toContain(url);
    expect(lines.at(-1)).toContain('npm start');
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/; trying again in \d+ ms$/);
  }, 60_000);

  it.each([
    ['a wrong key', { EDGELORE_API_KEY: 'edl_wrong' }],
    ['no key', { EDGELORE_API_KEY: '' }],
  ])(
    'ends with 77 for %s',
    async (_, env) => {
      const { code, stdout, stderr } = await run(['run', folder, '--json'], env);
      expect([code, stdout, stderr.trim()]).toEqual([77, '', expect.stringMatching(LINE)]);
      expect(stderr).toContain('EDGELORE_API_KEY');
    },
    60_000,
  );

  it.each([
    ['an unknown command', ['walk'], /unknown command/],
    ['an unknown option', ['run', '--stepps', '6'], /unknown option/],
    ['a number that is none', ['run', '--steps', 'many'], /number above 0/],
    ['a missing argument', ['describe'], /missing required argument/],
    ['a format that is not known', ['describe', '.', '--format', 'cocoa'], /cocoa/],
  ])(
    'ends with 64 for %s',
    async (_, args, said) => {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout]).toEqual([64, '']);
      expect(stderr).toMatch(said);
      expect(stderr).not.toContain('    at ');
    },
    60_000,
  );

  it.each<[string, string[], number, Record<string, string>]>([
    ['a folder that is missing', ['run', '/nowhere/faces'], 66, {}],
    ['weights that are missing', ['evaluate', 'FOLDER', '--weights', '/nowhere/weights.bin'], 65, {}],
    ['detections that are missing', ['run', 'FOLDER', '--detections', '/nowhere/found.json'], 65, {}],
    ['limits that nothing meets', ['recommend', 'FOLDER', '--max-bytes', '1'], 65, {}],
    ['a run that never finished', ['report', 'FOLDER', '--run', '/nowhere'], 65, {}],
    ['a home that cannot be written', ['describe', 'FOLDER'], 73, { EDGELORE_HOME: '/dev/null/home' }],
  ])(
    'says %s in one line',
    async (_, args, status, env) => {
      const { code, stdout, stderr } = await run(
        args.map((arg) => (arg === 'FOLDER' ? folder : arg)),
        env,
      );
      const lines = stderr.trim().split('\n');
      expect([code, stdout, lines.at(-1)]).toEqual([status, '', expect.stringMatching(LINE)]);
      for (const line of lines.slice(0, -1)) expect(line).toMatch(/^describe: /);
    },
    60_000,
  );
});
