import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  averagePrecision,
  buildDetector,
  type Detection,
  decodeWeights,
  evaluateDetector,
  imageSource,
  type LabelledImage,
} from '@edgelore/detection';
import { requireStartingWeights } from './starting-weights.js';
import { openOnnxRuntime, openUltraFace, openYuNet } from './yardstick.js';

/** A detector that was not trained on the owner's images. */
export interface ReadyMade {
  readonly ap50: number;
  /** Size of the weights as stored. */
  readonly bytes: number;
}

const YARDSTICKS = {
  yunet: { file: 'yunet_n_dynamic.onnx', open: openYuNet },
  ultraface: { file: 'version-RFB-320.onnx', open: openUltraFace },
} as const;

/** Detectors to download, on some images; null for one that is not here, which is said. */
export async function judgeDownloads(
  images: readonly LabelledImage[],
): Promise<Record<keyof typeof YARDSTICKS, ReadyMade | null>> {
  const runtime = openOnnxRuntime();
  const models = `${process.env.EDGELORE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))}/../models`;
  const judged = async (name: keyof typeof YARDSTICKS): Promise<ReadyMade | null> => {
    const { file, open } = YARDSTICKS[name];
    const path = `${models}/${file}`;
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    if (!runtime || bytes === undefined) {
      console.log(`${name} skipped: ${runtime ? `${path} is not here` : 'onnxruntime-node could not be installed'}`);
      return null;
    }
    const yardstick = await open(runtime, path, bytes);
    return { ap50: await score(images, (image) => yardstick.detect(image)), bytes };
  };
  return { yunet: await judged('yunet'), ultraface: await judged('ultraface') };
}

/** The detector that ships with the client, or its like that never saw a relative of this domain, as it is. */
export async function judgeShipped(domain: string, images: readonly LabelledImage[]): Promise<ReadyMade> {
  const file = requireStartingWeights(domain);
  const weights = decodeWeights(readFileSync(file));
  const detector = buildDetector(weights.configuration, { seed: 1, weights });
  try {
    return { ap50: (await evaluateDetector(detector, imageSource(images))).ap, bytes: statSync(file).size };
  } finally {
    detector.dispose();
  }
}

async function score(
  images: readonly LabelledImage[],
  detect: (image: LabelledImage) => Promise<Detection[]>,
): Promise<number> {
  const perImage = [];
  for (const image of images)
    perImage.push({ detections: await detect(image), boxes: image.boxes, ignore: image.ignore ?? [] });
  return averagePrecision(perImage).ap;
}
