import type { Configuration } from './configuration.js';
import { InvalidConfigurationError } from './search-space.error.js';

/** What a layer computes. `convolution` sums over channels, `depthwise` keeps them apart; both pad with zeros ("same"). */
export type LayerKind = 'convolution' | 'depthwise' | 'batch-norm' | 'activation' | 'upsample' | 'add';

/** One layer of a detector. Layers are listed so that inputs come before their readers. */
export interface Layer {
  /** Structural and stable: the same place in two configurations has the same name, so that weights can be carried over. */
  readonly name: string;
  readonly kind: LayerKind;
  /** Names of the layers read; `image` is the network's input. */
  readonly inputs: readonly string[];
  /** Side of the square kernel; 1 where there is none. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Whether a trainable offset is added to every output channel. */
  readonly bias: boolean;
  readonly inChannels: number;
  readonly outChannels: number;
  /** [height, width, channels] for one picture. */
  readonly outputShape: readonly [number, number, number];
}

/** Width and height in pixels of the network's input. */
export interface AnchorSize {
  readonly width: number;
  readonly height: number;
}

/** One grid that predicts faces. */
export interface Level {
  readonly stride: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly anchorsPerCell: number;
  /** The anchors of every cell, centred on the cell's middle. */
  readonly anchors: readonly AnchorSize[];
  /** Layer with one logit an anchor: [gridHeight, gridWidth, anchorsPerCell]. */
  readonly classOutput: string;
  /** Layer with four deltas an anchor: [gridHeight, gridWidth, 4 * anchorsPerCell], the anchor's four side by side. */
  readonly boxOutput: string;
}

/** The layer graph of a detector: what its cost is counted on and what it is built from. */
export interface DetectorPlan {
  readonly inputSize: number;
  readonly layers: readonly Layer[];
  /** Finest first. Outputs are ordered level by level, row by row, column by column, anchor by anchor. */
  readonly levels: readonly Level[];
  /** Anchors of all levels together. */
  readonly anchorCount: number;
}

type Block = 'separable' | 'inverted';
type Context = 'none' | 'dilated';

interface Architecture {
  readonly inputSize: number;
  readonly width: number;
  readonly depth: number;
  readonly block: Block;
  readonly strides: readonly number[];
  readonly pyramid: boolean;
  readonly context: Context;
  readonly headWidth: number;
}

const STEM_CHANNELS = 16;
const STAGES = [
  { stride: 4, channels: 32 },
  { stride: 8, channels: 64 },
  { stride: 16, channels: 96 },
  { stride: 32, channels: 128 },
] as const;
const EXPANSION = 2;
const CONTEXT_DILATIONS = [2, 3] as const;

/** Neighbouring anchor sizes differ by at most 1.7, so that a face between two of them overlaps the nearer by 0.59 or more where centres agree. */
const ANCHORS_PER_CELL: Readonly<Record<number, number>> = { 1: 8, 2: 4, 3: 3 };
/** Smallest anchor by finest stride: a little more than the stride, below which a cell can hold several faces. */
const SMALLEST_ANCHOR: Readonly<Record<number, number>> = { 4: 5, 8: 9 };
const LARGEST_ANCHOR = 0.8;
/** Height by width of a face box, the middle of what data sets of faces hold. */
const FACE_ASPECT = 1.2;

/**
 * The layer graph of a configuration of `face-detector/1`.
 *
 * Backbone: a stride-2 convolution, then a stage for each of the strides 4, 8, 16, 32 that is needed (all of them for a
 * pyramid); the blocks of stages that are not needed go to the last one, so that it still sees far. Each level: a 1x1
 * convolution to `headWidth` channels, with a pyramid the coarser level is added (Lin et al. 2017, Feature Pyramid Networks)
 * and smoothed, optional dilated context, one separable convolution, two 1x1 output convolutions.
 *
 * @throws InvalidConfigurationError when a value that the plan needs is missing or of the wrong type.
 *
 * @example
 * ```ts
 * const { inputSize, layers } = planDetector(defaultConfiguration(faceDetectorSpace));
 * [inputSize, layers.length > 20]; // => [256, true]
 * ```
 */
export function planDetector(configuration: Configuration): DetectorPlan {
  const architecture = readArchitecture(configuration);
  const graph = new LayerGraph(architecture.inputSize);
  const features = backbone(graph, architecture);
  const finest = Math.min(...architecture.strides);
  const necks = new Map<number, string>();
  let above: string | undefined;
  for (const { stride } of STAGES.toReversed()) {
    const feature = features.get(stride);
    if (!feature || !(architecture.strides.includes(stride) || (architecture.pyramid && stride > finest))) {
      continue;
    }
    const lateral = graph.normalised(`level${stride}.lateral`, feature, architecture.headWidth);
    above =
      architecture.pyramid && above
        ? graph.add(`level${stride}.merge`, [lateral, graph.upsample(`level${stride}.upsample`, above)])
        : lateral;
    necks.set(stride, above);
  }
  const levels = architecture.strides.map((stride, index) => {
    const neck = necks.get(stride) ?? '';
    return level(graph, architecture, stride, neck, levelAnchors(architecture, index));
  });
  return {
    inputSize: architecture.inputSize,
    layers: graph.layers,
    levels,
    anchorCount: levels.reduce((sum, each) => sum + each.gridHeight * each.gridWidth * each.anchorsPerCell, 0),
  };
}

function backbone(graph: LayerGraph, architecture: Architecture): Map<number, string> {
  const channels = (base: number) => base * architecture.width;
  const last = architecture.pyramid ? 32 : Math.max(...architecture.strides);
  const used = STAGES.filter((stage) => stage.stride <= last);
  const features = new Map<number, string>();
  let end = graph.normalised('stem', 'image', channels(STEM_CHANNELS), { kernel: 3, stride: 2 });
  for (const [index, stage] of used.entries()) {
    const unused = stage.stride === last ? STAGES.length - used.length : 0;
    for (let block = 0; block < architecture.depth * (1 + unused); block += 1) {
      const name = `stage${index + 1}.block${block}`;
      const stride = block === 0 ? 2 : 1;
      end =
        architecture.block === 'inverted'
          ? graph.inverted(name, end, channels(stage.channels), stride)
          : graph.separable(name, end, channels(stage.channels), { stride });
    }
    features.set(stage.stride, end);
  }
  return features;
}

function level(
  graph: LayerGraph,
  architecture: Architecture,
  stride: number,
  neck: string,
  anchors: readonly AnchorSize[],
): Level {
  const name = `level${stride}`;
  const { headWidth } = architecture;
  let end = architecture.pyramid ? graph.separable(`${name}.smooth`, neck, headWidth) : neck;
  if (architecture.context === 'dilated') {
    for (const [index, dilation] of CONTEXT_DILATIONS.entries()) {
      end = graph.separable(`${name}.context${index}`, end, headWidth, { dilation });
    }
  }
  end = graph.separable(`${name}.head`, end, headWidth);
  const [gridHeight, gridWidth] = graph.shape(end);
  return {
    stride,
    gridHeight,
    gridWidth,
    anchorsPerCell: anchors.length,
    anchors,
    classOutput: graph.convolution(`${name}.class`, end, anchors.length, { bias: true }),
    boxOutput: graph.convolution(`${name}.box`, end, 4 * anchors.length, { bias: true }),
  };
}

/** Sizes in geometric progression over all levels together, each level taking the next few. */
function levelAnchors({ strides, inputSize }: Architecture, index: number): AnchorSize[] {
  const perCell = ANCHORS_PER_CELL[strides.length] ?? 1;
  const smallest = SMALLEST_ANCHOR[strides[0] ?? 8] ?? 9;
  const steps = perCell * strides.length - 1;
  const ratio = ((LARGEST_ANCHOR * inputSize) / smallest) ** (1 / steps);
  return Array.from({ length: perCell }, (_, anchor) => {
    const size = smallest * ratio ** (index * perCell + anchor);
    return { width: size / Math.sqrt(FACE_ASPECT), height: size * Math.sqrt(FACE_ASPECT) };
  });
}

interface ConvolutionOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly bias?: boolean;
}

class LayerGraph {
  readonly layers: Layer[] = [];
  private readonly shapes = new Map<string, readonly [number, number, number]>();

  constructor(inputSize: number) {
    this.shapes.set('image', [inputSize, inputSize, 3]);
  }

  shape(name: string): readonly [number, number, number] {
    const shape = this.shapes.get(name);
    if (!shape) {
      throw new RangeError(`no layer is named "${name}"`);
    }
    return shape;
  }

  convolution(name: string, input: string, outChannels: number, options: ConvolutionOptions = {}): string {
    return this.append(name, 'convolution', [input], outChannels, options);
  }

  upsample(name: string, input: string): string {
    return this.append(name, 'upsample', [input], this.shape(input)[2]);
  }

  add(name: string, inputs: readonly string[]): string {
    return this.append(name, 'add', inputs, this.shape(inputs[0] ?? '')[2]);
  }

  /** Convolution, normalisation, activation. */
  normalised(name: string, input: string, outChannels: number, options: ConvolutionOptions = {}): string {
    return this.activated(name, this.convolution(name, input, outChannels, options));
  }

  /**
   * Depthwise then 1x1 convolution with nothing between (Chollet 2017, Xception, section 4.7), normalisation, activation; the
   * input is added where shapes agree.
   */
  separable(name: string, input: string, outChannels: number, options: ConvolutionOptions = {}): string {
    const spatial = this.depthwise(`${name}.depthwise`, input, options);
    const end = this.activated(name, this.convolution(`${name}.pointwise`, spatial, outChannels));
    return this.residual(name, input, end);
  }

  /** Inverted residual (Sandler et al. 2018, MobileNetV2): widen, depthwise, narrow without activation. */
  inverted(name: string, input: string, outChannels: number, stride: number): string {
    const wide = this.shape(input)[2] * EXPANSION;
    const widened = this.normalised(`${name}.expand`, input, wide);
    const spatial = this.activated(`${name}.depthwise`, this.depthwise(`${name}.depthwise`, widened, { stride }));
    const narrow = this.convolution(`${name}.project`, spatial, outChannels);
    return this.residual(name, input, this.append(`${name}.project.norm`, 'batch-norm', [narrow], outChannels));
  }

  private depthwise(name: string, input: string, options: ConvolutionOptions): string {
    return this.append(name, 'depthwise', [input], this.shape(input)[2], { kernel: 3, ...options });
  }

  private activated(name: string, input: string): string {
    const channels = this.shape(input)[2];
    const normalised = this.append(`${name}.norm`, 'batch-norm', [input], channels);
    return this.append(`${name}.activation`, 'activation', [normalised], channels);
  }

  private residual(name: string, input: string, end: string): string {
    const agree = this.shape(input).every((size, axis) => size === this.shape(end)[axis]);
    return agree ? this.add(`${name}.add`, [input, end]) : end;
  }

  private append(
    name: string,
    kind: LayerKind,
    inputs: readonly string[],
    outChannels: number,
    { kernel = 1, stride = 1, dilation = 1, bias = false }: ConvolutionOptions = {},
  ): string {
    const [height, width, inChannels] = this.shape(inputs[0] ?? '');
    const resize = (size: number) => (kind === 'upsample' ? size * 2 : Math.ceil(size / stride));
    const outputShape = [resize(height), resize(width), outChannels] as const;
    this.layers.push({ name, kind, inputs, kernel, stride, dilation, bias, inChannels, outChannels, outputShape });
    this.shapes.set(name, outputShape);
    return name;
  }
}

function readArchitecture({ values }: Configuration): Architecture {
  const number = (name: string): number => {
    const value = values[name];
    if (typeof value !== 'number') {
      throw new InvalidConfigurationError(name, 'use a number that the search space lists');
    }
    return value;
  };
  const text = (name: string): string => {
    const value = values[name];
    if (typeof value !== 'string') {
      throw new InvalidConfigurationError(name, 'use a text that the search space lists');
    }
    return value;
  };
  return {
    inputSize: number('inputSize'),
    width: number('width'),
    depth: number('depth'),
    block: text('block') === 'inverted' ? 'inverted' : 'separable',
    strides: text('strides').split('-').map(Number),
    pyramid: text('pyramid') === 'fpn',
    context: text('context') === 'dilated' ? 'dilated' : 'none',
    headWidth: number('headWidth'),
  };
}
