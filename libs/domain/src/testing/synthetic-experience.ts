import { BASE_DIMENSION, type Description, type ExtractorVersion, initialExtractor } from '@edgelore/descriptors';
import { type Configuration, faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describeOpenTask, type OpenTask, type ShippedExperience } from '../experience/shipped-experience.js';

const IMAGES = 40;
const TRIALS = 12;

/** Base descriptors of a made-up dataset whose images lie around a point of its own. */
export function syntheticBase(name: string, images = IMAGES): Float32Array[] {
  const random = seededRandom(`base/${name}`);
  const centre = Array.from({ length: BASE_DIMENSION }, () => random.normal());
  return Array.from({ length: images }, () => Float32Array.from(centre, (value) => value + 0.3 * random.normal()));
}

export function syntheticDescription(extractor: ExtractorVersion, name: string): Description {
  return describeOpenTask(extractor, { id: name, base: syntheticBase(name) });
}

/** A made-up score: wide, deep detectors on large input do well, on every dataset a little differently. */
export function syntheticScore(name: string, { values }: Configuration): number {
  const shift = seededRandom(`score/${name}`).uniform();
  const size = Number(values.inputSize) / 320;
  const width = Number(values.width) / 1.5;
  const depth = Number(values.depth) / 3;
  const pyramid = values.pyramid === 'fpn' ? 1 : 0;
  return 0.1 + 0.35 * size + 0.2 * width + 0.1 * depth + 0.1 * pyramid + 0.1 * shift * size;
}

export function syntheticConfigurations(count: number, seed: string): Configuration[] {
  return sampleConfigurations(faceDetectorSpace, count, seededRandom(seed));
}

/** Open tasks with trials, and an untrained first model: what the first report is trained together with. */
export function syntheticExperience(tasks = 3): ShippedExperience {
  const open = Array.from({ length: tasks }, (_, at) => openTask(`open-${at + 1}`));
  const sample = tasks > 0 ? open.flatMap((task) => task.base) : syntheticBase('sample');
  return { tasks: open, extractor: initialExtractor(1, sample), ranker: null };
}

function openTask(id: string): OpenTask {
  const trials = syntheticConfigurations(TRIALS, `trials/${id}`).map((configuration) => ({
    configuration,
    score: syntheticScore(id, configuration),
    seconds: 60,
    steps: 100,
    backend: 'synthetic',
  }));
  return { id, name: `Open ${id}`, collection: null, faces: IMAGES, base: syntheticBase(id), trials };
}
