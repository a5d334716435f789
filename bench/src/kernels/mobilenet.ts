import {
  type CompiledModel,
  compile,
  type Graph,
  type GraphNode,
  type GraphParameter,
  KernelRuntime,
  parameterPlaces,
} from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import { type OnnxModel, type OnnxNode, openOnnxModel } from './onnx.js';
import { startPlainTfjs } from './plain-tfjs.js';
import { type Figures, geometricMean, leastTimes, rounded, type Section } from './section.js';

type Tfjs = Awaited<ReturnType<typeof startPlainTfjs>>;

/** Howard et al. 2017, MobileNets, table 1: stride and channels (at width 1) of the thirteen pairs of depthwise and pointwise convolutions. */
const PAIRS = [
  ...[[1, 64] as const, [2, 128] as const, [1, 128] as const, [2, 256] as const, [1, 256] as const, [2, 512] as const],
  ...Array.from({ length: 5 }, () => [1, 512] as const),
  ...[[2, 1024] as const, [1, 1024] as const],
];
const STEM = 32;
const CLASSES = 1000;
const VARIANTS = [
  { width: 0.25, size: 128 },
  { width: 0.25, size: 224 },
  { width: 1, size: 128 },
  { width: 1, size: 224 },
] as const;
const ROUNDS = 15;

/** One picture through MobileNet-v1 with seeded weights, normalisation folded in for everyone, on so many threads where threads can be had. */
async function measure(threads: number): Promise<Figures> {
  const tf = await startPlainTfjs();
  const runtime = await KernelRuntime.start({ threads });
  const ratios = { tfjs: [] as number[], onnx: [] as number[] };
  console.log('ms a picture            tfjs-wasm       ours   onnxruntime');
  for (const { width, size } of VARIANTS) {
    const graph = mobilenet(width, size);
    const weights = drawWeights(graph);
    const random = seededRandom('bench/mobilenet');
    const picture = Float32Array.from({ length: size * size * 3 }, () => 2 * random.uniform() - 1);
    const model = compile(runtime, graph, { batch: 1 });
    model.load(Float32Array.from(graph.parameters.flatMap(({ name }) => [...(weights.get(name) as Float32Array)])));
    const ours = () => forward(model, picture);
    const plain = tfjsForward(tf, graph, weights, picture);
    const onnx = await openOnnxModel(onnxModel(graph, weights, size), threads);
    const channelsFirst = planes(picture);
    const times = await leastTimes(
      { tfjs: plain, ours, onnx: onnx && (() => onnx(channelsFirst)) },
      {
        rounds: ROUNDS,
        repetitions: Math.max(1, Math.round(40 / (width * (size / 32) ** 2))),
      },
    );
    requireSame(plain(), ours());
    if (onnx) requireSame(await onnx(channelsFirst), ours());
    ratios.tfjs.push(times.tfjs / times.ours);
    if (onnx) ratios.onnx.push(times.onnx / times.ours);
    const text = [times.tfjs, times.ours, times.onnx].map((time) => `${rounded(time)}`.padStart(11));
    console.log(`width ${width}, ${size} px`.padEnd(22), ...text);
    model.dispose();
  }
  runtime.dispose();
  return {
    mobilenet_forward_vs_tfjs_wasm: rounded(geometricMean(ratios.tfjs)),
    mobilenet_forward_vs_onnxruntime: ratios.onnx.length > 0 ? rounded(geometricMean(ratios.onnx)) : null,
  };
}

function forward(model: CompiledModel, picture: Float32Array): Float32Array {
  model.input('picture').set(picture);
  model.run();
  return model.output('scores');
}

function mobilenet(width: number, size: number): Graph {
  const nodes: GraphNode[] = [];
  const parameters: GraphParameter[] = [];
  let channels = 3;
  let input = 'picture';
  const parameter = (name: string, shape: readonly number[]): string => {
    parameters.push({ name, shape, trainable: true });
    return name;
  };
  const activated = (name: string): void => {
    nodes.push({ kind: 'activation', name: `${name}.relu`, inputs: [name], activation: 'relu6' });
    input = `${name}.relu`;
  };
  const convolution = (name: string, side: number, stride: number, out: number): void => {
    const filter = parameter(`${name}.filter`, [side, side, channels, out]);
    const bias = parameter(`${name}.bias`, [out]);
    nodes.push({
      kind: 'convolution',
      name,
      inputs: [input],
      filter,
      bias,
      strides: [stride, stride],
      padding: 'same',
    });
    channels = out;
    activated(name);
  };
  convolution('stem', 3, 2, STEM * width);
  PAIRS.forEach(([stride, out], index) => {
    const name = `pair${index}.depthwise`;
    const filter = parameter(`${name}.filter`, [3, 3, channels, 1]);
    const bias = parameter(`${name}.bias`, [channels]);
    nodes.push({ kind: 'depthwise', name, inputs: [input], filter, bias, strides: [stride, stride], padding: 'same' });
    activated(name);
    convolution(`pair${index}.pointwise`, 1, 1, out * width);
  });
  nodes.push({ kind: 'globalAveragePool', name: 'mean', inputs: [input] });
  const [filter, bias] = [parameter('scores.filter', [channels, CLASSES]), parameter('scores.bias', [CLASSES])];
  nodes.push({ kind: 'dense', name: 'scores', inputs: ['mean'], filter, bias });
  return { inputs: [{ name: 'picture', shape: [size, size, 3] }], parameters, nodes, outputs: ['scores'] };
}

/** As after training: numbers of about the same size come out of every layer. */
function drawWeights(graph: Graph): Map<string, Float32Array> {
  const random = seededRandom('bench/mobilenet/weights');
  return new Map(
    parameterPlaces(graph).map(({ name, shape, size }) => {
      const fanIn = shape.length === 1 ? 100 : shape.at(-1) === 1 ? 9 : size / (shape.at(-1) as number);
      return [name, Float32Array.from({ length: size }, () => Math.sqrt(2 / fanIn) * random.normal())];
    }),
  );
}

function tfjsForward(
  tf: Tfjs,
  { nodes, parameters, inputs }: Graph,
  weights: ReadonlyMap<string, Float32Array>,
  picture: Float32Array,
): () => Float32Array {
  const tensors = new Map(
    parameters.map(({ name, shape }) => [name, tf.tensor(weights.get(name) as Float32Array, [...shape])]),
  );
  const [, , depth] = inputs[0]?.shape ?? [];
  const size = Math.sqrt(picture.length / (depth ?? 1));
  type Picture = ReturnType<Tfjs['tensor4d']>;
  type Row = ReturnType<Tfjs['tensor2d']>;
  return () =>
    tf.tidy(() => {
      let x = tf.tensor4d(picture, [1, size, size, 3]);
      for (const node of nodes) {
        if (node.kind === 'convolution' || node.kind === 'depthwise') {
          const operation = {
            x,
            filter: tensors.get(node.filter) as Picture,
            bias: tensors.get(node.bias ?? '') as Picture,
            strides: node.strides[0],
            pad: 'same',
            activation: 'relu6',
          } as const;
          x = node.kind === 'depthwise' ? tf.fused.depthwiseConv2d(operation) : tf.fused.conv2d(operation);
        } else if (node.kind === 'globalAveragePool') x = tf.mean(x, [1, 2], true) as Picture;
        else if (node.kind === 'dense') {
          const product = tf.matMul(tf.reshape(x, [1, -1]) as Row, tensors.get(node.filter) as Row);
          return tf.add(product, tensors.get(node.bias ?? '') as Row).dataSync() as Float32Array;
        }
      }
      throw new Error('the network has no scores');
    });
}

function onnxModel({ nodes, parameters }: Graph, weights: ReadonlyMap<string, Float32Array>, size: number): OnnxModel {
  const initial: Record<string, { dims: readonly number[]; values: Float32Array }> = {
    least: { dims: [], values: Float32Array.of(0) },
    greatest: { dims: [], values: Float32Array.of(6) },
  };
  for (const { name, shape } of parameters) {
    const values = weights.get(name) as Float32Array;
    if (shape.length < 4) initial[name] = { dims: shape, values };
    else {
      // TensorFlow's [height, width, in, out] to [out, in, height, width]; of a depthwise filter, [height, width, channels, 1], the channels are the outputs.
      const [height = 1, width = 1, third = 1, fourth = 1] = shape;
      const [inputs, outputs] = fourth === 1 ? [1, third] : [third, fourth];
      const turned = new Float32Array(values.length);
      for (let i = 0; i < values.length; i++) {
        const [tap, channel] = [Math.floor(i / (inputs * outputs)), i % (inputs * outputs)];
        const [from, to] = [Math.floor(channel / outputs), channel % outputs];
        turned[(to * inputs + from) * height * width + tap] = values[i] as number;
      }
      initial[name] = { dims: [outputs, inputs, height, width], values: turned };
    }
  }
  let side = size;
  const translated = nodes.flatMap((node): OnnxNode[] => {
    const [input = ''] = node.inputs;
    switch (node.kind) {
      case 'convolution':
      case 'depthwise': {
        const [filterSide = 1, , channels = 1] = parameters.find(({ name }) => name === node.filter)?.shape ?? [];
        const [stride] = node.strides;
        const pad = Math.max(0, (Math.ceil(side / stride) - 1) * stride + filterSide - side);
        side = Math.ceil(side / stride);
        const [before, after] = [Math.floor(pad / 2), Math.ceil(pad / 2)];
        const attributes = {
          kernel_shape: [filterSide, filterSide],
          strides: [stride, stride],
          pads: [before, before, after, after],
          group: node.kind === 'depthwise' ? channels : 1,
        };
        return [{ operator: 'Conv', inputs: [input, node.filter, node.bias ?? ''], outputs: [node.name], attributes }];
      }
      case 'activation':
        return [{ operator: 'Clip', inputs: [input, 'least', 'greatest'], outputs: [node.name] }];
      case 'globalAveragePool':
        return [{ operator: 'GlobalAveragePool', inputs: [input], outputs: [node.name] }];
      case 'dense':
        return [
          { operator: 'Flatten', inputs: [input], outputs: ['flat'] },
          { operator: 'Gemm', inputs: ['flat', node.filter, node.bias ?? ''], outputs: [node.name] },
        ];
      default:
        throw new Error(`a ${node.kind} is not translated`);
    }
  });
  return {
    nodes: translated,
    weights: initial,
    input: { name: 'picture', dims: [1, 3, size, size] },
    output: 'scores',
  };
}

/** [height, width, 3] to [3, height, width]. */
function planes(picture: Float32Array): Float32Array {
  const count = picture.length / 3;
  return picture.map((_, at) => picture[(at % count) * 3 + Math.floor(at / count)] as number);
}

function requireSame(actual: Float32Array, expected: Float32Array): void {
  const level = Math.max(...expected.map(Math.abs));
  const worst = actual.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] as number))), 0);
  if (!(worst < 1e-4 * level)) throw new Error(`the results differ by ${worst}, the largest is ${level}`);
}

export const section: Section = { threads: [2], measure };
