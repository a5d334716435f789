import {
  type Configuration,
  type DetectorPlan,
  type Dimension,
  enumerateConfigurations,
  faceDetectorSpace,
  layerTensors,
  planDetector,
} from '@edgelore/search-space';
import { startingTensors } from '../starting-weights.js';

/** A trainable tensor of the supernet, as large as the largest network that has it. */
export interface SharedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of its first number among all shared ones. */
  readonly offset: number;
  readonly size: number;
}

/** Where the trainable tensors of every architecture lie in one vector of shared weights. */
export interface SupernetLayout {
  readonly tensors: readonly SharedTensor[];
  /** Shared weights in all. */
  readonly size: number;
}

/** Values of these dimensions have outputs of their own, for their anchors differ. */
const OWN_OUTPUTS = ['strides', 'inputSize'] as const;

/**
 * The plan of a configuration with the names under which its layers lie in the supernet: backbone and lateral convolutions by block, outputs by strides and input
 * size, everything else shared by its place in the network.
 */
function sharedPlan(configuration: Configuration): DetectorPlan {
  const { values } = configuration;
  const plan = planDetector(configuration);
  const outputs = new Set(plan.levels.flatMap(({ classOutput, boxOutput }) => [classOutput, boxOutput]));
  const rename = (name: string) => {
    if (outputs.has(name)) return [name, ...OWN_OUTPUTS.map((dimension) => values[dimension])].join('@');
    return /^stage|\.lateral/.test(name) ? `${name}@${values.block}` : name;
  };
  return {
    ...plan,
    layers: plan.layers.map((layer) => ({ ...layer, name: rename(layer.name) })),
    levels: plan.levels.map((level) => ({
      ...level,
      classOutput: rename(level.classOutput),
      boxOutput: rename(level.boxOutput),
    })),
  };
}

/** Plans that together have every tensor in its full size, each with the layers that none before it has. */
function* largestPlans(): Generator<DetectorPlan> {
  const values = ({ name, kind, type, default: usual, values: all }: Dimension) => {
    if (kind === 'hyperparameter') return [usual];
    return type === 'choice' || OWN_OUTPUTS.some((own) => own === name) ? all : all.slice(-1);
  };
  const dimensions = faceDetectorSpace.dimensions.map((dimension) => ({ ...dimension, values: values(dimension) }));
  const known = new Set<string>();
  for (const configuration of enumerateConfigurations({ ...faceDetectorSpace, dimensions, constraints: [] })) {
    const plan = sharedPlan(configuration);
    const layers = plan.layers.filter(({ name }) => !known.has(name));
    for (const { name } of layers) known.add(name);
    if (layers.length > 0) yield { ...plan, layers };
  }
}

let layout: SupernetLayout | undefined;

/** The layout of the supernet of `face-detector/1`, always the same. */
export function supernetLayout(): SupernetLayout {
  layout ??= makeLayout();
  return layout;
}

function makeLayout(): SupernetLayout {
  const tensors: SharedTensor[] = [];
  let size = 0;
  for (const { layers } of largestPlans()) {
    for (const { name, shape, trainable } of layers.flatMap(layerTensors)) {
      if (!trainable) continue;
      const tensor = { name, shape, offset: size, size: shape.reduce((product, side) => product * side, 1) };
      tensors.push(tensor);
      size += tensor.size;
    }
  }
  return { tensors, size };
}

/** The first shared weights: He initialisation for the largest network, under the seed. */
export function startingShared(seed: number): Float32Array {
  const { size } = supernetLayout();
  const shared = new Float32Array(size);
  let at = 0;
  for (const plan of largestPlans()) {
    for (const { values, trainable } of startingTensors(plan, seed)) {
      if (!trainable) continue;
      shared.set(values, at);
      at += values.length;
    }
  }
  return shared;
}

let byName: ReadonlyMap<string, SharedTensor> | undefined;

/**
 * The places among the shared weights of a configuration's trainable weights, which are in the order of its plan: of each tensor the leading part along every
 * axis, as in slimmable networks (Yu et al. 2019) and Once-for-All (Cai et al. 2020, section 3.3).
 */
export function sharedPlaces(configuration: Configuration): Int32Array {
  byName ??= new Map(supernetLayout().tensors.map((tensor) => [tensor.name, tensor]));
  const tensors = sharedPlan(configuration).layers.flatMap(layerTensors);
  const slices = tensors.flatMap(({ name, shape, trainable }) => {
    const shared = byName?.get(name);
    if (!trainable || !shared) return [];
    return { shared, shape };
  });
  const count = slices.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
  const places = new Int32Array(count);
  let at = 0;
  const walk = (whole: readonly number[], shape: readonly number[], start: number) => {
    const [side = 1, ...rest] = shape;
    if (rest.length === 0) {
      for (let i = 0; i < side; i++) places[at++] = start + i;
      return;
    }
    const step = whole.slice(1).reduce((product, each) => product * each, 1);
    for (let i = 0; i < side; i++) walk(whole.slice(1), rest, start + i * step);
  };
  for (const { shared, shape } of slices) walk(shared.shape, shape, shared.offset);
  return places;
}
