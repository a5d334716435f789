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

/** Domains with human boxes whose pictures the shipped weights have not seen. */
export const experienceDomains = [
  'cartoon-mixed',
  'masked-portraits',
  'derived-cctv',
  'events',
  'news-photos',
  'crowd-tiny',
];

/** Configurations drawn from the whole space, the same on every domain: what chance gives. */
export const randomConfigurations: readonly Configuration[] = sampleConfigurations(
  faceDetectorSpace,
  5,
  seededRandom('random/1'),
);

/** One or a few steps from the default, in the directions that pay off or save on some domain. */
const designed: readonly Configuration['values'][] = [
  { inputSize: 320, learningRate: 0.03 },
  { inputSize: 192, learningRate: 0.03, strides: '8-16' },
  { inputSize: 320, learningRate: 0.03, augmentation: 'strong', depth: 3 },
  { learningRate: 0.03, headWidth: 64, width: 1.5 },
  { inputSize: 320, learningRate: 0.03, start: 'shipped' },
  { inputSize: 320, learningRate: 0.01, start: 'shipped', augmentation: 'strong' },
];

/** The sweep in its order: the default, then designed and random configurations in turn. */
export function sweepConfigurations(count: number): Configuration[] {
  const standard = defaultConfiguration(faceDetectorSpace);
  const variations = designed.map((changes) =>
    parseConfiguration(faceDetectorSpace, { ...standard, values: { ...standard.values, ...changes } }),
  );
  const mixed = variations.flatMap((variation, index) => [variation, ...randomConfigurations.slice(index, index + 1)]);
  return [standard, ...mixed].slice(0, count);
}
