import {
  averagePrecision,
  buildDetector,
  detect,
  type ImageResult,
  type ImageSource,
  type Picture,
} from '@edgelore/detection';
import { costOf } from '@edgelore/search-space';
import { startTensorEngine } from '@edgelore/tensor';
import { shippedWeights } from '../train/shipped-weights.js';
import { TinyFaceDetector } from './tiny-face-detector.js';

export interface BaselineResult {
  readonly name: string;
  readonly ap50: number;
  /** Size of the weights as stored; null where only its detections are known. */
  readonly bytes: number | null;
  /** Multiply-accumulates of one image; null likewise. */
  readonly macs: number | null;
}

interface ReadyMade {
  readonly name: string;
  readonly bytes: number;
  readonly macs: number;
  detect(picture: Picture): ImageResult['detections'];
  dispose(): void;
}

async function shippedDetector(): Promise<ReadyMade | undefined> {
  const weights = await shippedWeights();
  if (weights === undefined) return undefined;
  const detector = buildDetector(weights.configuration, { seed: 1, weights });
  return {
    name: 'Edgelore shipped',
    bytes: detector.exportWeights().tensors.reduce((sum, { values }) => sum + values.length * 4, 0),
    macs: costOf(weights.configuration).macs,
    detect: (picture) => detect(detector, picture),
    dispose: () => detector.dispose(),
  };
}

async function tinyFaceDetector(): Promise<ReadyMade> {
  const detector = await TinyFaceDetector.load();
  return {
    name: 'face-api TinyFaceDetector',
    bytes: detector.bytes,
    macs: detector.macs,
    detect: (picture) => detector.detect(picture),
    dispose: () => detector.dispose(),
  };
}

/** AP50 of what an owner has without any training, on the images given. */
export async function evaluateBaselines(images: ImageSource): Promise<BaselineResult[]> {
  await startTensorEngine();
  const results: BaselineResult[] = [];
  for (const load of [shippedDetector, tinyFaceDetector]) {
    const detector = await load();
    if (detector === undefined) continue;
    try {
      const perImage: ImageResult[] = [];
      for (let index = 0; index < images.count; index++) {
        const image = await images.load(index);
        perImage.push({ detections: detector.detect(image), boxes: image.boxes, ignore: image.ignore ?? [] });
      }
      results.push({
        name: detector.name,
        ap50: averagePrecision(perImage).ap,
        bytes: detector.bytes,
        macs: detector.macs,
      });
    } finally {
      detector.dispose();
    }
  }
  return results;
}
