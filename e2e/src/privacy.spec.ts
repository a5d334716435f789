import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edgelore, type Finished, jsonOf, small } from './command.js';
import { drawFaces, IMAGES, openWorkshop, type Workshop } from './drawn-faces.js';
import { type Platform, startPlatform } from './platform.js';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.js';

interface Shown {
  readonly entries: readonly unknown[];
  readonly balance: { readonly epsilon: number; readonly unprotected: number };
}

describe('privacy, by the command and the processes that ship', () => {
  let workshop: Workshop;
  let folder: string;
  let platform: Platform;
  let proxy: RecordingProxy;

  const run = (...args: readonly string[]): Promise<Finished> =>
    edgelore(args, {
      EDGELORE_URL: proxy.url,
      EDGELORE_API_KEY: platform.apiKey,
      EDGELORE_HOME: workshop.path('home'),
    }).finished;
  const recommend = (...more: readonly string[]) => run('recommend', folder, '--json', ...small, ...more);
  const submissions = () =>
    proxy
      .take()
      .requests.filter(({ operation }) => operation === 'SubmitDescription')
      .map(({ variables }) => variables.input as { description: { rows: number[][] }; noise?: unknown });
  const shown = async () => jsonOf<Shown>(await run('privacy', folder, '--json'));

  beforeAll(async () => {
    workshop = await openWorkshop();
    folder = await drawFaces(workshop);
    platform = await startPlatform();
    proxy = await startRecordingProxy(platform.port);
  }, 300_000);
  afterAll(async () => {
    await proxy?.stop();
    await platform?.stop();
    await workshop?.remove();
  });

  it('attacks before anything leaves', async () => {
    const audit = jsonOf<{ images: number; bound: number; exposed: { truePositiveRate: number } }>(
      await run('audit', folder, '--epsilon', '1', '--trials', '200', '--json'),
    );
    expect(audit).toMatchObject({ images: IMAGES, bound: expect.closeTo(0.0198, 3) });
    expect(proxy.take().requests.map(({ operation }) => operation)).toEqual(['CurrentModel']);
    expect(await shown()).toMatchObject({ entries: [], balance: { epsilon: 0 } });
  });

  it('sends one noisy mean, the same again for nothing, and keeps the account', async () => {
    jsonOf(await recommend('--epsilon', '1'));
    jsonOf(await recommend('--epsilon', '1'));
    jsonOf(await recommend());
    const sent = submissions();
    expect(sent).toHaveLength(3);
    expect(sent[0]?.description.rows).toHaveLength(1);
    expect(sent[0]?.noise).toMatchObject({ epsilon: 1, delta: 1e-5, sigma: expect.any(Number) });
    expect(sent[1]).toEqual(sent[0]);
    expect(sent[2]).toEqual(sent[0]);
    const { entries, balance } = await shown();
    expect(entries).toHaveLength(1);
    expect(balance).toMatchObject({ epsilon: expect.closeTo(1, 6), unprotected: 0 });
  });

  it('refuses what passes the cap, and sends nothing', async () => {
    const refused = await recommend('--epsilon', '3.99');
    expect(refused.code).toBe(77);
    expect(refused.stderr).toContain('[PRIVACY_SPENT]');
    expect(submissions()).toEqual([]);
    expect((await run('privacy', folder, '--cap', '8', '--json')).code).toBe(0);
    jsonOf(await recommend('--epsilon', '3.99'));
    expect(submissions()).toHaveLength(1);
  });
});
