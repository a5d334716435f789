import { type DetectorPlan, type Layer, type LayerTensor, layerTensors } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import type { NamedTensor } from './weights.js';

/** Share of anchors expected to hold a face at the start (Lin et al. 2017, Focal Loss for Dense Object Detection, section 4.1). */
const FACE_PRIOR = 0.01;
const OUTPUT_DEVIATION = 0.01;

/** A tensor of a detector's first weights. */
export interface StartingTensor extends NamedTensor {
  readonly trainable: boolean;
}

/** The first weights of a detector, in the order of the plan: He initialisation (He et al. 2015, equation 10) under the seed. */
export function startingTensors(plan: DetectorPlan, seed: number): StartingTensor[] {
  const outputs = new Set(plan.levels.flatMap((level) => [level.classOutput, level.boxOutput]));
  const classes = new Set(plan.levels.map((level) => level.classOutput));
  return plan.layers.flatMap((layer) => {
    const place = classes.has(layer.name) ? 'class' : outputs.has(layer.name) ? 'box' : 'inner';
    return layerTensors(layer).map((tensor) => ({
      name: tensor.name,
      shape: tensor.shape,
      trainable: tensor.trainable,
      values: initialValues(tensor, layer, place, seed),
    }));
  });
}

function initialValues(
  { name, role, shape }: LayerTensor,
  layer: Layer,
  place: 'class' | 'box' | 'inner',
  seed: number,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  if (role === 'scale' || role === 'variance') {
    return values.fill(1);
  }
  if (role === 'bias' && place === 'class') {
    return values.fill(-Math.log((1 - FACE_PRIOR) / FACE_PRIOR));
  }
  if (role !== 'kernel') {
    return values;
  }
  const fanIn = layer.kernel ** 2 * (layer.kind === 'depthwise' ? 1 : layer.inChannels);
  const deviation = place === 'inner' ? Math.sqrt(2 / fanIn) : OUTPUT_DEVIATION;
  // A stream for each name: a tensor starts alike in every configuration that has it.
  const random = seededRandom(seed).fork(name);
  return values.map(() => deviation * random.normal());
}
