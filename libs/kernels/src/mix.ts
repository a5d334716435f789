import { requireSizes } from './convolution-shape.js';
import type { Operation, Pointer } from './operation.js';

/** Multiplications that one tile does, about. */
const WORK = 32768;

/** Small matrices, each of its own group of rows: weights [groups, outRows, inRows], input [groups, inRows, width], output [groups, outRows, width]. */
export interface MixShape {
  readonly groups: number;
  readonly outRows: number;
  readonly inRows: number;
  readonly width: number;
  /** Whether the weights of a group lie in memory as [inRows, outRows]: the way back. */
  readonly transposed?: boolean;
}

/**
 * output[g] = weights[g] input[g] for every group, such as messages along the edges of graphs or their read-out. A weight of 0 takes no part, whatever it meets.
 *
 * @throws KernelError SHAPE
 */
export function mix(
  { groups, outRows, inRows, width, transposed = false }: MixShape,
  { weights, input, output }: { readonly weights: Pointer; readonly input: Pointer; readonly output: Pointer },
): Operation[] {
  requireSizes(`${groups} groups of ${outRows} from ${inRows} rows of ${width} numbers`, [
    groups,
    outRows,
    inRows,
    width,
  ]);
  const perTile = Math.max(1, Math.floor(WORK / (outRows * inRows * width)));
  const steps = transposed ? [1, outRows] : [inRows, 1];
  return [
    {
      kernel: 'mix',
      args: [output, input, weights, groups, outRows, inRows, width, ...steps, perTile],
      tiles: Math.ceil(groups / perTile),
    },
  ];
}
