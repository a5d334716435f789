// npm run bench -- describe [--dataset DIR] [--images N]: from files to a description, on one thread.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { demoDomains, loadImage, openDataset, writeDemo } from '@edgelore/client';
import {
  BASE_DIMENSION,
  BaseDescriptor,
  DescriptionPool,
  descriptionBytes,
  extract,
  initialExtractor,
} from '@edgelore/descriptors';
import sharp from 'sharp';

const MAX_SIDE = 320;
const WARM_UP = 30;

const { values } = parseArgs({
  options: { dataset: { type: 'string' }, images: { type: 'string', default: '200' } },
});
const wanted = Number(values.images);
if (!Number.isInteger(wanted) || wanted < 32) {
  console.error(`--images must be a whole number of at least 32, not ${values.images}`);
  process.exit(2);
}
sharp.concurrency(1);

const drawn = values.dataset === undefined ? mkdtempSync(path.join(tmpdir(), 'edgelore-describe-')) : undefined;
try {
  if (drawn) {
    console.log(`drawing ${wanted} pictures`);
    await writeDemo({ folder: drawn, domain: demoDomains[0], count: wanted });
  }
  console.log(JSON.stringify(await measure(values.dataset ?? drawn ?? '')));
} finally {
  if (drawn) rmSync(drawn, { recursive: true });
}

async function measure(folder: string): Promise<object> {
  const dataset = await openDataset(folder);
  const descriptor = BaseDescriptor.create();
  const load = (item: (typeof dataset.items)[number]) => loadImage(dataset, item, { maxSide: MAX_SIDE });

  const sample: Float32Array[] = [];
  for (const item of dataset.items.slice(0, WARM_UP)) sample.push(descriptor.describe(await load(item)));
  const extractor = initialExtractor(1, sample);

  const images = Math.min(wanted, dataset.items.length);
  const pool = new DescriptionPool(extractor, 1);
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  let describing = 0;
  for (const [at, item] of dataset.items.slice(0, images).entries()) {
    const image = await load(item);
    const decoded = performance.now();
    pool.add(extract(extractor, descriptor.describe(image)));
    describing += performance.now() - decoded;
    if ((at + 1) % 100 === 0) console.log(`${at + 1} of ${images} images`);
  }
  const description = pool.finish();
  const seconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  return {
    dataset: values.dataset === undefined ? `${demoDomains[0]} (drawn)` : path.basename(dataset.root),
    images,
    baseDimension: BASE_DIMENSION,
    rows: description.rows.length,
    dimension: description.dimension,
    bytes: descriptionBytes(description),
    seconds: round(seconds),
    cpuSeconds: round(cpuSeconds),
    imagesPerSecond: round(images / seconds),
    imagesPerCoreSecond: round(images / cpuSeconds),
    describeMs: round(describing / images),
    residentMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
