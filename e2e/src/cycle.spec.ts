import { type CycleResult, operations } from '@edgelore/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edgelore, type Finished, jsonOf, small } from './command.js';
import { drawFaces, IMAGES, openWorkshop, telling, type Workshop } from './drawn-faces.js';
import { type Known, type Platform, startPlatform } from './platform.js';
import { type RecordingProxy, type SentRequest, startRecordingProxy } from './recording-proxy.js';

interface SentDescription {
  readonly dimension: number;
  readonly images: number;
  readonly rows: readonly (readonly number[])[];
}

const MOST_BYTES = 16 * 1024;
/** Longer runs of letters and digits than keys and hashes could carry something else. */
const LONGEST_WORD = 80;

describe('a whole cycle, by the command and the processes that ship', () => {
  let workshop: Workshop;
  let folder: string;
  let platform: Platform;
  let proxy: RecordingProxy;
  let dryRun: Finished;
  let dryRunSent: SentRequest[];
  let first: Finished;
  let sent: { bytes: Buffer; requests: SentRequest[] };
  let known: Known;

  const run = (args: readonly string[], home = 'home') =>
    edgelore(args, {
      EDGELORE_URL: proxy.url,
      EDGELORE_API_KEY: platform.apiKey,
      EDGELORE_HOME: workshop.path(home),
    }).finished;
  const cycle = () => run(['run', folder, '--json', '--steps', '6', '--name', 'front door', ...small]);

  beforeAll(async () => {
    workshop = await openWorkshop();
    folder = await drawFaces(workshop);
    platform = await startPlatform();
    proxy = await startRecordingProxy(platform.port);
    platform.startWorker();
    dryRun = await run(['describe', folder, '--dry-run'], 'home of the dry run');
    dryRunSent = proxy.take().requests;
    first = await cycle();
    sent = proxy.take();
    known = await platform.known();
  }, 300_000);
  afterAll(async () => {
    await proxy?.stop();
    await platform?.stop();
    await workshop?.remove();
  });

  const submission = ({ requests }: { requests: SentRequest[] }) =>
    requests.find(({ operation }) => operation === 'SubmitDescription')?.variables.input;

  it('ends well and prints the promised figures', () => {
    const result = jsonOf<CycleResult>(first);
    expect(result).toMatchObject({
      task: known.tasks[0]?.id,
      description: { dim: 32, images: IMAGES, bytes_sent: expect.any(Number) },
      advice: { train: expect.any(Boolean), because: expect.any(String) },
      model: { before: 1, after: expect.any(Number) },
    });
    expect(result.recommendations.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    for (const { cost } of result.recommendations) expect(cost.macs).toBeLessThanOrEqual(Number(small[1]));
    expect(result.baselines.length).toBeGreaterThan(0);
    for (const { ap50 } of [...result.baselines, ...result.trials]) expect(ap50 >= 0 && ap50 <= 1).toBe(true);
    expect(result.trials).toHaveLength(1);
    expect(result.trials[0]).toMatchObject({ steps: 6, seconds: expect.any(Number) });
    expect(result.trials[0]?.configuration).toEqual(result.recommendations[0]?.configuration);
    expect(first.stderr).not.toContain('    at ');
  });

  it('leaves one task and one trial at the platform, learned from', () => {
    expect(known.tasks).toMatchObject([{ name: 'front door', trialCount: 1 }]);
    expect(known.trials).toHaveLength(1);
    expect(known.recommendations).toHaveLength(1);
    expect(known.status).toMatchObject({ pending: 0, running: false });
  });

  it('sends its own operations and no other', () => {
    const documents: readonly string[] = Object.values(operations);
    for (const { query } of sent.requests) expect(documents).toContain(query);
    expect(new Set(sent.requests.map(({ operation }) => operation))).toEqual(
      new Set(['CurrentModel', 'SubmitDescription', 'Recommend', 'ReportTrial', 'TrainingStatus']),
    );
    for (const { operation, variables } of sent.requests) {
      expect([operation, Object.keys(variables.input ?? {}).sort()]).toEqual([operation, fields[operation]]);
    }
  });

  it('sends no name of a file or folder, however written', () => {
    const wire = sent.bytes.toString('latin1');
    const names = [
      telling.file,
      telling.folder,
      folder,
      workshop.root,
      'home',
      'annotations',
      '.jpg',
      'images/',
      'Kita',
      'anna',
    ];
    const secrets = names.flatMap((name) => [
      name,
      encodeURIComponent(name),
      JSON.stringify(name).slice(1, -1),
      Buffer.from(name).toString('hex'),
    ]);
    // Base64 has three alignments; the letters in the middle are the same in each.
    for (const name of [telling.file, telling.folder]) {
      for (const shift of [0, 1, 2]) {
        const text = Buffer.from(' '.repeat(shift) + name).toString('base64');
        secrets.push(text.slice(4, -4));
      }
    }
    for (const secret of secrets) expect([secret, wire.includes(secret)]).toEqual([secret, false]);
  });

  it('sends one description, no number beside it that could belong to an image', () => {
    const description = submission(sent)?.description as SentDescription;
    expect(description).toMatchObject({ dimension: 32, images: IMAGES });
    expect(description.rows).toHaveLength(3);
    const submissions = sent.requests.filter(({ operation }) => operation === 'SubmitDescription');
    expect(submissions).toHaveLength(1);
    for (const { operation, variables } of sent.requests) {
      const lists = listsIn(variables);
      for (const list of lists) expect(list.length).toBeLessThan(IMAGES);
      const numbers = lists.flat().filter((value) => typeof value === 'number');
      expect(numbers.length).toBeLessThanOrEqual(operation === 'SubmitDescription' ? 3 * 32 : 0);
    }
  });

  it('reports figures of the training and nothing of an image', () => {
    const report = sent.requests.find(({ operation }) => operation === 'ReportTrial')?.variables.input;
    const [trial] = jsonOf<CycleResult>(first).trials;
    expect(report).toEqual({
      taskId: known.tasks[0]?.id,
      reportId: known.trials[0]?.reportId,
      configuration: trial?.configuration,
      score: trial?.ap50,
      seconds: trial?.seconds,
      steps: 6,
      backend: 'wasm',
      curve: trial?.curve.map(({ step, ap50 }) => ({ step, score: ap50 })),
    });
    expect(trial?.curve.length).toBeLessThanOrEqual(5);
  });

  it('sends no picture, and little altogether', () => {
    const { bytes, requests } = sent;
    for (const magic of [[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], [...Buffer.from('Exif')]]) {
      expect(bytes.includes(Buffer.from(magic))).toBe(false);
    }
    const wire = bytes.toString('latin1');
    for (const magic of ['/9j/', 'iVBOR', 'RXhpZg', 'ffd8ff']) expect(wire.includes(magic)).toBe(false);
    expect(wire.match(new RegExp(`[A-Za-z0-9+/=_-]{${LONGEST_WORD},}`))).toBeNull();
    // Asked twice a second while the platform learns: always the same text, which carries nothing.
    const polls = requests.filter(({ operation }) => operation === 'TrainingStatus');
    expect(new Set(polls.map(({ body }) => body)).size).toBe(1);
    expect(polls[0]?.variables).toEqual({});
    const rest = requests.filter((request) => !polls.includes(request));
    expect(rest.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)).toBeLessThan(MOST_BYTES);
    expect(rest).toHaveLength(4);
  });

  it('shows before anything is sent exactly the description that is sent', () => {
    expect(dryRun.code).toBe(0);
    expect(dryRunSent.map(({ operation }) => operation)).toEqual(['CurrentModel']);
    expect(JSON.parse(dryRun.stdout)).toEqual(submission(sent)?.description);
    const { bytes_sent } = jsonOf<CycleResult>(first).description;
    const request = sent.requests.find(({ operation }) => operation === 'SubmitDescription');
    expect(bytes_sent).toBe(Buffer.byteLength(request?.body ?? ''));
  });

  it('repeats without anything new: same description, same report, no second trial', async () => {
    const begun = performance.now();
    const second = await cycle();
    const repeated = proxy.take();
    expect(performance.now() - begun).toBeLessThan(60_000);
    expect(jsonOf<CycleResult>(second).trials).toEqual(jsonOf<CycleResult>(first).trials);
    expect(submission(repeated)).toEqual(submission(sent));
    const reports = [sent, repeated].map(({ requests }) =>
      requests.filter(({ operation }) => operation === 'ReportTrial').map(({ body }) => body),
    );
    expect(reports[1]).toEqual(reports[0]);
    expect(repeated.requests.map(({ operation }) => operation)).not.toContain('CurrentModel');
    expect(await platform.known()).toEqual(known);

    const shown = await run(['describe', folder, '--dry-run']);
    expect(JSON.parse(shown.stdout)).toEqual(submission(sent)?.description);
    expect(proxy.take().requests).toEqual([]);
  });
});

/** All that each operation may carry. */
const fields: Readonly<Record<string, readonly string[]>> = {
  CurrentModel: [],
  SubmitDescription: ['clientKey', 'description', 'name'],
  Recommend: ['clientKey', 'count', 'limits', 'taskId'],
  ReportTrial: ['backend', 'configuration', 'curve', 'reportId', 'score', 'seconds', 'steps', 'taskId'],
  TrainingStatus: [],
};

function listsIn(value: unknown): unknown[][] {
  if (Array.isArray(value)) return [value, ...value.flatMap(listsIn)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(listsIn);
  return [];
}
