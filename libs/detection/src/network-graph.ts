import type { Graph, GraphNode } from '@edgelore/kernels';
import { type DetectorPlan, type Layer, layerTensors } from '@edgelore/search-space';
import { EPSILON, MOMENTUM, PIXEL_DEVIATION, PIXEL_MEAN } from './detector.js';

/** The network of a plan: `image` to `logits` and `deltas`. Parameters are named as the plan's tensors, the trainable ones in its order. */
export function networkGraph(plan: DetectorPlan): Graph {
  const tensors = plan.layers.flatMap(layerTensors);
  return {
    inputs: [{ name: 'image', shape: [plan.inputSize, plan.inputSize, 3] }],
    parameters: [...tensors.filter(({ trainable }) => trainable), ...tensors.filter(({ trainable }) => !trainable)],
    nodes: [
      {
        ...{ kind: 'affine', name: 'standardised', inputs: ['image'] },
        ...{ factor: 1 / PIXEL_DEVIATION, offset: -PIXEL_MEAN / PIXEL_DEVIATION },
      },
      ...plan.layers.map(nodeOf),
      { kind: 'join', name: 'logits', inputs: plan.levels.map((level) => level.classOutput) },
      { kind: 'join', name: 'deltas', inputs: plan.levels.map((level) => level.boxOutput) },
    ],
    outputs: ['logits', 'deltas'],
  };
}

function nodeOf({ kind, name, inputs: read, stride, dilation, bias, outputShape }: Layer): GraphNode {
  const inputs = read.map((input) => (input === 'image' ? 'standardised' : input));
  const filter = {
    filter: `${name}.kernel`,
    ...(bias && { bias: `${name}.bias` }),
    strides: [stride, stride],
    padding: 'same',
  } as const;
  switch (kind) {
    case 'convolution':
      if (dilation !== 1) throw new RangeError(`layer "${name}" is a dilated convolution over channels`);
      return { kind, name, inputs, ...filter };
    case 'depthwise':
      return { kind, name, inputs, ...filter, dilation };
    case 'batch-norm': {
      const tensors = {
        scale: `${name}.scale`,
        shift: `${name}.shift`,
        mean: `${name}.mean`,
        variance: `${name}.variance`,
      };
      return { kind: 'batchNorm', name, inputs, ...tensors, epsilon: EPSILON, momentum: MOMENTUM };
    }
    case 'activation':
      return { kind, name, inputs, activation: 'relu' };
    case 'upsample':
      return { kind: 'resizeNearest', name, inputs, size: [outputShape[0], outputShape[1]] };
    case 'add':
      return { kind, name, inputs };
  }
}
