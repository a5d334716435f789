import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '@edgelore/tensor';
import { mapConcurrent } from '../dataset/concurrency.js';
import { ClientError, throwIfAborted } from '../errors/client.error.js';
import { writeFailure, writeWhole } from '../files/write-whole.js';
import type { DemoDomain } from './demo-domain.js';
import { drawScene, planScene } from './scene.js';

export interface DemoOptions {
  readonly folder: string;
  readonly domain: DemoDomain;
  /** Number of pictures, 120 by default. */
  readonly count?: number;
  /** Longer side in pixels, 320 by default. */
  readonly maxSide?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const annotationFile = 'annotations.json';
const settingsFile = '.drawn.json';

/** Changes when the same seed draws other pictures. */
const drawingVersion = 1;

/**
 * Draws one domain of the demo set into a folder as images/*.jpg and annotations.json, which says that it is drawn.
 * The same options draw the same pictures. A folder that was begun is finished; one that is finished is left as it is.
 *
 * @throws ClientError DEMO_FOLDER_IN_USE when the folder holds anything else, DISK_FULL, NOT_WRITABLE, INTERRUPTED.
 */
export async function writeDemo(options: DemoOptions): Promise<void> {
  const { folder, domain, count = 120, maxSide = 320, seed = 1, onProgress, signal } = options;
  const settings = { domain, count, maxSide, seed, drawingVersion };
  if (await isFinished(folder, settings)) {
    onProgress?.(count, count);
    return;
  }
  let done = 0;
  // Two at a time: one is drawn by the image library's threads while the next is planned here.
  const images = await mapConcurrent(Array.from({ length: count }), 2, async (_, index) => {
    throwIfAborted(signal, folder);
    const scene = await planScene(domain, maxSide, seededRandom(`${seed}/${domain}/${index}`));
    const file = `images/${String(index).padStart(4, '0')}.jpg`;
    const target = path.join(folder, file);
    if (!(await exists(target))) await writePicture(target, await drawScene(scene));
    onProgress?.(++done, count);
    const boxes = scene.people.map(({ head }) => head.map((value) => Math.round(value * 100) / 100));
    return { file, width: scene.width, height: scene.height, boxes, labels: 'exact' };
  });
  const drawn = 'Drawn by software from the package facesjs (Apache-2.0); no photograph and no real person.';
  await writeWhole(path.join(folder, annotationFile), JSON.stringify({ domain, drawn, settings, images }));
}

/** True when the folder holds exactly this demo; begins it when the folder is new. */
async function isFinished(folder: string, settings: object): Promise<boolean> {
  const wanted = JSON.stringify(settings);
  const found = await readFile(path.join(folder, settingsFile), 'utf8').catch(() => undefined);
  if (found === wanted) return exists(path.join(folder, annotationFile));
  const entries = await readdir(folder).catch(() => []);
  if (found !== undefined || entries.length > 0) {
    throw new ClientError('DEMO_FOLDER_IN_USE', {
      file: folder,
      problem: 'holds other files than this demo set',
      remedy: 'Choose an empty folder or remove this one',
    });
  }
  await writeWhole(path.join(folder, settingsFile), wanted);
  await mkdir(path.join(folder, 'images'), { recursive: true });
  return false;
}

/** Whole or not at all, but not flushed picture by picture: a lost one is drawn again. */
async function writePicture(target: string, data: Uint8Array): Promise<void> {
  try {
    await writeFile(`${target}.part`, data);
    await rename(`${target}.part`, target);
  } catch (error) {
    throw writeFailure(target, error);
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.size > 0,
    () => false,
  );
}
