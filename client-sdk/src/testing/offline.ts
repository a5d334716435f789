import { BASE_DIMENSION, initialExtractor } from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';
import type { CycleProgress } from '../cycle/cycle-progress.js';
import { PlatformClient } from '../platform/platform-client.js';

const random = seededRandom('sample');
const extractor = initialExtractor(
  1,
  Array.from({ length: 8 }, () => Float32Array.from({ length: BASE_DIMENSION }, () => random.normal())),
);

/** Knows an extractor without asking anybody. */
class Offline extends PlatformClient {
  override currentModel() {
    return Promise.resolve({ number: 0, extractorVersion: 0, extractorHash: extractor.hash, extractor });
  }
}

export const offline: PlatformClient = new Offline({ url: 'http://localhost', apiKey: 'none' });

export const silent: CycleProgress = {
  line: () => undefined,
  progress: () => ({ update: () => undefined, end: () => undefined }),
};
