import { fileURLToPath } from 'node:url';
import {
  type Configuration,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
  sampleConfigurations,
} from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';

/** Measured trials, one row a line. */
export const experienceFile = fileURLToPath(new URL('../experience/trials.jsonl', import.meta.url));

/** Some of these trials again, with other seeds. */
export const repeatsFile = fileURLToPath(new URL('../experience/repeats.jsonl', import.meta.url));

/** What the shipped supernet makes of each domain without training. */
export const weakLabelsFile = fileURLToPath(new URL('../experience/weak-labels.json', import.meta.url));

/** What owners get from recommendations and from downloads, as `faces` measured it with so many seconds of one core. */
export const downloadFile = (seconds: number): string =>
  fileURLToPath(new URL(`../experience/download-${seconds}.json`, import.meta.url));

/** Configurations drawn from the whole space, the same on every domain: what chance gives. */
export const randomConfigurations: readonly Configuration[] = sampleConfigurations(
  faceDetectorSpace,
  32,
  seededRandom('random/1'),
);

/** One or a few steps from the default, in the directions that pay off or save on some domain: half from scratch, half from the shipped weights. */
const designed: readonly Configuration['values'][] = [
  { inputSize: 320, learningRate: 0.03 },
  { inputSize: 192, learningRate: 0.03, strides: '8-16' },
  { inputSize: 320, learningRate: 0.03, augmentation: 'strong', depth: 3 },
  { learningRate: 0.03, headWidth: 64, width: 1.5 },
  { inputSize: 320, learningRate: 0.03, start: 'shipped' },
  { inputSize: 320, learningRate: 0.01, start: 'shipped', augmentation: 'strong' },
  { start: 'shipped' },
  { start: 'shipped', inputSize: 192, strides: '8-16' },
  { inputSize: 160, learningRate: 0.03, strides: '8', pyramid: 'none' },
  { start: 'shipped', inputSize: 128, strides: '8-16-32' },
  { learningRate: 0.03, width: 0.5 },
  { start: 'shipped', inputSize: 320, learningRate: 0.003, augmentation: 'flip' },
  { inputSize: 128, learningRate: 0.03, strides: '8-16-32', width: 0.5 },
  { start: 'shipped', inputSize: 160, learningRate: 0.03, strides: '8-16' },
  { learningRate: 0.03, block: 'inverted' },
  { start: 'shipped', learningRate: 0.003 },
  { optimiser: 'sgd', learningRate: 0.1 },
  { start: 'shipped', headWidth: 64 },
  { learningRate: 0.03, augmentation: 'flip', depth: 1 },
  { start: 'shipped', inputSize: 320, classLoss: 'mined', negativesPerPositive: 7 },
  { learningRate: 0.03, strides: '8-16-32', context: 'dilated' },
  { start: 'shipped', inputSize: 320, optimiser: 'sgd', learningRate: 0.03 },
  { inputSize: 192, learningRate: 0.03, width: 1.5, depth: 3, strides: '8-16' },
  { start: 'shipped', inputSize: 320, batch: 16 },
  { learningRate: 0.03, classLoss: 'mined' },
  { start: 'shipped', boxLoss: 'smooth-l1', boxWeight: 1 },
  { inputSize: 320, learningRate: 0.03, width: 0.5, depth: 1 },
  { start: 'shipped', inputSize: 320, matchingIou: 0.5 },
  { start: 'shipped', inputSize: 320, learningRate: 0.03, context: 'dilated' },
  { start: 'shipped', inputSize: 192, learningRate: 0.03, augmentation: 'strong' },
  { start: 'shipped', inputSize: 160, learningRate: 0.003, strides: '8-16-32' },
];

/** The sweep in its order: the default, then designed and random configurations in turn, so that every beginning of it is a fair spread. */
export function sweepConfigurations(count = 64): Configuration[] {
  const standard = defaultConfiguration(faceDetectorSpace);
  const variations = designed.map((changes) =>
    parseConfiguration(faceDetectorSpace, { ...standard, values: { ...standard.values, ...changes } }),
  );
  const mixed = randomConfigurations.flatMap((random, index) => [...variations.slice(index, index + 1), random]);
  return [standard, ...mixed].slice(0, count);
}
