// npm run bench -- pretrain: makes the weights that ship with the client, from openly licensed domains only; killed and started again it goes on. `weights` evaluates them.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { encodeWeights, imageSource, trainDetector } from '@edgelore/detection';
import { defaultConfiguration, faceDetectorSpace, parseConfiguration } from '@edgelore/search-space';
import { startTensorEngine } from '@edgelore/tensor';
import { loadBackgrounds, loadDomain } from './domains.js';
import { startingDomains, startingWeightsFile } from './starting-weights.js';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '6000' },
    /** A collection that the weights must not see. */
    without: { type: 'string' },
    threads: { type: 'string' },
    out: { type: 'string' },
  },
});
const out = values.out ?? startingWeightsFile(values.without);
const checkpoint = `${out}.checkpoint`;
const backend = await startTensorEngine(values.threads === undefined ? {} : { threads: Number(values.threads) });
const names = startingDomains(values.without);
const domains = await Promise.all(names.map(loadDomain));
const images = [...domains.flatMap(({ training }) => training), ...(await loadBackgrounds())];
const { space, values: defaults } = defaultConfiguration(faceDetectorSpace);
const configuration = parseConfiguration(faceDetectorSpace, {
  space,
  values: { ...defaults, inputSize: 320, augmentation: 'strong', learningRate: 0.03, batch: 8 },
});
console.log(`pre-training on ${images.length} images, backend ${backend}`);
const trained = await trainDetector({
  configuration,
  images: imageSource(images),
  budget: { steps: Number(values.steps) },
  seed: 1,
  now: () => performance.now(),
  checkpoint: { every: 30, save: (bytes) => writeWhole(checkpoint, bytes) },
  ...(existsSync(checkpoint) && { resume: readFileSync(checkpoint) }),
  onProgress: ({ step, loss, imagesPerSecond, secondsLeft }) => {
    if (step % 50 === 0)
      console.log(
        `step ${step}: loss ${loss.total.toFixed(3)}, ${imagesPerSecond.toFixed(0)} images/s, ${Math.round(secondsLeft ?? 0)} s left`,
      );
  },
});
const bytes = encodeWeights(trained.detector.exportWeights(), 'float16');
writeWhole(out, bytes);
rmSync(checkpoint, { force: true });
console.log(
  JSON.stringify({
    domains: names,
    backend,
    steps: trained.steps,
    seconds: trained.seconds,
    bytes: bytes.length,
  }),
);

function writeWhole(file: string, bytes: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, bytes);
  renameSync(`${file}.tmp`, file);
}
