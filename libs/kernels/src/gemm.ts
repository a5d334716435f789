import { type Activation, activationCode } from './activation.js';
import { blocksAcross, blocksOf, PANEL, panelsOfTile, roundUp } from './blocks.js';
import { requireSizes } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';
import type { Operation, Pointer } from './operation.js';

/** C (m x n) = A (m x k) B (k x n), row by row. A transposed matrix lies in memory with its sizes exchanged: A as k x m, or B as n x k. */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

export interface GemmPointers {
  readonly a: Pointer;
  /** Or `packedB`. */
  readonly b?: Pointer;
  /** What `packB` has made of B, where B serves more than once; not with a transposed A. */
  readonly packedB?: Pointer;
  readonly c: Pointer;
  /** n numbers that are added to every row. */
  readonly bias?: Pointer;
  readonly activation?: Activation;
  /** Whether the product is added to what C holds. */
  readonly accumulate?: boolean;
  /** `gemmScratch(shape)` bytes, where that is not 0 and there is no `packedB`. */
  readonly scratch?: Pointer;
}

/**
 * C = activation(A B + bias), or activation(C + A B + bias).
 *
 * @throws KernelError SHAPE
 */
export function gemm(shape: GemmShape, pointers: GemmPointers): Operation[] {
  requireGemm(shape, pointers);
  const { m, n, k } = shape;
  const { a, c, b = 0, scratch = 0, accumulate = false } = pointers;
  if (shape.transposeA) {
    const cut = blocksAcross(m, n, k);
    const whole = cut.parts === 1;
    const args = [a, m, b, n, whole ? c : scratch, m, n, k, cut.rows, cut.columns, cut.depth, cut.part];
    const product = { kernel: 'gemmAcross', args: [...args, whole && accumulate ? 1 : 0], tiles: cut.tiles };
    return whole ? [product] : [product, sumProducts(c, scratch, cut.parts, m * n, accumulate)];
  }
  const packed = pointers.packedB ?? scratch;
  const cut = blocksOf(m, n, k);
  const product = {
    kernel: 'gemm',
    args: [
      ...[a, k, packed, c, pointers.bias ?? 0, m, n, k, activationCode(pointers.activation), accumulate ? 1 : 0],
      ...[cut.rows, cut.columns, cut.depth],
    ],
    tiles: cut.tiles,
  };
  return pointers.packedB === undefined ? [...packB(shape, { b, packed }), product] : [product];
}

/** Bytes of `scratch`. @throws KernelError SHAPE */
export function gemmScratch(shape: GemmShape): number {
  requireGemm(shape);
  const { m, n, k } = shape;
  if (!shape.transposeA) return packedBBytes(shape);
  const { parts } = blocksAcross(m, n, k);
  return parts === 1 ? 0 : 4 * parts * m * n;
}

/**
 * Brings B into the order in which `gemm` reads it, for `packedB`.
 *
 * @throws KernelError SHAPE
 */
export function packB(shape: GemmShape, { b, packed }: { b: Pointer; packed: Pointer }): Operation[] {
  requireGemm(shape);
  const { n, k, transposeB } = shape;
  const perTile = panelsOfTile(n, k);
  return [
    {
      kernel: transposeB ? 'packPanelsAcross' : 'packPanels',
      args: [packed, b, n, k, transposeB ? k : n, perTile],
      tiles: Math.ceil(n / PANEL / perTile),
    },
  ];
}

/** Bytes of packed B. */
export function packedBBytes({ n, k }: GemmShape): number {
  return 4 * roundUp(n, PANEL) * k;
}

/** y = the sum of arrays of `length` numbers that lie one after another, in their order; with `accumulate`, added to what y holds. */
export function sumProducts(y: Pointer, parts: Pointer, count: number, length: number, accumulate = false): Operation {
  const perTile = 4096;
  return {
    kernel: 'sumProducts',
    args: [y, parts, count, length, perTile, accumulate ? 1 : 0],
    tiles: Math.ceil(length / perTile),
  };
}

function requireGemm({ m, n, k, transposeA, transposeB }: GemmShape, pointers?: GemmPointers): void {
  requireSizes(`a product of ${m} x ${k} and ${k} x ${n}`, [m, n, k]);
  if (!transposeA) return;
  if (transposeB)
    throw new KernelError('SHAPE', `a product of ${m} x ${k} and ${k} x ${n}: one matrix at most may be transposed`);
  const { bias, activation = 'none', packedB } = pointers ?? {};
  if (bias !== undefined || activation !== 'none' || packedB !== undefined) {
    throw new KernelError(
      'SHAPE',
      `a product of ${m} x ${k} and ${k} x ${n} with A transposed takes no bias, activation or packed B`,
    );
  }
}
