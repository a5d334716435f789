import * as tf from '@tensorflow/tfjs-core';

type Tensor = tf.Tensor;
type Attributes = Readonly<Record<string, unknown>>;
type Derivatives = Record<string, () => Tensor>;
type Rule = (dy: Tensor, saved: Tensor[], attributes: Attributes) => Derivatives;

interface Kept {
  readonly inputs?: string[];
  readonly everyInput?: boolean;
  readonly output?: boolean;
}

const X: Kept = { inputs: ['x'] };
const AB: Kept = { inputs: ['a', 'b'] };
const OUTPUT: Kept = { output: true };
const NOTHING: Kept = {};

function gradient(kernelName: string, kept: Kept, rule: Rule): void {
  if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    ...(kept.inputs ? { inputsToSave: kept.inputs } : {}),
    ...(kept.everyInput ? { saveAllInputs: true } : {}),
    ...(kept.output ? { outputsToSave: [true] } : {}),
    gradFunc: (dy, saved, attributes) => rule(dy as Tensor, saved, attributes as unknown as Attributes),
  });
}

/** Sums a derivative over the axes along which an operand of `shape` was broadcast. */
function unbroadcast(derivative: Tensor, shape: number[]): Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, derivative.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(derivative, axes) : derivative, shape);
}

/** Spreads the derivative of a reduction over the axes it removed. */
function spread(dy: Tensor, x: Tensor, axis: unknown): Tensor {
  const axes = tf.util.parseAxisParam(axis as number | number[], x.shape);
  const kept = x.shape.map((size, index) => (axes.includes(index) ? 1 : size));
  return tf.reshape(dy, kept);
}

function registerArithmetic(): void {
  gradient(tf.Add, AB, (dy, [a, b]) => ({
    a: () => unbroadcast(dy, a!.shape),
    b: () => unbroadcast(dy, b!.shape),
  }));
  gradient(tf.Sub, AB, (dy, [a, b]) => ({
    a: () => unbroadcast(dy, a!.shape),
    b: () => unbroadcast(tf.neg(dy), b!.shape),
  }));
  gradient(tf.Multiply, AB, (dy, [a, b]) => ({
    a: () => unbroadcast(tf.mul(dy, tf.cast(b!, 'float32')), a!.shape),
    b: () => unbroadcast(tf.mul(dy, tf.cast(a!, 'float32')), b!.shape),
  }));
  gradient(tf.RealDiv, AB, (dy, [a, b]) => ({
    a: () => unbroadcast(tf.div(dy, tf.cast(b!, 'float32')), a!.shape),
    b: () =>
      unbroadcast(tf.neg(tf.div(tf.mul(dy, tf.cast(a!, 'float32')), tf.square(tf.cast(b!, 'float32')))), b!.shape),
  }));
  gradient(tf.SquaredDifference, AB, (dy, [a, b]) => ({
    a: () => unbroadcast(tf.mul(dy, tf.mul(2, tf.sub(a!, b!))), a!.shape),
    b: () => unbroadcast(tf.mul(dy, tf.mul(2, tf.sub(b!, a!))), b!.shape),
  }));
  gradient(tf.Maximum, AB, (dy, [a, b]) => ({
    a: () => unbroadcast(tf.mul(dy, tf.cast(tf.greaterEqual(a!, b!), 'float32')), a!.shape),
    b: () => unbroadcast(tf.mul(dy, tf.cast(tf.less(a!, b!), 'float32')), b!.shape),
  }));
  gradient(tf.Minimum, AB, (dy, [a, b]) => ({
    a: () => unbroadcast(tf.mul(dy, tf.cast(tf.lessEqual(a!, b!), 'float32')), a!.shape),
    b: () => unbroadcast(tf.mul(dy, tf.cast(tf.greater(a!, b!), 'float32')), b!.shape),
  }));
  gradient(tf.Pow, { inputs: ['a', 'b'], output: true }, (dy, [a, b, y]) => ({
    a: () => unbroadcast(tf.mul(dy, tf.mul(b!, tf.pow(a!, tf.sub(b!, 1)))), a!.shape),
    b: () => {
      const log = tf.where(tf.greater(a!, 0), tf.log(a!), tf.zerosLike(a!));
      return unbroadcast(tf.mul(dy, tf.mul(y!, log)), b!.shape);
    },
  }));
  gradient(tf.AddN, { everyInput: true }, (dy, saved) =>
    Object.fromEntries(saved.map((_, index) => [String(index), () => tf.clone(dy)])),
  );
}

function registerElementwise(): void {
  gradient(tf.Abs, X, (dy, [x]) => ({ x: () => tf.mul(dy, tf.sign(x!)) }));
  gradient(tf.Neg, NOTHING, (dy) => ({ x: () => tf.neg(dy) }));
  gradient(tf.Exp, OUTPUT, (dy, [y]) => ({ x: () => tf.mul(dy, y!) }));
  gradient(tf.Log, X, (dy, [x]) => ({ x: () => tf.div(dy, x!) }));
  gradient(tf.Log1p, X, (dy, [x]) => ({ x: () => tf.div(dy, tf.add(x!, 1)) }));
  gradient(tf.Sqrt, OUTPUT, (dy, [y]) => ({ x: () => tf.div(dy, tf.mul(y!, 2)) }));
  gradient(tf.Rsqrt, OUTPUT, (dy, [y]) => ({ x: () => tf.mul(dy, tf.mul(-0.5, tf.mul(y!, tf.square(y!)))) }));
  gradient(tf.Square, X, (dy, [x]) => ({ x: () => tf.mul(dy, tf.mul(2, x!)) }));
  gradient(tf.Reciprocal, OUTPUT, (dy, [y]) => ({ x: () => tf.neg(tf.mul(dy, tf.square(y!))) }));
  gradient(tf.Sigmoid, OUTPUT, (dy, [y]) => ({ x: () => tf.mul(dy, tf.mul(y!, tf.sub(1, y!))) }));
  gradient(tf.Tanh, OUTPUT, (dy, [y]) => ({ x: () => tf.mul(dy, tf.sub(1, tf.square(y!))) }));
  gradient(tf.Softplus, X, (dy, [x]) => ({ x: () => tf.mul(dy, tf.sigmoid(x!)) }));
  gradient(tf.Sin, X, (dy, [x]) => ({ x: () => tf.mul(dy, tf.cos(x!)) }));
  gradient(tf.Cos, X, (dy, [x]) => ({ x: () => tf.neg(tf.mul(dy, tf.sin(x!))) }));
  gradient(tf.Atan, X, (dy, [x]) => ({ x: () => tf.div(dy, tf.add(tf.square(x!), 1)) }));
  gradient(tf.Relu, OUTPUT, (dy, [y]) => ({ x: () => tf.mul(dy, tf.step(y!)) }));
  gradient(tf.Relu6, OUTPUT, (dy, [y]) => ({
    x: () => tf.mul(dy, tf.mul(tf.step(y!), tf.step(tf.sub(6, y!)))),
  }));
  gradient(tf.LeakyRelu, X, (dy, [x], attributes) => ({
    x: () => tf.mul(dy, tf.step(x!, attributes.alpha as number)),
  }));
  gradient(tf.Elu, OUTPUT, (dy, [y]) => ({
    x: () => tf.mul(dy, tf.where(tf.greater(y!, 0), tf.onesLike(y!), tf.add(y!, 1))),
  }));
  gradient(tf.Prelu, { inputs: ['x', 'alpha'] }, (dy, [x, alpha]) => ({
    x: () => tf.where(tf.greater(x!, 0), dy, tf.mul(dy, alpha!)),
    alpha: () => unbroadcast(tf.where(tf.greater(x!, 0), tf.zerosLike(dy), tf.mul(dy, x!)), alpha!.shape),
  }));
  gradient(tf.ClipByValue, X, (dy, [x], { clipValueMin, clipValueMax }) => ({
    x: () => {
      const inside = tf.logicalAnd(
        tf.greaterEqual(x!, clipValueMin as number),
        tf.lessEqual(x!, clipValueMax as number),
      );
      return tf.mul(dy, tf.cast(inside, 'float32'));
    },
  }));
  gradient(tf.Select, { inputs: ['condition'] }, (dy, [condition]) => {
    const mask = tf.cast(condition!, 'float32');
    return {
      condition: () => tf.zerosLike(mask),
      t: () => tf.mul(dy, mask),
      e: () => tf.mul(dy, tf.sub(1, mask)),
    };
  });
  for (const flat of [tf.Step, tf.Sign, tf.Floor, tf.Ceil, tf.Round, tf.ZerosLike, tf.OnesLike]) {
    gradient(flat, NOTHING, (dy) => ({ x: () => tf.zerosLike(dy) }));
  }
}

function registerReductions(): void {
  gradient(tf.Sum, X, (dy, [x], { axis }) => ({ x: () => tf.broadcastTo(spread(dy, x!, axis), x!.shape) }));
  gradient(tf.Mean, X, (dy, [x], { axis }) => ({
    x: () => tf.broadcastTo(spread(tf.mul(dy, dy.size / x!.size), x!, axis), x!.shape),
  }));
  // Equal extremes each take the whole derivative, as in TensorFlow.js itself.
  for (const extreme of [tf.Max, tf.Min]) {
    gradient(extreme, { inputs: ['x'], output: true }, (dy, [x, y], { reductionIndices, axis }) => ({
      x: () => {
        const axes = reductionIndices ?? axis;
        return tf.mul(spread(dy, x!, axes), tf.cast(tf.equal(x!, spread(y!, x!, axes)), 'float32'));
      },
    }));
  }
  gradient(tf.Softmax, OUTPUT, (dy, [y], { dim }) => ({
    logits: () => {
      const weighted = tf.mul(dy, y!);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, dim as number, true), y!));
    },
  }));
  gradient(tf.LogSoftmax, OUTPUT, (dy, [y], { axis }) => ({
    logits: () => tf.sub(dy, tf.mul(tf.sum(dy, axis as number, true), tf.exp(y!))),
  }));
  gradient(tf.Cumsum, NOTHING, (dy, _, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis as number, exclusive as boolean, !(reverse as boolean)),
  }));
}

function registerLayout(): void {
  gradient(tf.Identity, NOTHING, (dy) => ({ x: () => tf.cast(dy, 'float32') }));
  gradient(tf.Cast, NOTHING, (dy) => ({ x: () => tf.clone(dy) }));
  gradient(tf.Reshape, X, (dy, [x]) => ({ x: () => tf.reshape(dy, x!.shape) }));
  gradient(tf.ExpandDims, { inputs: ['input'] }, (dy, [input]) => ({ input: () => tf.reshape(dy, input!.shape) }));
  gradient(tf.BroadcastTo, X, (dy, [x]) => ({ x: () => unbroadcast(dy, x!.shape) }));
  gradient(tf.Transpose, NOTHING, (dy, _, { perm }) => ({
    x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm as number[])),
  }));
  gradient(tf.Reverse, NOTHING, (dy, _, { dims }) => ({ x: () => tf.reverse(dy, dims as number[]) }));
  gradient(tf.Concat, { everyInput: true }, (dy, saved, { axis }) => {
    const along = tf.util.parseAxisParam(axis as number, saved[0]!.shape)[0]!;
    let start = 0;
    return Object.fromEntries(
      saved.map((part, index) => {
        const begin = part.shape.map((_, dimension) => (dimension === along ? start : 0));
        start += part.shape[along]!;
        return [String(index), () => tf.slice(dy, begin, part.shape)];
      }),
    );
  });
  gradient(tf.Slice, X, (dy, [x], { begin, size }) => ({
    x: () => {
      const [from, length] = tf.slice_util.parseSliceParams(x!, begin as number[], size as number[]) as [
        number[],
        number[],
      ];
      return tf.pad(
        dy,
        from.map((start, axis): [number, number] => [start, x!.shape[axis]! - start - length[axis]!]),
      );
    },
  }));
  gradient(tf.PadV2, X, (dy, [x], { paddings }) => ({
    x: () =>
      tf.slice(
        dy,
        (paddings as [number, number][]).map(([before]) => before),
        x!.shape,
      ),
  }));
  gradient(tf.Tile, X, (dy, [x], { reps }) => ({
    x: () => {
      const split = x!.shape.flatMap((size, axis) => [(reps as number[])[axis]!, size]);
      return tf.reshape(
        tf.sum(
          tf.reshape(dy, split),
          x!.shape.map((_, axis) => 2 * axis),
        ),
        x!.shape,
      );
    },
  }));
  gradient(tf.Pack, { everyInput: true }, (dy, saved, { axis }) => {
    const parts = tf.unstack(dy, axis as number);
    return Object.fromEntries(saved.map((_, index) => [String(index), () => parts[index]!]));
  });
  gradient(tf.Unpack, NOTHING, (dy, _, { axis }) => ({
    value: () => tf.stack(dy as unknown as Tensor[], axis as number),
  }));
  gradient(tf.SplitV, NOTHING, (dy, _, { axis }) => ({
    x: () => tf.concat(dy as unknown as Tensor[], axis as number),
  }));
  gradient(tf.GatherV2, { inputs: ['x', 'indices'] }, (dy, [x, indices], { axis, batchDims }) => {
    if ((batchDims as number) > 0) {
      throw new Error(
        'The gradient of gather with batchDims > 0 is not supported: flatten the batch into the indices.',
      );
    }
    const along = tf.util.parseAxisParam(axis as number, x!.shape)[0]!;
    return {
      x: () => {
        const before = x!.shape.slice(0, along);
        const after = x!.shape.slice(along + 1);
        const inFront = [before.length, ...before.keys(), ...after.map((_, index) => before.length + 1 + index)];
        const rows = tf.reshape(dy, [...before, indices!.size, ...after]);
        const summed = tf.scatterND(
          tf.reshape(indices!, [indices!.size, 1]),
          along === 0 ? rows : tf.transpose(rows, inFront),
          [x!.shape[along]!, ...before, ...after],
        );
        return along === 0 ? summed : tf.transpose(summed, tf.backend_util.getUndoAxesPermutation(inFront));
      },
      indices: () => tf.zerosLike(tf.cast(indices!, 'float32')),
    };
  });
}

type Pair = [number, number];
type Padding = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;

interface ConvolutionAttributes {
  readonly strides: Pair;
  readonly pad: Padding;
  readonly dilations?: Pair | number;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function refuseDilation(operation: string, { dilations }: ConvolutionAttributes): void {
  const [vertical, horizontal] = typeof dilations === 'number' ? [dilations, dilations] : (dilations ?? [1, 1]);
  if (vertical !== 1 || horizontal !== 1) {
    throw new Error(
      `The gradient of ${operation} is not available for dilations ${vertical}x${horizontal}: widen the filter with dilateFilter() and convolve without dilation.`,
    );
  }
}

function run(kernel: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap);
}

function registerNeural(): void {
  gradient(tf.BatchMatMul, AB, (dy, [a, b], { transposeA, transposeB }) => {
    const ta = transposeA as boolean;
    const tb = transposeB as boolean;
    return {
      a: () => unbroadcast(ta ? tf.matMul(b!, dy, tb, true) : tf.matMul(dy, b!, false, !tb), a!.shape),
      b: () => unbroadcast(tb ? tf.matMul(dy, a!, true, ta) : tf.matMul(a!, dy, !ta, false), b!.shape),
    };
  });
  gradient(tf.Conv2D, { inputs: ['x', 'filter'] }, (dy, [x, filter], attributes) => {
    const given = attributes as unknown as ConvolutionAttributes;
    refuseDilation('conv2d', given);
    const { strides, pad, dimRoundingMode } = given;
    const shared = { strides, pad, dataFormat: given.dataFormat ?? 'NHWC', dimRoundingMode };
    return {
      x: () => run(tf.Conv2DBackpropInput, { dy, filter: filter! }, { ...shared, inputShape: x!.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x: x!, dy }, { ...shared, filterShape: filter!.shape }),
    };
  });
  gradient(tf.DepthwiseConv2dNative, { inputs: ['x', 'filter'] }, (dy, [x, filter], attributes) => {
    const given = attributes as unknown as ConvolutionAttributes;
    refuseDilation('depthwiseConv2d', given);
    const { strides, pad, dimRoundingMode } = given;
    const shared = { strides, pad, dilations: [1, 1], dimRoundingMode };
    return {
      x: () => run(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter: filter! }, { ...shared, inputShape: x!.shape }),
      filter: () =>
        run(tf.DepthwiseConv2dNativeBackpropFilter, { x: x!, dy }, { ...shared, filterShape: filter!.shape }),
    };
  });
  gradient(tf.MaxPool, { inputs: ['x'], output: true }, (dy, [x, y], attributes) => ({
    x: () => run(tf.MaxPoolGrad, { dy, input: x!, output: y! }, attributes),
  }));
  gradient(tf.AvgPool, X, (dy, [x], attributes) => ({
    x: () => run(tf.AvgPoolGrad, { dy, input: x! }, attributes),
  }));
  gradient(tf.ResizeNearestNeighbor, { inputs: ['images'] }, (dy, [images], attributes) => ({
    images: () => run(tf.ResizeNearestNeighborGrad, { dy, images: images! }, attributes),
  }));
}

/**
 * Registers the gradients of the operations that Edgelore trains with, for every backend.
 *
 * In Node `@tensorflow/tfjs-core` registers none by itself (only the 140 MB `@tensorflow/tfjs` bundle does). Where that bundle is loaded, by
 * tfjs-node, these replace its rules so that all backends train by the same ones.
 */
export function registerGradients(): void {
  registerArithmetic();
  registerElementwise();
  registerReductions();
  registerLayout();
  registerNeural();
}
