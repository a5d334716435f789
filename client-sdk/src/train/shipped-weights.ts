import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type DetectorWeights, decodeWeights } from '@edgelore/detection';
import { systemCode } from '../errors/client.error.js';

/** Path of the weights that ship with Edgelore. */
export const shippedWeightsFile: string = fileURLToPath(new URL('../../weights/face-detector.v1.bin', import.meta.url));

/** The detector that ships with Edgelore, trained on openly licensed pictures; undefined in a build without it. docs/weights.md says on which. */
export async function shippedWeights(): Promise<DetectorWeights | undefined> {
  try {
    return decodeWeights(await readFile(shippedWeightsFile));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
