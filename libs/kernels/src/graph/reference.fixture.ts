import type { Padding } from '../convolution-shape.js';
import type { Graph, GraphNode, ValueShape } from './graph.js';

/** A batch of values in float64. */
interface Value {
  readonly shape: ValueShape;
  readonly numbers: Float64Array;
}

export type Numbers = ReadonlyMap<string, Float64Array>;

export interface ReferenceRun {
  readonly outputs: Numbers;
  /** Statistics of the batch by the name of the running ones that follow them. */
  readonly statistics: Numbers;
}

/** Computes a graph in float64, node by node as their definitions say, in plain loops. */
export function runReference(
  graph: Graph,
  batch: number,
  inputs: Numbers,
  parameters: Numbers,
  training: boolean,
): ReferenceRun {
  const values = new Map<string, Value>();
  const statistics = new Map<string, Float64Array>();
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]));
  for (const { name, shape } of graph.inputs) values.set(name, { shape, numbers: inputs.get(name)! });
  for (const node of graph.nodes) {
    const read = node.inputs.map((name) => values.get(name)!);
    values.set(node.name, compute(node, read));
  }
  return { outputs: new Map(graph.outputs.map((name) => [name, values.get(name)!.numbers])), statistics };

  function compute(node: GraphNode, read: readonly Value[]): Value {
    const [x] = read as [Value];
    const [height, width, channels] = x.shape;
    const pointwise = (f: (value: number, channel: number, index: number) => number): Value => ({
      shape: x.shape,
      numbers: x.numbers.map((value, index) => f(value, index % channels, index)),
    });
    switch (node.kind) {
      case 'convolution':
      case 'depthwise':
      case 'dense': {
        const own = shapes.get(node.filter)!;
        const [rows, columns] = node.kind === 'dense' ? [1, 1] : [own[0]!, own[1]!];
        const out = node.kind === 'depthwise' ? channels : own.at(-1)!;
        const filter = parameters.get(node.filter)!;
        const bias = node.bias === undefined ? undefined : parameters.get(node.bias)!;
        const dilation = node.kind === 'depthwise' ? (node.dilation ?? 1) : 1;
        const strides = node.kind === 'dense' ? ([1, 1] as const) : node.strides;
        const padding = node.kind === 'dense' ? 'valid' : node.padding;
        return slide(x, [rows, columns], strides, padding, dilation, out, (taps, channel) => {
          let sum = bias?.[channel] ?? 0;
          for (const { index, tap } of taps) {
            if (node.kind === 'depthwise') sum += x.numbers[index + channel]! * filter[tap * channels + channel]!;
            else
              for (let c = 0; c < channels; c++)
                sum += x.numbers[index + c]! * filter[(tap * channels + c) * out + channel]!;
          }
          return sum;
        });
      }
      case 'batchNorm': {
        const [scale, shift] = [parameters.get(node.scale)!, parameters.get(node.shift)!];
        let [mean, variance] = [parameters.get(node.mean)!, parameters.get(node.variance)!];
        if (training) {
          const rows = x.numbers.length / channels;
          mean = new Float64Array(channels);
          for (const [i, value] of x.numbers.entries()) mean[i % channels]! += value / rows;
          variance = new Float64Array(channels);
          for (const [i, value] of x.numbers.entries())
            variance[i % channels]! += (value - mean[i % channels]!) ** 2 / rows;
          statistics.set(node.mean, mean).set(node.variance, variance);
        }
        return pointwise(
          (value, c) => (scale[c]! * (value - mean[c]!)) / Math.sqrt(variance[c]! + node.epsilon) + shift[c]!,
        );
      }
      case 'activation':
        return pointwise((value) =>
          Math.min(Math.max(0, value), node.activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY),
        );
      case 'affine':
        return pointwise((value) => node.factor * value + node.offset);
      case 'add':
        return pointwise((value, _, index) => value + read[1]!.numbers[index]!);
      case 'maxPool':
      case 'averagePool':
        return slide(x, node.window, node.strides, node.padding, 1, channels, (taps, channel) => {
          const seen = taps.map(({ index }) => x.numbers[index + channel]!);
          return node.kind === 'maxPool'
            ? Math.max(...seen)
            : seen.reduce((sum, value) => sum + value, 0) / seen.length;
        });
      case 'globalAveragePool':
        return slide(x, [height, width], [1, 1], 'valid', 1, channels, (taps, channel) =>
          taps.reduce((sum, { index }) => sum + x.numbers[index + channel]! / taps.length, 0),
        );
      case 'resizeNearest': {
        const [tall, wide] = node.size;
        const numbers = Float64Array.from({ length: batch * tall * wide * channels }, (_, i) => {
          const c = i % channels;
          const column = Math.floor(((Math.floor(i / channels) % wide) * width) / wide);
          const row = Math.floor(((Math.floor(i / channels / wide) % tall) * height) / tall);
          const n = Math.floor(i / channels / wide / tall);
          return x.numbers[((n * height + row) * width + column) * channels + c]!;
        });
        return { shape: [tall, wide, channels], numbers };
      }
      case 'join': {
        const parts = Array.from({ length: batch }, (_, n) =>
          read.flatMap(({ numbers }) => [
            ...numbers.subarray((n * numbers.length) / batch, ((n + 1) * numbers.length) / batch),
          ]),
        );
        return { shape: [1, 1, parts[0]!.length], numbers: Float64Array.from(parts.flat()) };
      }
    }
  }

  function slide(
    { shape: [height, width, channels] }: Value,
    [rows, columns]: readonly [number, number],
    [down, across]: readonly [number, number],
    padding: Padding,
    dilation: number,
    outChannels: number,
    make: (taps: readonly { readonly index: number; readonly tap: number }[], channel: number) => number,
  ): Value {
    const along = (size: number, taps: number, stride: number, first: 0 | 2): [number, number] => {
      const reach = dilation * (taps - 1) + 1;
      if (padding === 'same') {
        const count = Math.ceil(size / stride);
        return [count, Math.floor(Math.max(0, (count - 1) * stride + reach - size) / 2)];
      }
      const [before, after] = padding === 'valid' ? [0, 0] : [padding[first], padding[first + 1] as number];
      return [Math.floor((size + before + after - reach) / stride) + 1, before];
    };
    const [tall, top] = along(height, rows, down, 0);
    const [wide, left] = along(width, columns, across, 2);
    const numbers: number[] = [];
    for (let n = 0; n < batch; n++)
      for (let oy = 0; oy < tall; oy++)
        for (let ox = 0; ox < wide; ox++) {
          const taps: { index: number; tap: number }[] = [];
          for (let tap = 0; tap < rows * columns; tap++) {
            const y = oy * down - top + dilation * Math.floor(tap / columns);
            const x = ox * across - left + dilation * (tap % columns);
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            taps.push({ index: ((n * height + y) * width + x) * channels, tap });
          }
          for (let channel = 0; channel < outChannels; channel++) numbers.push(make(taps, channel));
        }
    return { shape: [tall, wide, outChannels], numbers: Float64Array.from(numbers) };
  }
}
