import { type Activation, activationCode } from './activation.js';
import { floatBits, type Operation, type Pointer } from './operation.js';
import { type RowsShape, tilesOfRows } from './reduction.js';

/** Channels of a tile that puts parts together. Must agree with CHANNELS in assembly/normalisation.ts. */
const CHANNELS = 16;
/** Numbers of a tile that writes. */
const ELEMENTS = 16384;

export interface BatchNormShape extends RowsShape {
  /** Added to the variance; 1e-3 by default. */
  readonly epsilon?: number;
  /** Follows the normalisation in the same pass; none by default. */
  readonly activation?: Activation;
}

const EPSILON = 1e-3;

export interface BatchNormPointers {
  /** [rows, channels] */
  readonly x: Pointer;
  /** [channels] */
  readonly scale: Pointer;
  /** [channels] */
  readonly shift: Pointer;
  /** [rows, channels]: added after the activation, as a residual is; nothing by default. */
  readonly addend?: Pointer;
  /** [rows, channels]; may be x or addend. */
  readonly y: Pointer;
  /** [channels] */
  readonly mean: Pointer;
  /** [channels]: the mean squared distance from the mean. */
  readonly variance: Pointer;
  /** [channels]: 1 / sqrt(variance + epsilon). */
  readonly inverse: Pointer;
  readonly scratch: Pointer;
}

/**
 * Batch normalisation by the statistics of the batch (Ioffe and Szegedy 2015, algorithm 1): y = activation(scale * (x - mean) * inverse + shift) + addend
 * for each channel, with the statistics kept for the gradient and for running ones.
 *
 * @throws KernelError SHAPE
 */
export function batchNormTrain(shape: BatchNormShape, pointers: BatchNormPointers): Operation[] {
  const { rows, channels, epsilon = EPSILON, activation } = shape;
  const { x, scale, shift, addend = 0, y, mean, variance, inverse, scratch } = pointers;
  const { perTile, tiles } = tilesOfRows(shape);
  const writing = writingTiles(shape);
  return [
    { kernel: 'batchMoments', args: [x, rows, channels, perTile, scratch], tiles },
    {
      kernel: 'batchStatistics',
      args: [scratch, rows, channels, perTile, tiles, floatBits(epsilon), mean, variance, inverse],
      tiles: Math.ceil(channels / CHANNELS),
    },
    {
      kernel: 'normalise',
      args: [y, x, rows, channels, writing.perTile, mean, inverse, scale, shift, activationCode(activation), addend],
      tiles: writing.tiles,
    },
  ];
}

/** Bytes. */
export function batchNormTrainScratch(shape: RowsShape): number {
  return 8 * tilesOfRows(shape).tiles * shape.channels;
}

export interface BatchNormGradientPointers {
  /** [rows, channels]: what went into the normalisation. Its result is not needed. */
  readonly x: Pointer;
  /** [rows, channels]: slope by the result, after the activation. */
  readonly outputGradient: Pointer;
  /** [channels] */
  readonly scale: Pointer;
  /** [channels] */
  readonly shift: Pointer;
  /** [channels], from the forward pass. */
  readonly mean: Pointer;
  /** [channels], from the forward pass. */
  readonly inverse: Pointer;
  /** [rows, channels]; may be outputGradient or x. */
  readonly inputGradient: Pointer;
  /** [channels] */
  readonly scaleGradient: Pointer;
  /** [channels] */
  readonly shiftGradient: Pointer;
  readonly scratch: Pointer;
}

/**
 * The slopes by x, scale and shift of {@link batchNormTrain} (Ioffe and Szegedy 2015, section 3), the activation's among them.
 *
 * @throws KernelError SHAPE
 */
export function batchNormGradient(shape: BatchNormShape, pointers: BatchNormGradientPointers): Operation[] {
  const { rows, channels, activation } = shape;
  const { x, outputGradient, scale, shift, mean, inverse, inputGradient, scaleGradient, shiftGradient, scratch } =
    pointers;
  const { perTile, tiles } = tilesOfRows(shape);
  const writing = writingTiles(shape);
  const code = activationCode(activation);
  const coefficients = scratch + 8 * tiles * channels;
  return [
    {
      kernel: 'slopeSums',
      args: [x, outputGradient, rows, channels, perTile, mean, inverse, scale, shift, code, scratch],
      tiles,
    },
    {
      kernel: 'batchSlopes',
      args: [scratch, tiles, rows, channels, inverse, scaleGradient, shiftGradient, coefficients],
      tiles: Math.ceil(channels / CHANNELS),
    },
    {
      kernel: 'normaliseGradient',
      args: [
        ...[inputGradient, x, outputGradient, rows, channels, writing.perTile],
        ...[mean, inverse, scale, shift, code, coefficients],
      ],
      tiles: writing.tiles,
    },
  ];
}

/** Bytes. */
export function batchNormGradientScratch(shape: RowsShape): number {
  return 8 * (tilesOfRows(shape).tiles + 1) * shape.channels;
}

function writingTiles({ rows, channels }: RowsShape): { readonly perTile: number; readonly tiles: number } {
  const perTile = Math.max(1, Math.floor(ELEMENTS / channels));
  return { perTile, tiles: Math.ceil(rows / perTile) };
}
