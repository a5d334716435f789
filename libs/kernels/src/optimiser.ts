import { requireSizes } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';
import { doubleBits, type Operation, type Pointer } from './operation.js';

/** Numbers that one tile works on. Must agree with ELEMENTS in assembly/optimiser.ts. */
const ELEMENTS = 4096;

export interface AdamSettings {
  /** Counts from 0. */
  readonly step: number;
  readonly rate: number;
  /** Share of a decaying parameter taken off at a rate of 1. */
  readonly weightDecay: number;
  /** Share of the old first moment that is kept; 0.9 by default. */
  readonly beta1?: number;
  /** Share of the old second moment that is kept; 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the second moment; 1e-8 by default. */
  readonly epsilon?: number;
  /** The gradient is multiplied by this first, and rounded to float32: clips it; 1 by default. */
  readonly factor?: number;
}

export interface AdamPointers {
  readonly parameters: Pointer;
  readonly gradient: Pointer;
  readonly momentum: Pointer;
  readonly variance: Pointer;
  /** A byte for each parameter: 0 where it does not decay. */
  readonly decays: Pointer;
}

/**
 * A step of Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) over `length` flat parameters, in float64 on float32 state.
 *
 * @throws KernelError SHAPE
 */
export function adamStep(
  length: number,
  { step, rate, weightDecay, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, factor = 1 }: AdamSettings,
  { parameters, gradient, momentum, variance, decays }: AdamPointers,
): Operation[] {
  requireSizes(`${length} parameters`, [length]);
  if (!Number.isInteger(step) || step < 0)
    throw new KernelError('SHAPE', `step ${step} must be a whole number from 0 on`);
  const corrections = [1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)];
  const settings = [rate, rate * weightDecay, beta1, beta2, ...corrections, epsilon, factor];
  return [
    {
      kernel: 'adamStep',
      args: [parameters, gradient, momentum, variance, decays, length, ...settings.flatMap(doubleBits)],
      tiles: Math.ceil(length / ELEMENTS),
    },
  ];
}

export interface SgdSettings {
  readonly rate: number;
  /** Share of a decaying parameter taken off at a rate of 1. */
  readonly weightDecay: number;
  /** Share of the old velocity that is kept; 0.9 by default. */
  readonly momentum?: number;
  /** The gradient is multiplied by this first, and rounded to float32: clips it; 1 by default. */
  readonly factor?: number;
}

export interface SgdPointers {
  readonly parameters: Pointer;
  readonly gradient: Pointer;
  readonly velocity: Pointer;
  /** A byte for each parameter: 0 where it does not decay. */
  readonly decays: Pointer;
}

/**
 * A step of gradient descent with momentum and decoupled weight decay over `length` flat parameters, in float64 on float32 state.
 *
 * @throws KernelError SHAPE
 */
export function sgdStep(
  length: number,
  { rate, weightDecay, momentum = 0.9, factor = 1 }: SgdSettings,
  { parameters, gradient, velocity, decays }: SgdPointers,
): Operation[] {
  requireSizes(`${length} parameters`, [length]);
  const settings = [rate, rate * weightDecay, momentum, factor];
  return [
    {
      kernel: 'sgdStep',
      args: [parameters, gradient, velocity, decays, length, 0, ...settings.flatMap(doubleBits)],
      tiles: Math.ceil(length / ELEMENTS),
    },
  ];
}

/** y = kept * y + (1 - kept) * x, for `length` numbers, in float64: a running mean. @throws KernelError SHAPE */
export function movingAverage(
  length: number,
  kept: number,
  { x, average }: { readonly x: Pointer; readonly average: Pointer },
): Operation[] {
  requireSizes(`${length} numbers`, [length]);
  return [
    {
      kernel: 'movingAverage',
      args: [average, x, length, 0, ...doubleBits(kept)],
      tiles: Math.ceil(length / ELEMENTS),
    },
  ];
}

/**
 * The sum of the squares of `length` numbers as one float64 at `result`, an address divisible by 8.
 *
 * @throws KernelError SHAPE
 */
export function sumOfSquares(
  length: number,
  { x, result, scratch }: { readonly x: Pointer; readonly result: Pointer; readonly scratch: Pointer },
): Operation[] {
  requireSizes(`${length} numbers`, [length]);
  const tiles = Math.ceil(length / ELEMENTS);
  return [
    { kernel: 'squares', args: [x, length, scratch], tiles },
    { kernel: 'sumDoubles', args: [scratch, tiles, result], tiles: 1 },
  ];
}

/** Bytes. */
export function sumOfSquaresScratch(length: number): number {
  return 8 * Math.ceil(length / ELEMENTS);
}
