import type { Configuration } from '@edgelore/search-space';
import { kernelRuntime } from '@edgelore/tensor';
import { CompiledDetector } from './compiled-detector.js';
import type { Detector } from './detector.js';
import { TensorDetector } from './tensor-detector.js';
import type { DetectorWeights } from './weights.js';

/** Where a detector's first weights come from. */
export interface BuildOptions {
  readonly seed: number;
  /** Taken over where name and shape agree; the others keep their seeded start. */
  readonly weights?: DetectorWeights;
}

/**
 * Builds the detector that a configuration describes, with He initialisation (He et al. 2015, equation 10) under the seed: on this project's kernels where the
 * tensor engine runs on WebAssembly, else on TensorFlow.js.
 *
 * @throws InvalidConfigurationError when the configuration lacks a value that the plan needs.
 */
export function buildDetector(configuration: Configuration, { seed, weights }: BuildOptions): Detector {
  const runtime = kernelRuntime();
  const detector = runtime
    ? new CompiledDetector(runtime, configuration, seed)
    : new TensorDetector(configuration, seed);
  if (weights) detector.importWeights(weights);
  return detector;
}
