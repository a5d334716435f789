import type { Configuration } from './configuration.js';
import { type DetectorPlan, type Layer, planDetector } from './detector-plan.js';

/** What a detector costs to keep and to run. */
export interface Cost {
  /** Multiply-accumulates of one picture's forward pass, normalisation folded into the convolutions. */
  readonly macs: number;
  /** Trainable numbers, normalisation's scale and shift included. */
  readonly parameters: number;
  /** Stored weights as float32, running statistics of normalisation included. */
  readonly bytes: number;
}

/** Upper bounds on a detector; one that is left out does not bind. */
export interface CostLimits {
  readonly maxMacs?: number | undefined;
  readonly maxBytes?: number | undefined;
}

/** A tensor that a layer keeps. */
export interface LayerTensor {
  /** `LAYER.ROLE` */
  readonly name: string;
  readonly role: 'kernel' | 'bias' | 'scale' | 'shift' | 'mean' | 'variance';
  readonly shape: readonly number[];
  /** False for the running statistics of normalisation. */
  readonly trainable: boolean;
}

/**
 * The tensors that a layer keeps. Kernels are [height, width, in, out] for a convolution and [height, width, channels, 1] for a
 * depthwise one, everything else [channels].
 *
 * @example
 * ```ts
 * const [first] = planDetector(defaultConfiguration(faceDetectorSpace)).layers;
 * layerTensors(first!).map(({ role }) => role); // => ['kernel']
 * ```
 */
export function layerTensors(layer: Layer): LayerTensor[] {
  const tensor = (role: LayerTensor['role'], shape: readonly number[], trainable = true): LayerTensor => ({
    name: `${layer.name}.${role}`,
    role,
    shape,
    trainable,
  });
  const channels = [layer.outChannels];
  switch (layer.kind) {
    case 'convolution':
    case 'depthwise': {
      const shape =
        layer.kind === 'depthwise'
          ? [layer.kernel, layer.kernel, layer.inChannels, 1]
          : [layer.kernel, layer.kernel, layer.inChannels, layer.outChannels];
      return [tensor('kernel', shape), ...(layer.bias ? [tensor('bias', channels)] : [])];
    }
    case 'batch-norm':
      return [
        tensor('scale', channels),
        tensor('shift', channels),
        tensor('mean', channels, false),
        tensor('variance', channels, false),
      ];
    default:
      return [];
  }
}

/**
 * The cost of a configuration's detector.
 *
 * @example
 * ```ts
 * const { bytes } = costOf(defaultConfiguration(faceDetectorSpace));
 * bytes < 1_000_000; // => true
 * ```
 */
export function costOf(configuration: Configuration): Cost {
  return costOfPlan(planDetector(configuration));
}

/**
 * The cost of a planned detector.
 *
 * @example
 * ```ts
 * const configuration = defaultConfiguration(faceDetectorSpace);
 * costOfPlan(planDetector(configuration)); // => costOf(configuration)
 * ```
 */
export function costOfPlan(plan: DetectorPlan): Cost {
  let macs = 0;
  let parameters = 0;
  let stored = 0;
  for (const layer of plan.layers) {
    macs += layerMacs(layer);
    for (const { shape, trainable } of layerTensors(layer)) {
      const size = shape.reduce((product, side) => product * side, 1);
      stored += size;
      parameters += trainable ? size : 0;
    }
  }
  return { macs, parameters, bytes: stored * Float32Array.BYTES_PER_ELEMENT };
}

/**
 * Whether a configuration's detector stays within the limits.
 *
 * @example
 * ```ts
 * withinLimits(defaultConfiguration(faceDetectorSpace), { maxBytes: 1000 }); // => false
 * ```
 */
export function withinLimits(configuration: Configuration, limits: CostLimits): boolean {
  const { macs, bytes } = costOf(configuration);
  return macs <= (limits.maxMacs ?? Number.POSITIVE_INFINITY) && bytes <= (limits.maxBytes ?? Number.POSITIVE_INFINITY);
}

function layerMacs(layer: Layer): number {
  const [height, width, channels] = layer.outputShape;
  const outputs = height * width * channels;
  switch (layer.kind) {
    case 'convolution':
      return outputs * layer.kernel ** 2 * layer.inChannels;
    case 'depthwise':
      return outputs * layer.kernel ** 2;
    default:
      return 0;
  }
}
