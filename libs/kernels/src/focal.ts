import { requireSizes } from './convolution-shape.js';
import { floatBits, type Operation, type Pointer } from './operation.js';

/** Numbers that one tile works on. Must agree with ELEMENTS in assembly/focal.ts. */
const ELEMENTS = 16384;

export interface FocalSettings {
  /** Weight of positives; that of background is what is missing to 1. */
  readonly balance: number;
  /** The slopes are multiplied by this. */
  readonly factor: number;
}

export interface FocalPointers {
  /** [length] log-odds. */
  readonly logits: Pointer;
  /** [length] int32: from 0 on a positive, -1 background, anything less is left out. */
  readonly classes: Pointer;
  /** [length] */
  readonly slopes: Pointer;
  /** A float64, at an address divisible by 8. */
  readonly loss: Pointer;
  readonly scratch: Pointer;
}

/**
 * Focal loss of log-odds, the sum over -balance (1 - p)^2 log p (Lin et al. 2017, Focal Loss for Dense Object Detection, equation 5), and its slopes.
 *
 * @throws KernelError SHAPE
 */
export function focalLoss(length: number, { balance, factor }: FocalSettings, pointers: FocalPointers): Operation[] {
  requireSizes(`${length} logits`, [length]);
  const { logits, classes, slopes, loss, scratch } = pointers;
  const tiles = Math.ceil(length / ELEMENTS);
  const args = [logits, classes, length, slopes, floatBits(balance), floatBits(factor), scratch];
  return [
    { kernel: 'focal', args, tiles },
    { kernel: 'sumDoubles', args: [scratch, tiles, loss], tiles: 1 },
  ];
}

/** Bytes. */
export function focalLossScratch(length: number): number {
  return 8 * Math.ceil(length / ELEMENTS);
}
