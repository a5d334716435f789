// npm run bench -- describe [--dataset DIR] [--images N]: from files to a description, as the command does it; then interrupted half way and gone on with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Dataset,
  DescriptorJournal,
  demoDomains,
  describeDataset,
  openDataset,
  writeDemo,
} from '@edgelore/client';
import {
  BASE_DIMENSION,
  descriptionBytes,
  type ExtractorVersion,
  encodeDescription,
  initialExtractor,
} from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';

const { values } = parseArgs({
  options: { dataset: { type: 'string' }, images: { type: 'string', default: '200' } },
});
const wanted = Number(values.images);
if (!Number.isInteger(wanted) || wanted < 32) {
  console.error(`--images must be a whole number of at least 32, not ${values.images}`);
  process.exit(2);
}
const temporary = mkdtempSync(path.join(tmpdir(), 'edgelore-describe-'));
try {
  const folder = values.dataset ?? path.join(temporary, 'drawn');
  if (values.dataset === undefined) {
    console.log(`drawing ${wanted} pictures`);
    await writeDemo({ folder, domain: demoDomains[0], count: wanted });
  }
  console.log(JSON.stringify(await measure(folder)));
} finally {
  rmSync(temporary, { recursive: true });
}

async function measure(folder: string): Promise<object> {
  const opened = performance.now();
  const whole = await openDataset(folder);
  const dataset = { ...whole, items: whole.items.slice(0, wanted) };
  const openSeconds = (performance.now() - opened) / 1000;
  // What an extractor's numbers are costs nothing.
  const random = seededRandom('bench');
  const vector = () => Float32Array.from({ length: BASE_DIMENSION }, () => random.normal());
  const extractor = initialExtractor(
    1,
    Array.from({ length: 40 }, () => vector()),
  );
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const { description, images } = await describeDataset(dataset, {
    extractor,
    openJournal: () => DescriptorJournal.open(path.join(temporary, 'whole.bin')),
    onProgress: (done) => done % 100 === 0 && console.log(`${done} of ${dataset.items.length} images`),
  });
  const seconds = (performance.now() - began) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  const text = encodeDescription(description);
  console.log('again, interrupted half way');
  const resumed = await describeInTwo(dataset, extractor);
  return {
    dataset: values.dataset === undefined ? `${demoDomains[0]} (drawn)` : path.basename(dataset.root),
    images,
    rows: description.rows.length,
    dimension: description.dimension,
    bytes: descriptionBytes(description),
    openSeconds: round(openSeconds),
    seconds: round(seconds),
    cpuSeconds: round(cpuSeconds),
    imagesPerSecond: round(images / seconds),
    imagesPerCoreSecond: round(images / cpuSeconds),
    mostResidentMB: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
    sameBytesWhenResumed: resumed === text,
  };
}

async function describeInTwo(dataset: Dataset, extractor: ExtractorVersion): Promise<string> {
  const options = { extractor, openJournal: () => DescriptorJournal.open(path.join(temporary, 'interrupted.bin')) };
  const stop = new AbortController();
  await describeDataset(dataset, {
    ...options,
    signal: stop.signal,
    onProgress: (done) => done === dataset.items.length >> 1 && stop.abort(),
  }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return encodeDescription((await describeDataset(dataset, options)).description);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
