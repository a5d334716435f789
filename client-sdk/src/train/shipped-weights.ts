import { readFile } from 'node:fs/promises';
import { type DetectorWeights, decodeWeights } from '@edgelore/detection';

const FILE = new URL('../../weights/face-detector.v1.bin', import.meta.url);

/** The detector that ships with Edgelore, trained on openly licensed pictures; docs/weights.md says on which. */
export async function shippedWeights(): Promise<DetectorWeights> {
  return decodeWeights(await readFile(FILE));
}
