import type { Padding } from '../convolution-shape.js';

/** Height, width and channels of a value, for each item of a batch. */
export type ValueShape = readonly [height: number, width: number, channels: number];

/** A value that the caller provides. */
export interface GraphInput {
  readonly name: string;
  readonly shape: ValueShape;
}

/** Numbers that a model keeps: what training changes (`trainable`), and running statistics of normalisation. */
export interface GraphParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

interface NodeOf<Kind extends string> {
  readonly kind: Kind;
  /** Name of the value that the node makes. */
  readonly name: string;
  /** Names of the values that it reads: inputs of the graph or nodes listed before it. */
  readonly inputs: readonly string[];
}

/** A filter of [height, width, in, out]. */
export interface ConvolutionNode extends NodeOf<'convolution'> {
  readonly filter: string;
  readonly bias?: string;
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

/** A filter of [height, width, channels, 1]. */
export interface DepthwiseNode extends NodeOf<'depthwise'> {
  readonly filter: string;
  readonly bias?: string;
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  /** Distance of neighbouring taps; 1 when left out. */
  readonly dilation?: number;
}

/** A product with a filter of [in, out] for each pixel; [1, 1, in] for a vector. */
export interface DenseNode extends NodeOf<'dense'> {
  readonly filter: string;
  readonly bias?: string;
}

/** By the batch's statistics in training (which the running ones then follow), by the running statistics otherwise. All parameters are [channels]. */
export interface BatchNormNode extends NodeOf<'batchNorm'> {
  readonly scale: string;
  readonly shift: string;
  readonly mean: string;
  readonly variance: string;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Share of the running statistics kept at each step of training. */
  readonly momentum: number;
}

export interface ActivationNode extends NodeOf<'activation'> {
  readonly activation: 'relu' | 'relu6';
}

export interface PoolNode extends NodeOf<'maxPool' | 'averagePool'> {
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

export interface ResizeNode extends NodeOf<'resizeNearest'> {
  readonly size: readonly [height: number, width: number];
}

/** factor * x + offset, such as the standardising of pixels. */
export interface AffineNode extends NodeOf<'affine'> {
  readonly factor: number;
  readonly offset: number;
}

/** A node with a filter. */
export type WeightedNode = ConvolutionNode | DepthwiseNode | DenseNode;

/** The numbers of several values side by side, one after another for each item of a batch: [1, 1, sum of sizes]. */
export type JoinNode = NodeOf<'join'>;

export type GraphNode =
  | WeightedNode
  | BatchNormNode
  | ActivationNode
  | PoolNode
  | ResizeNode
  | AffineNode
  | JoinNode
  | NodeOf<'add'>
  | NodeOf<'globalAveragePool'>;

/** A model as plain data: what `compile` plans. */
export interface Graph {
  readonly inputs: readonly GraphInput[];
  /** In the order in which they lie in the flat parameters, the trainable ones first. */
  readonly parameters: readonly GraphParameter[];
  readonly nodes: readonly GraphNode[];
  /** Names of the values wanted. */
  readonly outputs: readonly string[];
}
