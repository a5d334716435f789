import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from './command.js';
import { drawFaces, IMAGES, openWorkshop, type Workshop } from './drawn-faces.js';

const LAUNCHER = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));

describe('npm start', () => {
  let workshop: Workshop;
  let folder: string;

  beforeAll(async () => {
    workshop = await openWorkshop();
    folder = await drawFaces(workshop);
  }, 60_000);
  afterAll(() => workshop?.remove());

  const once = (...args: string[]) =>
    start(LAUNCHER, ['--once', ...args], { EDGELORE_DATA_DIR: workshop.path('data') }).finished;

  it('runs a cycle, writes its figures and leaves nothing running', async () => {
    const file = workshop.path('figures.json');
    const { code, stdout, stderr } = await once('--dataset', folder, '--json', file, '--minutes', '0.1');
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout).toContain('ready after');
    const figures = JSON.parse(await readFile(file, 'utf8'));
    expect(figures).toMatchObject({
      setup_s: expect.any(Number),
      description: { dim: 32, images: IMAGES, bytes_sent: expect.any(Number) },
      trials: [{ configuration: { space: 'face-detector/1' }, ap50: expect.any(Number), seconds: expect.any(Number) }],
      model: { before: expect.any(Number), after: expect.any(Number) },
      total_s: expect.any(Number),
    });
    expect(figures.recommendations).toHaveLength(5);
    expect(figures.total_s).toBeGreaterThan(figures.setup_s);
    expect(await processesOf(workshop.path('data'))).toEqual([]);
  }, 300_000);

  it.each([
    ['a folder that is missing', 'nowhere', 66],
    ['a folder without faces', 'no faces', 65],
    ['a folder without images', 'empty', 65],
  ])(
    'tells of %s in one clear line before anything is started',
    async (_, name, status) => {
      if (name !== 'nowhere') await mkdir(workshop.path(name, 'images'), { recursive: true });
      if (name === 'no faces') {
        const [image = ''] = await readdir(path.join(folder, 'images'));
        await writeFile(workshop.path(name, 'images', 'a.jpg'), await readFile(path.join(folder, 'images', image)));
        await writeFile(
          workshop.path(name, 'annotations.json'),
          JSON.stringify({ images: [{ file: 'images/a.jpg', boxes: [] }] }),
        );
      }
      const { code, stdout, stderr } = await once('--dataset', workshop.path(name));
      expect([code, stderr]).toEqual([status, expect.stringMatching(/^edgelore: [^\n]+\. [^\n]+\n$/)]);
      expect(stderr).toContain(workshop.path(name));
      expect(stdout).not.toContain('Postgres');
      expect(await processesOf(workshop.path(name))).toEqual([]);
    },
    120_000,
  );

  it('stops everything on Ctrl-C, also when npm passes the signal on a second time', async () => {
    const running = start(LAUNCHER, ['--no-tour'], { EDGELORE_DATA_DIR: workshop.path('data') });
    await new Promise<void>((ready) => {
      running.child.stdout?.on('data', (text: string) => {
        if (text.includes('serving at')) ready();
      });
    });
    running.child.kill('SIGINT');
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    expect(await processesOf(workshop.path('data'))).toEqual([]);
  }, 120_000);

  it('explains its options when it does not know one', async () => {
    const { code, stderr } = await once('--datasets', folder);
    expect(code).toBe(64);
    expect(stderr).toContain('usage: npm start');
  });
});

/** Command lines of processes that work for a data folder: told by their environment, or by where they are. */
async function processesOf(dataDir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '');
    const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    const facts = [await read('environ'), await read('cmdline'), place];
    if (facts.some((fact) => fact.includes(dataDir))) found.push(`${pid} ${facts[1]}`);
  }
  return found;
}
