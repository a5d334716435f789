import { compile, compileTraining, type Graph, type KernelRuntime, parameterPlaces } from '@edgelore/kernels';
import { type Configuration, faceDetectorSpace, planDetector } from '@edgelore/search-space';
import { tf } from '@edgelore/tensor';
import { anchorsOf } from '../anchors.js';
import { averagePrecision, type ImageResult } from '../average-precision.js';
import { decodeDetections } from '../decoding.js';
import { letterbox, type Placement, placeBox } from '../geometry.js';
import type { ImageSource, LabelledImage } from '../labelled-image.js';
import { batchLoss } from '../losses.js';
import { matchAnchors } from '../matching.js';
import { networkGraph } from '../network-graph.js';
import { drawPicture } from '../resampling.js';
import { TrainingError } from '../training.error.js';
import type { DetectorWeights } from '../weights.js';
import { batchOf } from './batch-of.js';
import { onKernels } from './kernels.js';
import { type Supernet, weightsOf } from './supernet.js';
import { sharedPlaces } from './supernet-layout.js';

export interface SupernetScoreOptions {
  readonly supernet: Supernet;
  readonly configurations: readonly Configuration[];
  /** Labelled pictures of the owner. */
  readonly images: ImageSource;
  /** Pictures that are looked at, spread evenly over all; 64 when left out. */
  readonly limit?: number;
  /** The kernels to work on; the tensor engine's, or some of its own, when left out. */
  readonly runtime?: KernelRuntime;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** What untrained sub-networks make of an owner's pictures; of each configuration one number. */
export interface SupernetLabels {
  /** Average precision at an overlap of a half, 0..1. */
  readonly ap50: Float64Array;
  /** The loss that training would lower, per positive anchor, negated: of sub-networks that find next to nothing it still tells which is nearer to it. */
  readonly negativeLoss: Float64Array;
}

const LIMIT = 64;
/** Pictures that statistics of normalisation are estimated on. */
const CALIBRATION = 32;
const MATCHING_IOU = 0.35;
const LOSS = { classLoss: 'focal', negativesPerPositive: 3, boxLoss: 'giou', boxWeight: 2 } as const;

/**
 * Weak labels of configurations on an owner's pictures, without training: the sub-network of each is cut from the supernet, its statistics of normalisation are
 * estimated on some of the pictures, and it is looked at on all of them. Configurations that differ in hyperparameters only are the same sub-network, which is looked
 * at once. The supernet stays as it is.
 *
 * @throws TrainingError NO_IMAGES, NO_FACES; whatever `signal` is aborted with.
 *
 * @example
 * const supernet = decodeSupernet(await readFile('client-sdk/weights/face-supernet.v1.bin'));
 * const { ap50, negativeLoss } = await supernetLabels({ supernet, configurations, images: imageSource(own) });
 */
export async function supernetLabels(options: SupernetScoreOptions): Promise<SupernetLabels> {
  const { supernet, configurations, images, limit = LIMIT, onProgress, signal } = options;
  const shown = await choosePictures(images, limit);
  const labels = {
    ap50: new Float64Array(configurations.length),
    negativeLoss: new Float64Array(configurations.length),
  };
  const groups = new Map<string, number[]>();
  configurations.forEach((configuration, index) => {
    const key = architectureKey(configuration);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  // Pictures of one size at a time are held.
  const sizeOf = ([index]: readonly number[]) => Number(configurations[index as number]?.values.inputSize);
  const ordered = [...groups.values()].sort((a, b) => sizeOf(a) - sizeOf(b));
  let placed: PlacedPictures | undefined;
  await onKernels(options.runtime, async (runtime) => {
    for (const [done, indices] of ordered.entries()) {
      signal?.throwIfAborted();
      if (placed?.size !== sizeOf(indices)) placed = new PlacedPictures(shown, sizeOf(indices));
      const label = look(runtime, supernet, configurations[indices[0] as number] as Configuration, placed);
      for (const index of indices) {
        labels.ap50[index] = label.ap50;
        labels.negativeLoss[index] = label.negativeLoss;
      }
      onProgress?.({ done: done + 1, total: ordered.length });
      await tf.nextFrame();
    }
  });
  return labels;
}

/**
 * The weights of a configuration's detector, cut from the supernet, with the statistics of normalisation estimated on pictures: what {@link supernetLabels} looks at.
 *
 * @throws TrainingError NO_IMAGES, NO_FACES
 */
export async function calibratedWeights({
  supernet,
  configuration,
  images,
  runtime: given,
}: Pick<SupernetScoreOptions, 'supernet' | 'images' | 'runtime'> & {
  readonly configuration: Configuration;
}): Promise<DetectorWeights> {
  const plan = planDetector(configuration);
  const graph = networkGraph(plan);
  const placed = new PlacedPictures(await choosePictures(images, CALIBRATION), plan.inputSize);
  const parameters = await onKernels(given, async (runtime) =>
    withStatistics(runtime, graph, weightsAt(supernet, configuration), placed, batchOf(plan.inputSize)),
  );
  const places = new Map(parameterPlaces(graph).map((place) => [place.name, place]));
  const { tensors } = weightsOf(supernet, configuration);
  return {
    configuration,
    tensors: tensors.map(({ name, shape }) => {
      const { offset = 0, size = 0 } = places.get(name) ?? {};
      return { name, shape, values: parameters.slice(offset, offset + size) };
    }),
  };
}

/** {@link supernetLabels}' average precision alone: what most callers want for one number; neither of the two agrees with measured trials clearly better. */
export async function supernetScores(options: SupernetScoreOptions): Promise<Float64Array> {
  return (await supernetLabels(options)).ap50;
}

/** The values that decide on the network, as one text. */
export function architectureKey({ values }: Configuration): string {
  const dimensions = faceDetectorSpace.dimensions.filter(({ kind }) => kind === 'architecture');
  return dimensions.map(({ name }) => values[name]).join('/');
}

async function choosePictures(images: ImageSource, limit: number): Promise<LabelledImage[]> {
  if (images.count === 0) {
    throw new TrainingError('NO_IMAGES', 'There is no picture to look at: bring pictures with faces.');
  }
  const count = Math.min(images.count, limit);
  const shown: LabelledImage[] = [];
  for (let i = 0; i < count; i++) shown.push(await images.load(Math.floor((i * images.count) / count)));
  if (shown.every(({ boxes }) => boxes.length === 0)) {
    throw new TrainingError('NO_FACES', `None of the ${count} pictures has a face: bring pictures with face boxes.`);
  }
  return shown;
}

/** Pictures as a network of some size sees them. */
class PlacedPictures {
  readonly #frame: number;
  readonly #values: Float32Array;
  readonly placements: readonly Placement[];

  constructor(
    readonly pictures: readonly LabelledImage[],
    readonly size: number,
  ) {
    this.#frame = size * size * 3;
    this.#values = new Float32Array(pictures.length * this.#frame);
    const window = { left: 0, top: 0, width: size, height: size };
    this.placements = pictures.map((picture, i) => {
      const placement = letterbox(picture.width, picture.height, size);
      drawPicture(picture, { values: this.#values, offset: i * this.#frame, size }, window, placement);
      return placement;
    });
  }

  /** The first `count` pictures batch by batch; what the last one lacks is filled with the first pictures again. */
  *batches(target: Float32Array, count: number): Generator<readonly number[], void, undefined> {
    const batch = target.length / this.#frame;
    for (let from = 0; from < count; from += batch) {
      for (let row = 0; row < batch; row++) {
        const at = ((from + row) % count) * this.#frame;
        target.set(this.#values.subarray(at, at + this.#frame), row * this.#frame);
      }
      yield Array.from({ length: Math.min(batch, count - from) }, (_, row) => from + row);
    }
  }
}

function look(runtime: KernelRuntime, supernet: Supernet, configuration: Configuration, placed: PlacedPictures) {
  const plan = planDetector(configuration);
  const graph = networkGraph(plan);
  const anchors = anchorsOf(plan);
  const batch = batchOf(plan.inputSize);
  const parameters = withStatistics(runtime, graph, weightsAt(supernet, configuration), placed, batch);
  const model = compile(runtime, graph, { batch });
  try {
    model.load(parameters);
    const results: ImageResult[] = [];
    let loss = 0;
    let positives = 0;
    for (const rows of placed.batches(model.input('image'), placed.pictures.length)) {
      model.run();
      const [logits, deltas] = [model.output('logits'), model.output('deltas')];
      rows.forEach((index, row) => {
        const { boxes, ignore = [], ...picture } = placed.pictures[index] as LabelledImage;
        const placement = placed.placements[index] as Placement;
        const ofPicture = logits.subarray(row * anchors.count, (row + 1) * anchors.count);
        const deltasOfPicture = deltas.subarray(row * anchors.count * 4, (row + 1) * anchors.count * 4);
        const detections = decodeDetections(ofPicture, deltasOfPicture, anchors, placement, picture);
        results.push({ detections, boxes, ignore });
        const [seen, left] = [boxes, ignore].map((all) => all.map((box) => placeBox(box, placement)));
        const matching = matchAnchors(anchors, seen ?? [], left ?? [], { iou: MATCHING_IOU });
        const targets = { face: matching.face, boxes: Float32Array.from((seen ?? []).flat()) };
        const { total } = batchLoss(ofPicture, deltasOfPicture, targets, anchors.boxes, LOSS);
        loss += total * Math.max(1, matching.positives);
        positives += matching.positives;
      });
    }
    return { ap50: averagePrecision(results).ap, negativeLoss: -loss / Math.max(1, positives) };
  } finally {
    model.dispose();
  }
}

/** The trainable weights of a configuration, in the order of its plan. */
function weightsAt({ shared }: Supernet, configuration: Configuration): Float32Array {
  return Float32Array.from(sharedPlaces(configuration), (place) => shared[place] as number);
}

/**
 * All parameters of a network, the statistics of normalisation being those of the pictures: forward passes that normalise by the batch leave the moments of each
 * batch, from which those of all follow.
 */
function withStatistics(
  runtime: KernelRuntime,
  graph: Graph,
  weights: Float32Array,
  placed: PlacedPictures,
  batch: number,
): Float32Array {
  const nodes = graph.nodes.map((node) => (node.kind === 'batchNorm' ? { ...node, momentum: 0 } : node));
  const model = compileTraining(runtime, { ...graph, nodes }, { batch, optimiser: 'sgd' });
  try {
    const { parameters } = model;
    parameters.set(weights);
    const places = parameterPlaces(graph);
    const normalised = graph.nodes.flatMap((node) => {
      if (node.kind !== 'batchNorm') return [];
      const [mean, variance] = [node.mean, node.variance].map((name) => places.find((place) => place.name === name));
      return mean && variance ? [{ mean: mean.offset, variance: variance.offset, size: mean.size }] : [];
    });
    // Of each channel the sum of the batches' means, at the mean's place, and that of their mean squares, at the variance's.
    const sums = new Float64Array(parameters.length);
    let batches = 0;
    const count = Math.min(CALIBRATION, placed.pictures.length);
    for (const _ of placed.batches(model.input('image'), count)) {
      model.forward();
      batches++;
      for (const { mean, variance, size } of normalised) {
        for (let i = 0; i < size; i++) {
          const own = parameters[mean + i] as number;
          sums[mean + i] = (sums[mean + i] as number) + own;
          sums[variance + i] = (sums[variance + i] as number) + (parameters[variance + i] as number) + own * own;
        }
      }
    }
    const all = Float32Array.from(parameters);
    for (const { mean, variance, size } of normalised) {
      for (let i = 0; i < size; i++) {
        const own = (sums[mean + i] as number) / batches;
        all[mean + i] = own;
        all[variance + i] = Math.max(0, (sums[variance + i] as number) / batches - own * own);
      }
    }
    return all;
  } finally {
    model.dispose();
  }
}
