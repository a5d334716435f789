import { existsSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeDataset, openDataset, PlatformClient } from '@edgelore/client';
import { type Description, descriptionDistance, parseDescription, parseExtractor } from '@edgelore/descriptors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { signIn, startBrowser, type TestBrowser } from './console/browser.js';
import { leakFinder } from './console/leaks.js';
import { requestsIn, saysNothing } from './console/requests.js';
import { violations } from './console/violations.js';
import { drawFaces, IMAGES, openWorkshop, telling, type Workshop } from './drawn-faces.js';
import { type Platform, startPlatform, until } from './platform.js';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.js';

/** Descriptions of different domains lie 0.3 to 0.5 apart. */
const NEAR = 0.005;
/** Some of its pictures are larger than what is described, so that scaling counts. */
const REAL = `${process.env.EDGELORE_DATA ?? ''}/faces/crowd-tiny`;
const noReal = process.env.EDGELORE_DATA === undefined || !existsSync(REAL);

interface Sent {
  readonly clientKey: string;
  readonly name: string;
  readonly description: Description;
  readonly noise?: { readonly epsilon: number };
}

describe('describing in the browser', () => {
  let workshop: Workshop;
  let folder: string;
  let platform: Platform;
  let proxy: RecordingProxy;
  let browser: TestBrowser;
  let page: Page;
  let leaksIn: (bytes: Buffer) => string[];

  const give = (given: string) => page.locator('input[type=file]').setInputFiles(given);
  const described = () => page.getByRole('heading', { name: /is described$/ }).waitFor({ timeout: 120_000 });
  const preview = async () => JSON.parse(await page.getByLabel('All of it, as JSON').inputValue()) as Sent;
  /** Until the page asks for nothing more. */
  const quiet = () => until(() => proxy.takeRaw().length === 0, 500);
  /** All that it said since. A screen may ask for itself again, when its stream of events was interrupted. */
  const said = () => requestsIn(proxy.takeRaw()).filter((request) => !saysNothing(request));
  const fresh = async () => {
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Describe here' }).click();
    await page.getByText('Choose a folder').waitFor();
    await quiet();
  };

  beforeAll(async () => {
    workshop = await openWorkshop();
    folder = await drawFaces(workshop);
    leaksIn = await leakFinder(folder);
    platform = await startPlatform();
    proxy = await startRecordingProxy(platform.port);
    browser = await startBrowser(proxy.url);
    page = await browser.open('light');
    await signIn(page, platform.apiKey);
  }, 300_000);
  afterAll(async () => {
    await browser?.stop();
    await proxy?.stop();
    await platform?.stop();
    await workshop?.remove();
  });

  /** What the command would send of the same folder. */
  async function onThisMachine(of: string): Promise<Description> {
    const client = new PlatformClient({ url: platform.url, apiKey: platform.apiKey });
    const { extractor } = await client.currentModel();
    return (await describeDataset(await openDataset(of), { extractor: parseExtractor(extractor) })).description;
  }

  it('would notice an image or a name in the traffic', async () => {
    const image = await readFile(path.join(folder, 'images', telling.file));
    expect(leaksIn(Buffer.from(`{"file":"images/${telling.file}"}`))).toEqual([`the name ${telling.file}`]);
    const asking = { operationName: 'Me', extensions: { persistedQuery: { sha256Hash: '0'.repeat(64), version: 1 } } };
    expect(saysNothing({ line: 'POST /graphql', body: { ...asking, variables: {} } })).toBe(true);
    expect(saysNothing({ line: 'POST /graphql', body: { ...asking, variables: { at: telling.file } } })).toBe(false);
    expect(saysNothing({ line: `GET /${telling.file}`, body: undefined })).toBe(false);
    proxy.takeRaw();
    for (const body of [image.toString('latin1'), image.toString('base64')]) {
      await page.evaluate(async (text) => {
        const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
        await fetch('/health/live', { method: 'POST', body: bytes }).catch(() => undefined);
      }, body);
      expect(leaksIn(proxy.takeRaw())).toContainEqual(expect.stringContaining(`bytes of ${telling.file}`));
    }
    // The page was right to complain of the answers.
    browser.complaints.length = 0;
  });

  it('sends nothing before its owner agrees, and then what it showed', async () => {
    await fresh();
    // The stream of events is open: it does not begin again and again.
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();
    await give(folder);
    await described();
    expect(said()).toEqual([]);

    await page.getByText(`Described ${IMAGES} images`).waitFor({ state: 'attached' });
    expect(await violations(page)).toEqual([]);
    const send = page.getByRole('button', { name: 'I agree, send it' });
    expect(await send.isDisabled()).toBe(true);
    await page.getByLabel('Name of the task').fill('from a browser');
    await page.getByText('All of it, as JSON').click();
    const shown = await preview();
    expect(shown.name).toBe('from a browser');
    expect(parseDescription(shown.description).images).toBe(IMAGES);
    expect(said()).toEqual([]);

    await send.click();
    await page.getByRole('heading', { name: 'Configurations to train' }).waitFor();
    const bytes = proxy.takeRaw();
    expect(leaksIn(bytes)).toEqual([]);
    const { tasks, recommendations } = await platform.known();
    const id = recommendations[0]?.id;
    const variables = requestsIn(bytes)
      .filter((request) => !saysNothing(request) && request.line === 'POST /graphql')
      .map(({ body }) => body?.variables);
    expect(variables).toEqual([
      { input: shown },
      { input: { taskId: tasks[0]?.id, count: 5, clientKey: `${shown.clientKey}/1` } },
      { id },
    ]);
    expect(tasks.map(({ name }) => name)).toEqual(['from a browser']);
    expect(page.url()).toContain(`recommendation=${id}`);
    expect(await page.getByRole('row').count()).toBe(6);
    expect(await violations(page)).toEqual([]);

    const there = await onThisMachine(folder);
    expect(descriptionDistance(shown.description, there)).toBeLessThan(NEAR);
  }, 180_000);

  it('turns what a camera turned', async () => {
    const lying = await onThisMachine(folder);
    const files = Array.from({ length: 24 }, (_, at) =>
      path.join(folder, `images/${String(at + 10).padStart(4, '0')}.jpg`),
    );
    const stored = await Promise.all(files.map((file) => readFile(file)));
    for (const [at, bytes] of stored.entries()) await writeFile(files[at] ?? '', turned(bytes));
    await fresh();
    await give(folder);
    await described();
    await page.getByText('All of it, as JSON').click();
    const { description } = await preview();
    expect(descriptionDistance(description, lying)).toBeGreaterThan(NEAR);
    expect(descriptionDistance(description, await onThisMachine(folder))).toBeLessThan(NEAR);
    for (const [at, bytes] of stored.entries()) await writeFile(files[at] ?? '', bytes);
  }, 120_000);

  it('adds noise when it is asked to, once for what is shown', async () => {
    await fresh();
    await give(folder);
    await described();
    await page.getByText('All of it, as JSON').click();
    const bare = await preview();
    await page.getByLabel('Add noise').check();
    const noisy = await preview();
    expect(noisy.description.rows).toHaveLength(1);
    expect(noisy.noise).toMatchObject({ epsilon: 1, delta: 1e-5 });
    expect(noisy.clientKey).not.toBe(bare.clientKey);
    expect(descriptionDistance(noisy.description, bare.description)).toBeGreaterThan(NEAR);
    await page.getByLabel('ε').fill('0');
    await page.getByText('Epsilon must be above 0').waitFor();
    expect(await page.getByRole('button', { name: 'I agree, send it' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  }, 120_000);

  it('tells what it left out and put right, and what it cannot describe', async () => {
    await truncate(path.join(folder, 'images/0003.jpg'), 1500);
    const annotations = path.join(folder, 'annotations.json');
    const text = await readFile(annotations, 'utf8');
    const changed = JSON.parse(text) as { images: { boxes: number[][] }[] };
    changed.images[5]?.boxes.push([-5, -5, 30, 30]);
    await writeFile(annotations, JSON.stringify(changed));
    await fresh();
    await give(folder);
    await described();
    await page.getByText('1 unreadable images skipped').waitFor();
    await page.getByText('1 boxes clipped at the image border').waitFor();

    const few = { images: changed.images.slice(0, 20) };
    await writeFile(annotations, JSON.stringify(few));
    await page.getByRole('button', { name: 'Another folder' }).click();
    await give(folder);
    await page.getByText('TOO_FEW_IMAGES').waitFor();
    await page.getByRole('button', { name: 'Choose another folder' }).click();
    await give(path.join(folder, 'images'));
    await page.getByText('UNKNOWN_FORMAT').waitFor();
    expect(await violations(page)).toEqual([]);
    await writeFile(annotations, text);
  }, 120_000);

  it('takes a folder that is dropped', async () => {
    await fresh();
    const zone = await page.getByRole('group', { name: 'The folder to describe' }).boundingBox();
    const [x, y] = [(zone?.x ?? 0) + 50, (zone?.y ?? 0) + 50];
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, x, y, data });
    await page.getByRole('heading', { name: `${telling.folder} is described` }).waitFor({ timeout: 120_000 });
  }, 120_000);

  it('stops when it is told to', async () => {
    await fresh();
    await give(folder);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Choose a folder').waitFor();
    await give(folder);
    await described();
  }, 120_000);

  it('lets operators look, in the dark as well, but not send', async () => {
    const dark = await browser.open('dark');
    await signIn(dark, platform.operatorPassword);
    await dark.goto('/describe');
    await dark.getByText('Operators own no tasks').waitFor();
    await dark.locator('input[type=file]').setInputFiles(folder);
    await dark.getByRole('heading', { name: /is described$/ }).waitFor();
    await dark.getByLabel('Name of the task').fill('not to be sent');
    expect(await dark.getByRole('button', { name: 'I agree, send it' }).isDisabled()).toBe(true);
    expect(await violations(dark)).toEqual([]);
    await dark.context().close();
  }, 120_000);

  it(`describes real faces as the command does${noReal ? ' (passes without EDGELORE_DATA: not here)' : ''}`, async () => {
    if (noReal) return;
    await fresh();
    await give(REAL);
    await described();
    await page.getByText('All of it, as JSON').click();
    const here = (await preview()).description;
    const there = await onThisMachine(REAL);
    expect(here.images).toBe(there.images);
    expect(descriptionDistance(here, there)).toBeLessThan(NEAR);

    await page.getByLabel('Name of the task').fill('real faces');
    await page.getByRole('button', { name: 'I agree, send it' }).click();
    await page.getByRole('heading', { name: 'Configurations to train' }).waitFor();
    const client = new PlatformClient({ url: platform.url, apiKey: platform.apiKey });
    const { id } = await client.submitDescription({ clientKey: 'by command', name: 'by command', description: there });
    const { items } = await client.recommend({ taskId: id, count: 5 });
    await page
      .getByRole('row')
      .nth(1)
      .getByText(items[0]?.configurationId.slice(0, 8) ?? 'none')
      .waitFor();
  }, 300_000);

  it('never complained, and asked nobody else', () => {
    expect(browser.complaints).toEqual([]);
  });
});

/** A JPEG file with the EXIF orientation 6: to be turned by 90 degrees. */
function turned(jpeg: Buffer): Buffer {
  const exif = 'ffe10022457869660000' + '49492a0008000000' + '0100' + '120103000100000006000000' + '00000000';
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from(exif, 'hex'), jpeg.subarray(2)]);
}
