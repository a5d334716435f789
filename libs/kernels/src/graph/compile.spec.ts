import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KernelRuntime } from '../runtime.js';
import { Draw, relativeError } from '../testing/trial.js';
import { type CompiledModel, compile, compileTraining, parameterPlaces, type TrainingModel } from './compile.js';
import type { Graph, GraphNode, GraphParameter, ValueShape } from './graph.js';
import { type Numbers, runReference } from './reference.fixture.js';
import { checkGraph } from './steps.js';

const runtimes: KernelRuntime[] = [];
beforeAll(async () => {
  for (const threads of [1, 2]) runtimes.push(await KernelRuntime.start({ threads }));
});
afterAll(() => {
  for (const runtime of runtimes) runtime.dispose();
});

/** A graph of nodes of all kinds, each reading whatever came before it. */
function drawGraph(draw: Draw, length: number): Graph {
  const image: ValueShape = [draw.whole(5, 9), draw.whole(5, 9), draw.whole(1, 5)];
  const parameters: GraphParameter[] = [];
  const nodes: GraphNode[] = [];
  const names = ['image'];
  const graph = (outputs: string[]): Graph => ({
    inputs: [{ name: 'image', shape: image }],
    parameters: [...parameters].sort((a, b) => Number(b.trainable) - Number(a.trainable)),
    nodes,
    outputs,
  });
  for (let index = 0; index < length; index++) {
    const name = `node${index}`;
    const { shapes } = checkGraph(graph([]));
    const source = draw.fraction() < 0.7 ? names.at(-1)! : draw.of(names);
    const [height, width, channels] = shapes.get(source)!;
    const parameter = (role: string, shape: readonly number[], trainable = true): string => {
      parameters.push({ name: `${name}.${role}`, shape, trainable });
      return `${name}.${role}`;
    };
    const common = { name, inputs: [source] };
    const filter: [number, number] = [draw.whole(1, Math.min(3, height)), draw.whole(1, Math.min(3, width))];
    const strides = draw.of([
      [1, 1],
      [1, 1],
      [2, 2],
      [1, 2],
    ] as const);
    const padding = draw.of(['same', 'same', 'valid', [1, 0, 0, 1]] as const);
    const out = draw.whole(1, 6);
    const kinds = [
      'convolution',
      'depthwise',
      'batchNorm',
      'batchNorm',
      'activation',
      'activation',
      'add',
      'maxPool',
    ] as const;
    const kind =
      index === 0
        ? 'convolution'
        : draw.of([...kinds, 'averagePool', 'resizeNearest', 'affine', 'dense', 'globalAveragePool'] as const);
    const bias = () =>
      draw.fraction() < 0.5 ? { bias: parameter('bias', [kind === 'depthwise' ? channels : out]) } : {};
    if (kind === 'convolution') {
      nodes.push({
        kind,
        ...common,
        filter: parameter('filter', [...filter, channels, out]),
        ...bias(),
        strides,
        padding,
      });
    } else if (kind === 'depthwise') {
      const dilation = draw.whole(1, 2);
      const own = {
        filter: parameter('filter', [...filter, channels, 1]),
        ...bias(),
        strides,
        padding: 'same',
        dilation,
      } as const;
      nodes.push({ kind, ...common, ...own });
    } else if (kind === 'dense') {
      nodes.push({ kind, ...common, filter: parameter('filter', [channels, out]), ...bias() });
    } else if (kind === 'batchNorm') {
      const [scale, shift] = [parameter('scale', [channels]), parameter('shift', [channels])];
      const [mean, variance] = [parameter('mean', [channels], false), parameter('variance', [channels], false)];
      nodes.push({ kind, ...common, scale, shift, mean, variance, epsilon: 1e-3, momentum: 0.9 });
    } else if (kind === 'activation') nodes.push({ kind, ...common, activation: draw.of(['relu', 'relu6'] as const) });
    else if (kind === 'add') {
      const same = names.filter((other) => shapes.get(other)!.join() === shapes.get(source)!.join());
      nodes.push({ kind, name, inputs: [source, draw.of(same)] });
    } else if (kind === 'resizeNearest') {
      nodes.push({
        kind,
        ...common,
        size: draw.of([
          [2 * height, 2 * width],
          [height + 1, width],
        ] as const),
      });
    } else if (kind === 'affine')
      nodes.push({ kind, ...common, factor: 0.5 + draw.fraction(), offset: draw.fraction() });
    else if (kind === 'globalAveragePool') nodes.push({ kind, ...common });
    else nodes.push({ kind, ...common, window: filter, strides, padding: draw.of(['same', 'valid'] as const) });
    names.push(name);
  }
  // A residual block, which chance would rarely make.
  const [before = '', other = ''] = [names.at(-1), draw.of(names)];
  const [, , depth] = checkGraph(graph([])).shapes.get(before)!;
  parameters.push({ name: 'block.filter', shape: [1, 1, depth, depth], trainable: true });
  for (const role of ['scale', 'shift']) parameters.push({ name: `block.${role}`, shape: [depth], trainable: true });
  for (const role of ['mean', 'variance']) parameters.push({ name: `block.${role}`, shape: [depth], trainable: false });
  const [kind, filter] = ['convolution', 'block.filter'] as const;
  nodes.push({ kind, name: 'block', inputs: [before], filter, strides: [1, 1], padding: 'same' });
  const own = { scale: 'block.scale', shift: 'block.shift', mean: 'block.mean', variance: 'block.variance' };
  nodes.push({ kind: 'batchNorm', name: 'block.norm', inputs: ['block'], ...own, epsilon: 1e-3, momentum: 0.9 });
  nodes.push({ kind: 'activation', name: 'block.relu', inputs: ['block.norm'], activation: 'relu' });
  const summands = draw.fraction() < 0.5 ? [before, 'block.relu'] : ['block.relu', before];
  nodes.push({ kind: 'add', name: 'block.sum', inputs: summands });
  nodes.push({ kind: 'join', name: 'all', inputs: ['block.sum', other] });
  return graph([...new Set(['all', draw.of(names.slice(1))])]);
}

function drawParameters(graph: Graph, draw: Draw): Map<string, Float32Array> {
  return new Map(
    parameterPlaces(graph).map(({ name, size }) => {
      const positive = name.endsWith('variance') || name.endsWith('scale');
      return [name, positive ? draw.floats(size, 1, 0.5) : draw.floats(size, 0, 0.8)];
    }),
  );
}

const doubles = (numbers: ReadonlyMap<string, Float32Array>): Numbers =>
  new Map([...numbers].map(([name, values]) => [name, Float64Array.from(values)]));

const flat = (graph: Graph, parameters: ReadonlyMap<string, Float32Array>): Float32Array =>
  Float32Array.from(parameterPlaces(graph).flatMap(({ name }) => [...parameters.get(name)!]));

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

/** The same on one thread and on two, to the last bit. */
function onAllThreads(run: (runtime: KernelRuntime) => Record<string, Float32Array>): Record<string, Float32Array> {
  const [one, two] = runtimes.map(run);
  expect(two).toEqual(one);
  return one!;
}

describe('a compiled graph', () => {
  it.each(SEEDS)('computes what its nodes say: seed %i', (seed) => {
    const draw = new Draw(seed);
    const graph = drawGraph(draw, 12);
    const batch = draw.whole(1, 3);
    const parameters = drawParameters(graph, draw);
    const [{ name: image, shape }] = graph.inputs as [Graph['inputs'][number]];
    const pixels = draw.floats(batch * shape[0] * shape[1] * shape[2]);
    const inputs = doubles(new Map([[image, pixels]]));
    const { outputs } = runReference(graph, batch, inputs, doubles(parameters), false);
    const found = onAllThreads((runtime) => {
      const model = compile(runtime, graph, { batch });
      model.load(flat(graph, parameters));
      const all: Record<string, Float32Array> = {};
      for (const repetition of [0, 1]) {
        model.input(image).set(pixels);
        model.run();
        for (const name of graph.outputs) {
          const values = model.output(name).slice();
          if (repetition > 0) expect(values).toEqual(all[name]);
          all[name] = values;
        }
      }
      model.dispose();
      return all;
    });
    for (const [name, values] of outputs) expect(relativeError(found[name]!, values)).toBeLessThan(1e-5);
  });

  it.each(SEEDS.slice(0, 24))('computes by the batch, and the slopes of that: seed %i', (seed) => {
    const draw = new Draw(1000 + seed);
    const graph = drawGraph(draw, 8);
    const batch = draw.whole(2, 3);
    const parameters = drawParameters(graph, draw);
    const [{ name: image, shape }] = graph.inputs as [Graph['inputs'][number]];
    const pixels = draw.floats(batch * shape[0] * shape[1] * shape[2]);
    const inputs = doubles(new Map([[image, pixels]]));
    const exact = doubles(parameters);
    const { outputs, statistics } = runReference(graph, batch, inputs, exact, true);
    const slopes = new Map([...outputs].map(([name, values]) => [name, draw.floats(values.length)]));
    const places = parameterPlaces(graph);
    const found = onAllThreads((runtime) => {
      const model = compileTraining(runtime, graph, { batch, optimiser: 'adam' });
      model.parameters.set(flat(graph, parameters));
      model.input(image).set(pixels);
      model.forward();
      const all: Record<string, Float32Array> = {};
      for (const name of graph.outputs) {
        all[name] = model.output(name).slice();
        model.outputGradient(name).set(slopes.get(name)!);
      }
      model.backward();
      const squares = model.gradient.reduce((sum, slope) => sum + slope ** 2, 0);
      expect(model.gradientNorm()).toBeCloseTo(Math.sqrt(squares), 4);
      all.gradient = model.gradient.slice();
      all.parameters = model.parameters.slice();
      model.dispose();
      return all;
    });
    for (const [name, values] of outputs) expect(relativeError(found[name]!, values)).toBeLessThan(1e-4);
    const lossOf = (numbers: Numbers): number => {
      const { outputs: moved } = runReference(graph, batch, inputs, numbers, true);
      let loss = 0;
      for (const [name, values] of moved)
        loss += values.reduce((sum, value, i) => sum + value * slopes.get(name)![i]!, 0);
      return loss;
    };
    const expected: number[] = [];
    for (const { name, trainable, offset, size } of places) {
      const values = exact.get(name)!;
      if (!trainable) {
        const kept = Float64Array.from(
          values,
          (value, i) => value + 0.1 * ((statistics.get(name)?.[i] ?? value) - value),
        );
        expect(relativeError(found.parameters!.subarray(offset, offset + size), kept)).toBeLessThan(1e-5);
        continue;
      }
      for (let i = 0; i < size; i++) {
        const before = values[i]!;
        values[i] = before + 1e-6;
        const above = lossOf(exact);
        values[i] = before - 1e-6;
        const below = lossOf(exact);
        values[i] = before;
        expected.push((above - below) / 2e-6);
      }
    }
    expect(relativeError(found.gradient!, expected)).toBeLessThan(1e-4);
  });
});

/** Two convolutions with normalisation around a sum, as detectors have them. */
const residual: Graph = {
  inputs: [{ name: 'image', shape: [8, 8, 4] }],
  parameters: [
    { name: 'a.filter', shape: [3, 3, 4, 4], trainable: true },
    ...['scale', 'shift'].map((role) => ({ name: `a.${role}`, shape: [4], trainable: true })),
    { name: 'b.filter', shape: [4, 2], trainable: true },
    { name: 'b.bias', shape: [2], trainable: true },
    ...['mean', 'variance'].map((role) => ({ name: `a.${role}`, shape: [4], trainable: false })),
  ],
  nodes: [
    { kind: 'convolution', name: 'a', inputs: ['image'], filter: 'a.filter', strides: [1, 1], padding: 'same' },
    {
      ...{ kind: 'batchNorm', name: 'norm', inputs: ['a'], epsilon: 1e-3, momentum: 0.9 },
      ...{ scale: 'a.scale', shift: 'a.shift', mean: 'a.mean', variance: 'a.variance' },
    },
    { kind: 'activation', name: 'relu', inputs: ['norm'], activation: 'relu' },
    { kind: 'add', name: 'sum', inputs: ['image', 'relu'] },
    { kind: 'dense', name: 'b', inputs: ['sum'], filter: 'b.filter', bias: 'b.bias' },
  ],
  outputs: ['b'],
};

describe('a plan', () => {
  let runtime: KernelRuntime;
  beforeAll(() => {
    [runtime] = runtimes as [KernelRuntime];
  });

  it('joins a convolution with the normalisation and activation that alone read it', () => {
    const steps = (outputs: string[]) => checkGraph({ ...residual, outputs }).steps.map(({ output }) => output);
    expect(steps(['b'])).toEqual(['relu', 'sum', 'b']);
    expect(steps(['b', 'a'])).toEqual(['a', 'relu', 'sum', 'b']);
    expect(steps(['b', 'norm'])).toEqual(['norm', 'relu', 'sum', 'b']);
    expect(checkGraph(residual, true).steps.map(({ output, addend }) => [output, addend])).toEqual([
      ['sum', 'image'],
      ['b', undefined],
    ]);
    expect(checkGraph({ ...residual, outputs: ['relu', 'b'] }, true).steps).toHaveLength(3);
  });

  it('uses buffers again', () => {
    const long = { ...residual, nodes: [...residual.nodes.slice(0, 4)], outputs: ['end'] };
    const tail = Array.from({ length: 50 }, (_, index): GraphNode => {
      const from = index === 0 ? 'sum' : `pool${index - 1}`;
      const name = index === 49 ? 'end' : `pool${index}`;
      return { kind: 'maxPool', name, inputs: [from], window: [2, 2], strides: [1, 1], padding: 'same' };
    });
    const model = compile(runtime, { ...long, nodes: [...long.nodes, ...tail] }, { batch: 4 });
    // Input, output and two between them; 64 pixels of 4 channels each.
    expect(model.bytes).toBeLessThan(6 * 4 * 64 * 4 * 4);
    model.dispose();
  });

  it('neither allocates nor grows over ten thousand runs', () => {
    for (const threads of runtimes) {
      const model = compileTraining(threads, residual, { batch: 1, optimiser: 'adam' });
      const step = (number: number) => {
        model.forward();
        model.outputGradient('b').fill(1);
        model.backward();
        model.gradientNorm();
        model.update({ step: number, rate: 0.01, weightDecay: 0.01, kept: 0.9 });
      };
      step(0);
      const before = [threads.memory.buffer.byteLength, model.parameters];
      for (let number = 1; number <= 10_000; number++) step(number);
      expect(threads.memory.buffer.byteLength).toBe(before[0]);
      expect(model.parameters).toBe(before[1]);
      model.dispose();
    }
  });

  it('gives back what it took', () => {
    const models = Array.from({ length: 20 }, () => compile(runtime, residual, { batch: 64 }));
    for (const model of models) model.dispose();
    const before = runtime.memory.buffer.byteLength;
    for (let repetition = 0; repetition < 100; repetition++) compile(runtime, residual, { batch: 64 }).dispose();
    expect(runtime.memory.buffer.byteLength).toBe(before);
  });

  it('trains: the optimiser goes down the slope and its mean follows', () => {
    for (const optimiser of ['adam', 'sgd'] as const) {
      const model = compileTraining(runtime, residual, { batch: 2, optimiser });
      const draw = new Draw(1);
      model.parameters.set(flat(residual, drawParameters(residual, draw)));
      model.averaged.set(model.parameters.subarray(0, model.averaged.length));
      model.input('image').set(draw.floats(2 * 64 * 4));
      const losses: number[] = [];
      for (let step = 0; step < 60; step++) {
        model.forward();
        losses.push(model.output('b').reduce((sum, value) => sum + (value - 1) ** 2 / 256, 0));
        model.outputGradient('b').set(model.output('b').map((value) => (2 * (value - 1)) / 256));
        model.backward();
        model.update({ step, rate: 0.02, weightDecay: 0, kept: 0.5 });
      }
      expect(losses.at(-1)).toBeLessThan(0.3 * losses[0]!);
      expect(relativeError(model.averaged, model.parameters.subarray(0, model.averaged.length))).toBeLessThan(0.1);
      expect(model.variance.length).toBe(optimiser === 'adam' ? model.averaged.length : 0);
      model.dispose();
    }
  });

  it('has a focal loss with slopes', () => {
    const model = compileTraining(runtime, residual, { batch: 1, optimiser: 'adam' });
    model.forward();
    const classes = new Int32Array(128).fill(-2);
    classes[3] = 0;
    classes[5] = -1;
    // Untrained, all log-odds are 0.
    expect(model.focalLoss('b', classes, { balance: 0.25, factor: 2 })).toBeCloseTo(0.25 * Math.LN2, 6);
    const slopes = model.outputGradient('b');
    expect(slopes[3]).toBeCloseTo(2 * 0.25 * 0.25 * (-Math.LN2 - 0.5), 6);
    expect(slopes[5]).toBeCloseTo(2 * 0.75 * 0.25 * (Math.LN2 + 0.5), 6);
    expect(slopes.filter((slope) => slope !== 0)).toHaveLength(2);
    expect(() => model.focalLoss('b', classes.subarray(1), { balance: 0.25, factor: 2 })).toThrow(
      '128 numbers, not 127',
    );
    model.dispose();
  });

  it('lets filters decay, vectors not', () => {
    const model = compileTraining(runtime, residual, { batch: 1, optimiser: 'sgd' });
    model.parameters.fill(1);
    model.update({ step: 0, rate: 0.5, weightDecay: 0.5, kept: 0 });
    for (const { trainable, shape, offset } of parameterPlaces(residual)) {
      expect(model.parameters[offset]).toBe(trainable && shape.length > 1 ? 0.75 : 1);
    }
    expect(model.averaged[0]).toBe(0.75);
    model.dispose();
  });

  const wrong: [string, Partial<Graph>, string][] = [
    ['an unknown value', { outputs: ['c'] }, 'nothing makes the output "c"'],
    ['a cut graph', { nodes: residual.nodes.slice(1) }, '"norm" reads "a", which nothing before it makes'],
    [
      'a missing parameter',
      { parameters: residual.parameters.slice(1) },
      '"a" wants the parameter "a.filter", which is not listed',
    ],
    [
      'parameters out of order',
      { parameters: residual.parameters.toReversed() },
      'list the trainable parameters before',
    ],
    ['a name used twice', { nodes: [...residual.nodes, residual.nodes[3]!] }, 'two values are named "sum"'],
    [
      'a parameter used twice',
      { nodes: [...residual.nodes, { ...residual.nodes[4]!, name: 'c' }] },
      'two nodes use the parameter "b.filter"',
    ],
    [
      'sums of unequal shapes',
      { nodes: [...residual.nodes, { kind: 'add', name: 'c', inputs: ['b', 'a'] }] },
      '"c" adds [8, 8, 2] and [8, 8, 4]',
    ],
  ];
  it.each(wrong)('refuses %s by name', (_, change, message) => {
    expect(() => compile(runtime, { ...residual, ...change }, { batch: 1 })).toThrow(message);
  });

  it('refuses an empty batch, foreign names and numbers, and use after its end', () => {
    for (const batch of [0, 1.5]) expect(() => compile(runtime, residual, { batch })).toThrow(`batch ${batch}`);
    const model: CompiledModel = compile(runtime, residual, { batch: 1 });
    expect(() => model.input('b')).toThrow('no input or output "b"');
    expect(() => model.load(new Float32Array(3))).toThrow('parameters, not 3');
    model.dispose();
    model.dispose();
    expect(() => model.run()).toThrow('disposed');
    const training: TrainingModel = compileTraining(runtime, residual, { batch: 1, optimiser: 'adam' });
    expect(() => training.outputGradient('a')).toThrow('no output "a"');
    training.dispose();
    expect(() => training.gradient).toThrow('disposed');
  });
});
