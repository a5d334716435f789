import type { Activation } from '../activation.js';
import {
  convolution,
  convolutionFilterGradient,
  convolutionFilterGradientScratch,
  convolutionInputGradient,
  convolutionInputGradientScratch,
  convolutionScratch,
  packedFilterBytes,
  packFilter,
} from '../convolution.js';
import type { ConvolutionShape } from '../convolution-shape.js';
import {
  depthwise,
  depthwiseFilterGradient,
  depthwiseFilterGradientScratch,
  depthwiseInputGradient,
} from '../depthwise.js';
import { type DepthwiseShape } from '../depthwise-shape.js';
import type { Operation, Pointer } from '../operation.js';
import type { ConvolutionNode, DenseNode, DepthwiseNode, WeightedNode } from './graph.js';
import { shapeOfConvolution, shapeOfDepthwise } from './shapes.js';
import type { Tape } from './tape.js';

export interface WeightedPointers {
  readonly input: Pointer;
  readonly filter: Pointer;
  readonly bias?: Pointer | undefined;
  readonly activation: Activation;
  readonly output: Pointer;
}

/** Operations of a node with a filter. */
export function weigh(tape: Tape, node: WeightedNode, { bias, ...others }: WeightedPointers): readonly Operation[] {
  const pointers = { ...others, ...(bias !== undefined && { bias }) };
  if (node.kind === 'depthwise') return depthwise(depthwiseOn(tape, node), pointers);
  const shape = convolutionOn(tape, node);
  return tape.withScratch(convolutionScratch(shape), (scratch) => convolution(shape, { ...pointers, scratch }));
}

/** A filter in the order in which its node reads it fastest, made of the plain one by `operations` whenever that changes. */
export function prepareFilter(tape: Tape, node: WeightedNode, filter: Pointer): PreparedFilter {
  if (node.kind === 'depthwise') return { operations: [], prepared: filter };
  const shape = convolutionOn(tape, node);
  const prepared = tape.lasting(packedFilterBytes(shape) / 4);
  return { operations: packFilter(shape, { filter, packed: prepared }), prepared };
}

export interface PreparedFilter {
  readonly operations: readonly Operation[];
  readonly prepared: Pointer;
}

/** {@link weigh} with a filter that {@link prepareFilter} has prepared. */
export function weighPrepared(
  tape: Tape,
  node: WeightedNode,
  { filter, ...others }: WeightedPointers,
): readonly Operation[] {
  if (node.kind === 'depthwise') return weigh(tape, node, { filter, ...others });
  const { bias, ...pointers } = others;
  return convolution(convolutionOn(tape, node), {
    ...pointers,
    packedFilter: filter,
    ...(bias !== undefined && { bias }),
  });
}

export interface FilterGradientPointers {
  readonly input: Pointer;
  readonly outputGradient: Pointer;
  readonly filterGradient: Pointer;
}

export function weighFilterGradient(
  tape: Tape,
  node: WeightedNode,
  pointers: FilterGradientPointers,
): readonly Operation[] {
  if (node.kind === 'depthwise') {
    const shape = depthwiseOn(tape, node);
    return tape.withScratch(depthwiseFilterGradientScratch(shape), (scratch) =>
      depthwiseFilterGradient(shape, { ...pointers, scratch }),
    );
  }
  const shape = convolutionOn(tape, node);
  return tape.withScratch(convolutionFilterGradientScratch(shape), (scratch) =>
    convolutionFilterGradient(shape, { ...pointers, scratch }),
  );
}

export interface InputGradientPointers {
  readonly outputGradient: Pointer;
  readonly filter: Pointer;
  readonly inputGradient: Pointer;
}

export function weighInputGradient(
  tape: Tape,
  node: WeightedNode,
  pointers: InputGradientPointers,
): readonly Operation[] {
  if (node.kind === 'depthwise') return depthwiseInputGradient(depthwiseOn(tape, node), pointers);
  const shape = convolutionOn(tape, node);
  return tape.withScratch(convolutionInputGradientScratch(shape), (scratch) =>
    convolutionInputGradient(shape, { ...pointers, scratch }),
  );
}

function convolutionOn(tape: Tape, node: ConvolutionNode | DenseNode): ConvolutionShape {
  return shapeOfConvolution(node, tape.shapeOfParameter(node.filter), tape.batch, tape.shape(node.inputs[0] ?? ''));
}

function depthwiseOn(tape: Tape, node: DepthwiseNode): DepthwiseShape {
  return shapeOfDepthwise(node, tape.shapeOfParameter(node.filter), tape.batch, tape.shape(node.inputs[0] ?? ''));
}
