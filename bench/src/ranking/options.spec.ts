import { describe, expect, it } from '@jest/globals';
import { BenchError } from './bench-error.js';
import { benchOptions } from './options.js';

describe('options', () => {
  it('default to everything on the shared data', () => {
    expect(benchOptions([])).toMatchObject({
      data: null,
      seeds: 20,
      rounds: 5,
      budgets: [
        { budget: 50, final: 10 },
        { budget: 100, final: 20 },
        { budget: 200, final: 50 },
      ],
      methods: null,
    });
  });

  it('are read', () => {
    const args = '--data a --spec b --seeds 3 --budget 8+0,20+5 --rounds 4 --methods ours,nearest --jobs 2 --out c';
    expect(benchOptions(args.split(' '))).toMatchObject({
      data: 'a',
      spec: 'b',
      seeds: 3,
      rounds: 4,
      budgets: [
        { budget: 8, final: 0 },
        { budget: 20, final: 5 },
      ],
      methods: ['ours', 'nearest'],
      jobs: 2,
      out: 'c',
    });
  });

  it.each([
    [['--seeds', '0'], '--seeds is "0"; it must be a whole number, 1 or more'],
    [['--budget', '50'], '--budget has "50"; write B+k'],
    [['--budget', '8+2'], '--budget has 8+2, too few for 5 rounds'],
    [['--methods', 'ours,theirs'], '--methods has "theirs"; name some of ours, '],
    [['--only', 'nothing'], '--only has "nothing"; name some of nasbench201, '],
    [['--spec', 'a.json'], '--spec FILE says how a folder is read; name the folder with --data DIR'],
    [
      ['--data', 'a', '--only', 'ltr'],
      '--only names parts of the run on the shared data; leave it out with --data DIR',
    ],
    [['--jobs', '1.5'], '--jobs is "1.5"; it must be a whole number, 1 or more'],
  ])('%j is refused', (args, expected) => {
    const read = () => benchOptions(args);
    expect(read).toThrow(BenchError);
    expect(read).toThrow(expected);
  });
});
