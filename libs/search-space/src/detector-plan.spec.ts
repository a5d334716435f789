import { describe, expect, it } from '@jest/globals';
import {
  type Configuration,
  costOf,
  type DimensionValue,
  defaultConfiguration,
  faceDetectorSpace,
  InvalidConfigurationError,
  layerTensors,
  planDetector,
  sampleConfigurations,
  withinLimits,
} from './index.js';
import { lcg } from './sampling.fixture.js';

const fallback = defaultConfiguration(faceDetectorSpace);
const configure = (values: Record<string, DimensionValue>): Configuration => ({
  ...fallback,
  values: { ...fallback.values, ...values },
});
const smallest = configure({
  inputSize: 128,
  width: 0.5,
  depth: 1,
  block: 'separable',
  strides: '8',
  pyramid: 'none',
  context: 'none',
  headWidth: 16,
});

describe("a detector's plan", () => {
  const samples = sampleConfigurations(faceDetectorSpace, 60, lcg(11));

  it('reads only layers that came before, of fitting shapes', () => {
    for (const configuration of samples) {
      const plan = planDetector(configuration);
      const shapes = new Map([['image', [plan.inputSize, plan.inputSize, 3]]]);
      for (const layer of plan.layers) {
        const inputs = layer.inputs.map((input) => shapes.get(input) ?? []);
        const scale = layer.kind === 'upsample' ? 2 : 1 / layer.stride;
        for (const input of inputs) {
          expect(input[2]).toBe(layer.inChannels);
          expect(layer.outputShape).toEqual([(input[0] ?? 0) * scale, (input[1] ?? 0) * scale, layer.outChannels]);
        }
        expect(inputs).toHaveLength(layer.kind === 'add' ? 2 : 1);
        expect(shapes.has(layer.name)).toBe(false);
        shapes.set(layer.name, [...layer.outputShape]);
      }
    }
  });

  it('ends in a class and a box output for every level, and computes nothing that is not read', () => {
    for (const configuration of samples) {
      const plan = planDetector(configuration);
      const read = new Set(plan.layers.flatMap((layer) => layer.inputs));
      const unread = plan.layers.filter((layer) => !read.has(layer.name)).map((layer) => layer.name);
      expect(unread).toEqual(plan.levels.flatMap((level) => [level.classOutput, level.boxOutput]));
      const shapeOf = (name: string) => plan.layers.find((layer) => layer.name === name)?.outputShape;
      for (const level of plan.levels) {
        const grid = [level.gridHeight, level.gridWidth];
        expect(grid).toEqual([plan.inputSize / level.stride, plan.inputSize / level.stride]);
        expect(shapeOf(level.classOutput)).toEqual([...grid, level.anchorsPerCell]);
        expect(shapeOf(level.boxOutput)).toEqual([...grid, 4 * level.anchorsPerCell]);
        expect(level.anchors).toHaveLength(level.anchorsPerCell);
      }
      expect(plan.levels.map((level) => level.stride).join('-')).toBe(configuration.values.strides);
      expect(plan.anchorCount).toBe(
        plan.levels.reduce((sum, level) => sum + level.gridHeight * level.gridWidth * level.anchorsPerCell, 0),
      );
    }
  });

  it('has anchors from a few pixels to most of the picture, each at most 1.7 times the one before', () => {
    for (const configuration of samples) {
      const plan = planDetector(configuration);
      const sizes = plan.levels.flatMap((level) => level.anchors.map(({ width, height }) => Math.sqrt(width * height)));
      expect(sizes[0]).toBeLessThanOrEqual(10);
      expect(sizes.at(-1)).toBeCloseTo(0.8 * plan.inputSize, 9);
      sizes.slice(1).forEach((size, index) => {
        expect(size / (sizes[index] ?? 0)).toBeGreaterThan(1);
        expect(size / (sizes[index] ?? 0)).toBeLessThan(1.7);
      });
      for (const { width, height } of plan.levels.flatMap((level) => level.anchors)) {
        expect(height / width).toBeCloseTo(1.2, 9);
      }
    }
  });

  it('sees far even on one level of stride 8', () => {
    // Receptive field: each kernel adds (kernel - 1) * dilation steps of the grid that it reads.
    const plan = planDetector(smallest);
    let field = 1;
    for (const layer of plan.layers) {
      field += (layer.kernel - 1) * layer.dilation * (plan.inputSize / (layer.outputShape[0] * layer.stride));
    }
    expect(field).toBeGreaterThanOrEqual(63);
  });

  it('keeps names and shapes of the backbone whatever the levels are', () => {
    const tensors = (values: Record<string, DimensionValue>) =>
      new Map(
        planDetector(configure(values))
          .layers.flatMap(layerTensors)
          .map(({ name, shape }) => [name, shape]),
      );
    const whole = tensors({});
    for (const values of [
      { inputSize: 128 },
      { depth: 1 },
      { strides: '8-16-32' },
      { pyramid: 'none', strides: '8-16' },
    ]) {
      for (const [name, shape] of tensors(values)) {
        if (name.startsWith('stem') || /^stage\d\.block[01]\./.test(name)) {
          expect([name, whole.get(name)]).toEqual([name, shape]);
        }
      }
    }
  });

  it('is refused where a value that it needs is missing', () => {
    expect(() => planDetector(configure({ inputSize: 'large' }))).toThrow(InvalidConfigurationError);
    expect(() => planDetector({ space: fallback.space, values: {} })).toThrow(/inputSize is wrong/);
  });
});

describe("a detector's cost", () => {
  it('equals a count by hand', () => {
    // Channels 8, 16, 32, then 16 in the head; grids 64, 32, 16; eight anchors a cell; "2 *" is normalisation.
    const macs =
      64 * 64 * 8 * 27 + // stem
      32 * 32 * (8 * 9 + 8 * 16) + // stage1.block0
      16 * 16 * (16 * 9 + 16 * 32) + // stage2.block0
      2 * 16 * 16 * (32 * 9 + 32 * 32) + // stage2.block1 and block2, for the two stages left out
      16 * 16 * 32 * 16 + // lateral
      16 * 16 * (16 * 9 + 16 * 16) + // head
      16 * 16 * 16 * (8 + 32); // class and box
    const norms = 8 + 16 + 3 * 32 + 16 + 16;
    const kernels =
      27 * 8 + (72 + 128) + (144 + 512) + 2 * (288 + 1024) + 32 * 16 + (144 + 256) + 16 * (8 + 32) + (8 + 32);
    expect(costOf(smallest)).toEqual({
      macs,
      parameters: kernels + 2 * norms,
      bytes: 4 * (kernels + 4 * norms),
    });
  });

  it('grows with width, depth, size and heads', () => {
    const base = costOf(fallback);
    for (const values of [
      { width: 1.5 },
      { depth: 3 },
      { inputSize: 320 },
      { headWidth: 64 },
      { context: 'dilated' },
    ]) {
      expect(costOf(configure(values)).macs).toBeGreaterThan(base.macs);
    }
  });

  it('is held against limits', () => {
    const { macs, bytes } = costOf(fallback);
    expect(withinLimits(fallback, {})).toBe(true);
    expect(withinLimits(fallback, { maxMacs: macs, maxBytes: bytes })).toBe(true);
    expect(withinLimits(fallback, { maxMacs: macs - 1 })).toBe(false);
    expect(withinLimits(fallback, { maxBytes: bytes - 1 })).toBe(false);
  });
});
