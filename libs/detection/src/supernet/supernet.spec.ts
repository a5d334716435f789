import { KernelRuntime } from '@edgelore/kernels';
import { costOf, faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { CompiledDetector } from '../compiled-detector.js';
import { architecture, plainSupernet, sameNumbers } from './supernet.fixture.js';
import { startingSupernet, weightsOf, withWeights } from './supernet.js';
import { sharedPlaces, supernetLayout } from './supernet-layout.js';

const layout = supernetLayout();
const sampled = sampleConfigurations(faceDetectorSpace, 40, seededRandom('supernet'));
const largest = { width: 1.5, depth: 3, headWidth: 64, context: 'dilated' };
/** Every shared weight is its own place, so that slices tell where they are from. */
const numbered = { shared: Float32Array.from({ length: layout.size }, (_, place) => place), steps: 0 };

describe('the layout of the supernet', () => {
  it('has one place for each weight of each tensor', () => {
    let end = 0;
    for (const { offset, size, shape } of layout.tensors) {
      expect(offset).toBe(end);
      expect(size).toBe(shape.reduce((product, side) => product * side, 1));
      end += size;
    }
    expect(end).toBe(layout.size);
    expect(new Set(layout.tensors.map(({ name }) => name)).size).toBe(layout.tensors.length);
    // Places are whole numbers that float32 has.
    expect(layout.size).toBeLessThan(2 ** 24);
  });

  it('has a place of its own for each weight of each architecture, and uses all places', () => {
    const used = new Uint8Array(layout.size);
    for (const configuration of sampled) {
      const places = sharedPlaces(configuration);
      expect(places).toHaveLength(costOf(configuration).parameters);
      const own = new Uint8Array(layout.size);
      for (const place of places) own[place] = used[place] = 1;
      expect(own.reduce((sum, each) => sum + each, 0)).toBe(places.length);
    }
    for (const inputSize of [128, 160, 192, 256, 320]) {
      for (const block of ['separable', 'inverted']) {
        for (const strides of ['8', '8-16', '8-16-32', '4-8-16']) {
          for (const pyramid of ['none', 'fpn']) {
            for (const place of sharedPlaces(architecture({ ...largest, inputSize, block, strides, pyramid })))
              used[place] = 1;
          }
        }
      }
    }
    expect(used.indexOf(0)).toBe(-1);
  });
});

describe('weights cut from the supernet', () => {
  it('are whole tensors for the largest network', () => {
    const { tensors } = weightsOf(numbered, architecture(largest));
    const cut = tensors.find(({ name }) => name === 'stage2.block1.pointwise.kernel');
    const shared = layout.tensors.find(({ name }) => name === 'stage2.block1.pointwise@separable.kernel');
    expect(cut?.shape).toEqual(shared?.shape);
    expect(cut?.values.every((place, i) => place === shared!.offset + i)).toBe(true);
  });

  it('are the leading channels of a kernel for a narrower one', () => {
    const find = (width: number) =>
      weightsOf(numbered, architecture({ width })).tensors.find(
        ({ name }) => name === 'stage2.block0.pointwise.kernel',
      )!;
    const [narrow, wide] = [find(0.5), find(1.5)];
    expect(narrow.shape).toEqual([1, 1, 16, 32]);
    expect(wide.shape).toEqual([1, 1, 48, 96]);
    narrow.values.forEach((value, i) => {
      const [input, output] = [Math.floor(i / 32), i % 32];
      expect(value).toBe(wide.values[input * 96 + output]);
    });
  });

  it('share what is alike: the backbone between input sizes, not the outputs; nothing of a stage between blocks', () => {
    const valuesOf = (changes: Parameters<typeof architecture>[0], part: string) =>
      weightsOf(numbered, architecture(changes))
        .tensors.filter(({ name }) => name.includes(part) && !/mean|variance/.test(name))
        .flatMap(({ values }) => [...values]);
    const overlap = (part: string, a: Parameters<typeof architecture>[0], b: Parameters<typeof architecture>[0]) => {
      const others = new Set(valuesOf(b, part));
      const own = valuesOf(a, part);
      return own.filter((place) => others.has(place)).length / own.length;
    };
    expect(overlap('stage', { inputSize: 128 }, { inputSize: 320 })).toBe(1);
    expect(overlap('.class', { inputSize: 128 }, { inputSize: 320 })).toBe(0);
    expect(overlap('.box', { strides: '8-16' }, { strides: '8-16-32' })).toBe(0);
    expect(overlap('stage', {}, { block: 'inverted' })).toBe(0);
    expect(overlap('level8.head', {}, { block: 'inverted' })).toBe(1);
    // A deeper network has the blocks of a shallower one and more.
    expect(overlap('stage', { depth: 1 }, { depth: 3 })).toBe(1);
    expect(overlap('stage', { depth: 3 }, { depth: 1 })).toBeLessThan(1);
  });

  it('fit the detector that they are for', async () => {
    const runtime = await KernelRuntime.start({ threads: 1 });
    const supernet = plainSupernet(1);
    for (const configuration of [
      architecture(),
      architecture({ pyramid: 'fpn', block: 'inverted', context: 'dilated' }),
    ]) {
      const detector = new CompiledDetector(runtime, configuration, 9);
      const weights = weightsOf(supernet, configuration);
      const total = weights.tensors.length;
      expect(detector.importWeights(weights)).toEqual({ matched: total, total });
      detector.exportWeights().tensors.forEach(({ values }, i) => {
        expect(sameNumbers(values, weights.tensors[i]!.values)).toBe(true);
      });
      detector.dispose();
    }
    runtime.dispose();
  });

  it('come back to where they were cut from, and nowhere else', () => {
    const supernet = plainSupernet(1);
    for (const configuration of sampled.slice(0, 3)) {
      const weights = weightsOf(supernet, configuration);
      expect(sameNumbers(withWeights(supernet, weights).shared, supernet.shared)).toBe(true);
      const moved = {
        configuration,
        tensors: weights.tensors.map((tensor) => ({ ...tensor, values: tensor.values.map((value) => value + 1) })),
      };
      const after = withWeights(supernet, moved);
      const expected = Float32Array.from(supernet.shared);
      for (const place of sharedPlaces(configuration)) expected[place] = Math.fround(expected[place]! + 1);
      expect(sameNumbers(after.shared, expected)).toBe(true);
      const [cut] = weightsOf(after, configuration).tensors;
      expect(cut).toEqual(moved.tensors[0]);
    }
  });
});

describe('a supernet that has learnt nothing', () => {
  it('starts as detectors do, under the seed', () => {
    const supernet = startingSupernet(1);
    const { tensors } = weightsOf(supernet, architecture());
    const valuesOf = (name: string) => tensors.find((tensor) => tensor.name === name)?.values ?? [];
    const [first] = valuesOf('stem.kernel');
    expect(first).toBe(Math.fround(Math.sqrt(2 / 27) * seededRandom(1).fork('stem.kernel').normal()));
    for (const value of valuesOf('level8.class.bias')) expect(1 / (1 + Math.exp(-value))).toBeCloseTo(0.01, 6);
    for (const value of valuesOf('stem.norm.scale')) expect(value).toBe(1);
    expect(supernet.steps).toBe(0);
  });
});
