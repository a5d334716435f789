import { BASE_DIMENSION } from './base-descriptor.js';
import { DescriptorError } from './descriptor.error.js';
import { ExtractorNetwork } from './extractor-network.js';
import { EXTRACTOR_DIMENSION, EXTRACTOR_HIDDEN, type ExtractorVersion } from './extractor-version.js';
import { FrozenRandom } from './frozen-random.js';
import { moments } from './statistics.js';
import { meanRow, norm } from './vectors.js';

/** Norm that the vectors of an untrained extractor have on average: well inside the unit ball, so that the clip is rare. */
const TYPICAL_NORM = 0.5;
/** Coordinates that hardly vary in the sample get this least deviation, so that standardising does not blow up noise. */
const LEAST_SCALE = 0.01;

const networks = new WeakMap<ExtractorVersion, ExtractorNetwork>();

/**
 * z of one image: `[32]`, norm at most 1.
 * @throws DescriptorError EXTRACTOR_MISMATCH when the base descriptor has another length.
 *
 * @example
 * ```ts
 * const sample = Array.from({ length: 40 }, (_, image) => Float32Array.from({ length: BASE_DIMENSION }, (_, at) => Math.sin(image + at)));
 * extract(initialExtractor(1, sample), sample[0]!).length; // => EXTRACTOR_DIMENSION
 * ```
 */
export function extract(extractor: ExtractorVersion, base: ArrayLike<number>): Float32Array {
  let network = networks.get(extractor);
  if (network === undefined) {
    network = new ExtractorNetwork(extractor);
    networks.set(extractor, network);
  }
  return Float32Array.from(network.forward([network.standardise(base)]).outputs[0]!);
}

/**
 * An untrained extractor (version 0): standardisation from a sample of base descriptors, random layers (He), and an output layer shifted and scaled so
 * that the sample's vectors lie around the origin with a mean norm of one half.
 * @throws DescriptorError TOO_FEW_IMAGES for a sample of fewer than two.
 *
 * @example
 * ```ts
 * const sample = Array.from({ length: 40 }, (_, image) => Float32Array.from({ length: BASE_DIMENSION }, (_, at) => Math.sin(image + at)));
 * initialExtractor(1, sample).version; // => 0
 * ```
 */
export function initialExtractor(seed: number, sample: readonly Float32Array[]): ExtractorVersion {
  if (sample.length < 2) {
    throw new DescriptorError(
      'TOO_FEW_IMAGES',
      'sample',
      `An extractor needs the base descriptors of at least 2 images to standardise with; ${sample.length} given.`,
    );
  }
  const random = new FrozenRandom(seed);
  const columns = Array.from({ length: BASE_DIMENSION }, (_, at) => moments(sample.map((base) => base[at]!)));
  const mean = columns.map((column) => column.mean);
  const scale = columns.map((column) => Math.max(LEAST_SCALE, column.deviation));
  const output = randomLayer(random, EXTRACTOR_HIDDEN, EXTRACTOR_DIMENSION, 1);
  const hidden = randomLayer(random, BASE_DIMENSION, EXTRACTOR_HIDDEN, 2);
  const draft = new ExtractorNetwork({ mean, scale, layers: { hidden, output } });
  const { raw } = draft.forward(sample.map((base) => draft.standardise(base)));
  const centre = meanRow(raw);
  const spread = moments(raw.map((row) => norm(row.map((value, at) => value - centre[at]!)))).mean;
  const factor = TYPICAL_NORM / Math.max(spread, 1e-6);
  const fitted = {
    weights: output.weights.map((weight) => weight * factor),
    bias: Array.from(centre, (value) => -value * factor),
  };
  return new ExtractorNetwork({ mean, scale, layers: { hidden, output: fitted } }).freeze(0);
}

/** Uniform weights of variance `gain / inputs`, no bias. */
function randomLayer(
  random: FrozenRandom,
  inputs: number,
  outputs: number,
  gain: number,
): { weights: number[]; bias: number[] } {
  const bound = Math.sqrt((3 * gain) / inputs);
  return {
    weights: Array.from({ length: inputs * outputs }, () => (2 * random.uniform() - 1) * bound),
    bias: new Array<number>(outputs).fill(0),
  };
}
