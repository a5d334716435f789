import { tf } from '@edgelore/tensor';
import { anchorsOf } from './anchors.js';
import {
  type AveragePrecision,
  type AveragePrecisionOptions,
  averagePrecision,
  type Detection,
  type ImageResult,
} from './average-precision.js';
import { type DecodingOptions, decodeDetections } from './decoding.js';
import type { Detector } from './detector.js';
import { letterbox } from './geometry.js';
import type { ImageSource } from './labelled-image.js';
import { drawPicture, type Picture } from './resampling.js';

/** Pictures that pass through the network together; more would only hold more memory. */
const BATCH = 8;

/** Finds faces in one picture: letterboxed to the network's input, boxes returned in the picture's own pixels, by falling score. */
export function detect(detector: Detector, picture: Picture, options?: DecodingOptions): Detection[] {
  return detectAll(detector, [picture], options)[0] ?? [];
}

/** {@link detect} for several pictures in one pass of the network. */
export function detectAll(detector: Detector, pictures: readonly Picture[], options?: DecodingOptions): Detection[][] {
  const { plan } = detector;
  const size = plan.inputSize;
  const anchors = anchorsOf(plan);
  const values = new Float32Array(pictures.length * size * size * 3);
  const window = { left: 0, top: 0, width: size, height: size };
  const placements = pictures.map((picture, i) => {
    const placement = letterbox(picture.width, picture.height, size);
    drawPicture(picture, { values, offset: i * size * size * 3, size }, window, placement);
    return placement;
  });
  const { logits, deltas } = detector.predict(values);
  return placements.map((placement, i) => {
    const from = i * anchors.count;
    const to = from + anchors.count;
    const picture = pictures[i] as Picture;
    return decodeDetections(
      logits.subarray(from, to),
      deltas.subarray(from * 4, to * 4),
      anchors,
      placement,
      picture,
      options,
    );
  });
}

export interface Evaluation extends AveragePrecision {
  readonly perImage: readonly ImageResult[];
}

/** Average precision of a detector on labelled pictures. Gives way to other work between batches. */
export async function evaluateDetector(
  detector: Detector,
  images: ImageSource,
  options: AveragePrecisionOptions & { readonly signal?: AbortSignal } = {},
): Promise<Evaluation> {
  const perImage: ImageResult[] = [];
  for (let from = 0; from < images.count; from += BATCH) {
    options.signal?.throwIfAborted();
    const pictures = [];
    for (let i = from; i < Math.min(images.count, from + BATCH); i++) pictures.push(await images.load(i));
    const found = detectAll(detector, pictures);
    pictures.forEach(({ boxes, ignore = [] }, i) => {
      perImage.push({ detections: found[i] ?? [], boxes, ignore });
    });
    await tf.nextFrame();
  }
  return { ...averagePrecision(perImage, options), perImage };
}
