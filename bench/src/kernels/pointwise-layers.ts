import { type ConvolutionShape, convolutionShape } from '@edgelore/kernels';

/** The pointwise layers of MobileNet-v1 at 224 px, width 1: side of the picture, channels in and out, how many there are. */
export const LAYERS = [
  { side: 112, k: 32, n: 64, count: 1 },
  { side: 56, k: 64, n: 128, count: 1 },
  { side: 56, k: 128, n: 128, count: 1 },
  { side: 28, k: 128, n: 256, count: 1 },
  { side: 28, k: 256, n: 256, count: 1 },
  { side: 14, k: 256, n: 512, count: 1 },
  { side: 14, k: 512, n: 512, count: 5 },
  { side: 7, k: 512, n: 1024, count: 1 },
  { side: 7, k: 1024, n: 1024, count: 1 },
] as const;

export interface PointwiseLayer {
  readonly name: string;
  readonly count: number;
  readonly shape: ConvolutionShape;
  /** Floating-point operations. */
  readonly work: number;
}

/** The 13 layers, equal ones once. */
export const pointwiseLayers: readonly PointwiseLayer[] = LAYERS.map(({ side, k, n, count }) => ({
  name: `${count} x ${side}x${side} ${k}->${n}`,
  count,
  shape: convolutionShape({ input: [1, side, side, k], filter: [1, 1, k, n], strides: 1, padding: 'valid' }),
  work: 2 * side * side * k * n,
}));
