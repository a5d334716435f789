import { type Configuration, type DetectorPlan, type Layer, type Level, planDetector } from '@edgelore/search-space';
import { dilateFilter, normaliseBatch, tf } from '@edgelore/tensor';
import {
  type Detector,
  type DetectorOutput,
  EPSILON,
  type Learner,
  type LearningOptions,
  MOMENTUM,
  PIXEL_DEVIATION,
  PIXEL_MEAN,
} from './detector.js';
import { startingTensors } from './starting-weights.js';
import { TensorLearner, type TensorOutput } from './tensor-learner.js';
import type { DetectorWeights } from './weights.js';

/** Layers that run as one: a convolution, and the normalisation and activation that alone read it. */
interface Step {
  readonly layer: Layer;
  readonly norm: Layer | undefined;
  readonly activated: boolean;
  readonly output: string;
}

interface Folded {
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D | undefined;
}

/** A detector on TensorFlow.js, whichever its backend. Its weights live there until `dispose`. */
export class TensorDetector implements Detector {
  readonly plan: DetectorPlan;
  /** In the order of the plan. */
  readonly trainable: tf.Variable[];
  private readonly steps: readonly Step[];
  private readonly variables = new Map<string, tf.Variable>();
  private folded: { readonly of: readonly object[]; readonly steps: ReadonlyMap<string, Folded> } | undefined;

  constructor(
    readonly configuration: Configuration,
    seed: number,
  ) {
    this.plan = planDetector(configuration);
    this.steps = stepsOf(this.plan);
    const trainable: tf.Variable[] = [];
    for (const tensor of startingTensors(this.plan, seed)) {
      const start = tf.tensor(tensor.values, [...tensor.shape]);
      const variable = tf.variable(start, tensor.trainable);
      start.dispose();
      this.variables.set(tensor.name, variable);
      if (tensor.trainable) {
        trainable.push(variable);
      }
    }
    this.trainable = trainable;
  }

  predict(images: Float32Array): DetectorOutput {
    const size = this.plan.inputSize;
    return tf.tidy(() => {
      const pictures = tf.tensor4d(images, [images.length / (3 * size * size), size, size, 3]);
      const { logits, deltas } = this.forward(pictures, false);
      return { logits: logits.dataSync<'float32'>(), deltas: deltas.dataSync<'float32'>() };
    });
  }

  startLearning(options: LearningOptions): Learner {
    return new TensorLearner(this, options);
  }

  /**
   * Runs the network. Call it within `tf.tidy`.
   *
   * @param images [batch, size, size, 3], RGB from 0 to 255
   * @param training normalise by the batch (and follow it with the running statistics) rather than by the running statistics
   */
  forward(images: tf.Tensor4D, training: boolean): TensorOutput {
    return tf.tidy(() => {
      const standardised = tf.div(tf.sub(images, PIXEL_MEAN), PIXEL_DEVIATION) as tf.Tensor4D;
      const values = new Map<string, tf.Tensor4D>([['image', standardised]]);
      const folded = training ? undefined : this.fold();
      for (const step of this.steps) {
        const inputs = step.layer.inputs.map((name) => tensorOf(values, name));
        const of = folded?.get(step.output);
        values.set(step.output, of ? inferStep(step, inputs, of) : this.differentiableStep(step, inputs));
      }
      const ofLevels = (name: (level: Level) => string, shape: number[]) =>
        tf.concat(
          this.plan.levels.map((level) => tf.reshape(tensorOf(values, name(level)), [images.shape[0], ...shape])),
          1,
        );
      return {
        logits: ofLevels((level) => level.classOutput, [-1]) as tf.Tensor2D,
        deltas: ofLevels((level) => level.boxOutput, [-1, 4]) as tf.Tensor3D,
      };
    });
  }

  exportWeights(): DetectorWeights {
    return {
      configuration: this.configuration,
      tensors: [...this.variables].map(([name, variable]) => ({
        name,
        shape: [...variable.shape],
        values: Float32Array.from(variable.dataSync()),
      })),
    };
  }

  importWeights(weights: DetectorWeights): { readonly matched: number; readonly total: number } {
    let matched = 0;
    for (const { name, shape, values } of weights.tensors) {
      const variable = this.variables.get(name);
      if (variable && variable.shape.join() === shape.join()) {
        const value = tf.tensor(values, [...shape]);
        variable.assign(value);
        value.dispose();
        matched += 1;
      }
    }
    return { matched, total: this.variables.size };
  }

  dispose(): void {
    this.unfold();
    for (const variable of this.variables.values()) {
      variable.dispose();
    }
    this.variables.clear();
  }

  private differentiableStep({ layer, norm, activated }: Step, inputs: readonly tf.Tensor4D[]): tf.Tensor4D {
    const [input] = inputs as [tf.Tensor4D];
    if (layer.kind === 'add') {
      return addAll(inputs);
    }
    if (layer.kind === 'upsample') {
      return upsample(input);
    }
    const filter = dilateFilter(this.variable(`${layer.name}.kernel`) as tf.Tensor as tf.Tensor4D, layer.dilation);
    const spatial =
      layer.kind === 'depthwise'
        ? tf.depthwiseConv2d(input, filter, layer.stride, 'same')
        : tf.conv2d(input, filter, layer.stride, 'same');
    const value = layer.bias ? tf.add(spatial, this.variable(`${layer.name}.bias`)) : spatial;
    if (!norm) {
      return value as tf.Tensor4D;
    }
    const normalised = normaliseBatch(
      value as tf.Tensor4D,
      this.variable(`${norm.name}.scale`) as tf.Tensor as tf.Tensor1D,
      this.variable(`${norm.name}.shift`) as tf.Tensor as tf.Tensor1D,
      { epsilon: EPSILON, rectified: activated },
    );
    this.follow(`${norm.name}.mean`, normalised.mean);
    this.follow(`${norm.name}.variance`, normalised.variance);
    return normalised.value;
  }

  private follow(name: string, value: tf.Tensor): void {
    const running = this.variable(name);
    running.assign(tf.add(running, tf.mul(tf.sub(value, running), 1 - MOMENTUM)));
  }

  private variable(name: string): tf.Variable {
    const variable = this.variables.get(name);
    if (!variable) {
      throw new RangeError(`the detector has no tensor "${name}": it is disposed, or its plan does not list it`);
    }
    return variable;
  }

  /** Filters and offsets with the normalisation folded in, kept until any variable gets a new value. */
  private fold(): ReadonlyMap<string, Folded> {
    const of = [...this.variables.values()].map((variable) => variable.dataId);
    if (this.folded?.of.every((dataId, index) => dataId === of[index])) {
      return this.folded.steps;
    }
    this.unfold();
    const steps = new Map<string, Folded>();
    for (const step of this.steps) {
      if (step.layer.kind === 'convolution' || step.layer.kind === 'depthwise') {
        steps.set(step.output, this.foldStep(step));
      }
    }
    this.folded = { of, steps };
    return steps;
  }

  private foldStep({ layer, norm }: Step): Folded {
    return tf.tidy(() => {
      // TensorFlow has no dilated depthwise convolution, so the filter is widened for good.
      const kernel = this.variable(`${layer.name}.kernel`) as tf.Tensor as tf.Tensor4D;
      const filter = dilateFilter(kernel, layer.dilation);
      if (!norm) {
        const bias = layer.bias ? tf.keep(tf.clone(this.variable(`${layer.name}.bias`))) : undefined;
        return { filter: tf.keep(tf.clone(filter)), bias: bias as tf.Tensor1D | undefined };
      }
      const deviation = tf.sqrt(tf.add(this.variable(`${norm.name}.variance`), EPSILON));
      const gain = tf.div(this.variable(`${norm.name}.scale`), deviation);
      const shape = layer.kind === 'depthwise' ? [1, 1, layer.outChannels, 1] : [1, 1, 1, layer.outChannels];
      const bias = tf.sub(this.variable(`${norm.name}.shift`), tf.mul(gain, this.variable(`${norm.name}.mean`)));
      return {
        filter: tf.keep(tf.mul(filter, tf.reshape(gain, shape)) as tf.Tensor4D),
        bias: tf.keep(bias as tf.Tensor1D),
      };
    });
  }

  private unfold(): void {
    for (const { filter, bias } of this.folded?.steps.values() ?? []) {
      filter.dispose();
      bias?.dispose();
    }
    this.folded = undefined;
  }
}

function inferStep({ layer, activated }: Step, inputs: readonly tf.Tensor4D[], folded: Folded): tf.Tensor4D {
  const [x] = inputs as [tf.Tensor4D];
  const operation = {
    x,
    filter: folded.filter,
    strides: layer.stride,
    pad: 'same',
    activation: activated ? 'relu' : 'linear',
    ...(folded.bias ? { bias: folded.bias } : {}),
  } as const;
  return layer.kind === 'depthwise' ? tf.fused.depthwiseConv2d(operation) : tf.fused.conv2d(operation);
}

function addAll(inputs: readonly tf.Tensor4D[]): tf.Tensor4D {
  return inputs.reduce((sum, input) => tf.add(sum, input) as tf.Tensor4D);
}

/** Each cell becomes four; the derivative is the sum of the four. */
function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const operation = tf.customGrad((...inputs) => {
    const [input] = inputs as [tf.Tensor4D];
    const [, height, width] = input.shape;
    return {
      value: tf.image.resizeNearestNeighbor(input, [2 * height, 2 * width]),
      gradFunc: (dy) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, 'valid'), 4),
    };
  });
  return operation(x) as tf.Tensor4D;
}

function stepsOf(plan: DetectorPlan): Step[] {
  const readers = new Map<string, Layer[]>();
  for (const layer of plan.layers) {
    for (const input of layer.inputs) {
      readers.set(input, [...(readers.get(input) ?? []), layer]);
    }
  }
  const next = (name: string, kind: Layer['kind']): Layer | undefined => {
    const [reader, ...others] = readers.get(name) ?? [];
    return others.length === 0 && reader?.kind === kind ? reader : undefined;
  };
  return plan.layers
    .filter((layer) => layer.kind !== 'batch-norm' && layer.kind !== 'activation')
    .map((layer) => {
      const norm = next(layer.name, 'batch-norm');
      const activation = norm && next(norm.name, 'activation');
      return {
        layer,
        norm,
        activated: activation !== undefined,
        output: (activation ?? norm ?? layer).name,
      };
    });
}

function tensorOf(values: ReadonlyMap<string, tf.Tensor4D>, name: string): tf.Tensor4D {
  const value = values.get(name);
  if (!value) {
    throw new RangeError(`layer "${name}" is read before it is computed`);
  }
  return value;
}
