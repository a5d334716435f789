import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BenchError } from './bench-error.js';
import { dataFolder, openBenchmark, shippedSpec } from './benchmark-folder.js';

const here = existsSync(dataFolder);

/** Items, their features, nodes of their graphs, and how many may be searched with the best test score of all. */
const EXPECTED: Record<string, [number, number, number | undefined, Record<string, [number, number]>]> = {
  nasbench201: [15625, 0, 8, { cifar10: [15625, 94.3733], cifar100: [15625, 73.5133], imagenet16: [15625, 47.3111] }],
  nasbench101_20k: [20001, 0, 7, { cifar10: [20001, 94.9119] }],
  fcnet_hpolib: [
    62208,
    34,
    undefined,
    {
      naval_propulsion: [62208, -Math.log(3.191e-5)],
      parkinsons_telemonitoring: [62208, -Math.log(0.006706)],
      protein_structure: [62208, -Math.log(0.2214)],
      slice_localization: [62208, -Math.log(0.0001916)],
    },
  ],
};

describe(`the shared data${here ? '' : ' (passes without them: not here)'}`, () => {
  it.each(Object.keys(EXPECTED))('%s is what its description says', (name) => {
    if (!here) return;
    const { benchmark } = openBenchmark(path.join(dataFolder, name));
    const [count, width, nodes, targets] = EXPECTED[name]!;
    expect([benchmark.ids.length, benchmark.items.width, benchmark.items.graphs?.nodes]).toEqual([count, width, nodes]);
    expect(benchmark.targets.map((target) => target.name)).toEqual(Object.keys(targets));
    for (const { name: target, allowed, test } of benchmark.targets) {
      const [searched, best] = targets[target]!;
      expect(allowed.reduce((sum, one) => sum + one, 0)).toBe(searched);
      expect(test.reduce((most, one) => Math.max(most, one), -100)).toBeCloseTo(best, 3);
    }
  });

  it('openml_oboe joins tasks and descriptions, and its best configuration on average is the one known', () => {
    if (!here) return;
    const { benchmark } = openBenchmark(path.join(dataFolder, 'openml_oboe'));
    const { ids, scores, descriptions } = benchmark.tasks!;
    expect([benchmark.ids.length, ids.length, descriptions[0]!.length]).toEqual([219, 318, 46]);
    const best = scores.map((row) => row.reduce((most, one) => Math.max(most, one), -1));
    const mean = best.reduce((sum, one) => sum + one, 0) / ids.length;
    expect(mean).toBeGreaterThan(-0.16);
    expect(mean).toBeLessThan(-0.1);
  });

  it('the foreign tasks of NAS-Bench-201 share its cells', () => {
    if (!here) return;
    const folder = path.join(dataFolder, 'nasbench201');
    const { benchmark } = openBenchmark(folder, shippedSpec('nasbench201_extra'));
    expect(benchmark.ids).toHaveLength(199);
    expect(benchmark.targets.map(({ name }) => name)).toEqual(['ninapro', 'scifar100', 'svhn']);
  });
});

it('says which folder is missing', () => {
  const open = () => openBenchmark('/nowhere/at/all');
  expect(open).toThrow(BenchError);
  expect(open).toThrow('/nowhere/at/all is not there');
});
