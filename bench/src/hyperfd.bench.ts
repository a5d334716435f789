// npm run bench -- hyperfd: what an owner is better off with, on domains that nothing was learnt from. Killed and started again it goes on.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SHIPPED_EXPERIENCE } from '@edgelore/domain';
import { codeHash } from './code-hash.js';
import { downloadFile } from './experience.js';
import { readGrid } from './hyperfd/judged-task.js';
import { judge } from './hyperfd/leave-one-out.js';
import { ABLATIONS, METHODS } from './hyperfd/methods.js';
import { inOrder } from './hyperfd/policy.js';
import { runUnits } from './hyperfd/run-units.js';
import { judgeLeftOut, leftOutTable, onlineTable, roundsTable, trialsToMatch } from './hyperfd/tables.js';
import type { Done } from './hyperfd/worker.js';
import { Journal, keyOf } from './journal.js';
import { measurePrivacy } from './privacy/measure-privacy.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    orders: { type: 'string', default: '5' },
    attacks: { type: 'string', default: '10000' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../../.edgelore/bench/hyperfd.jsonl', import.meta.url)),
    },
  },
});
const CODE = [
  ...['descriptors', 'ranking', 'search-space', 'tensor'].map((lib) => `libs/${lib}/dist`),
  'bench/dist/hyperfd',
];
const grid = readGrid();
const options = {
  journal: new Journal<Done>(values.out),
  version: keyOf(readFileSync(SHIPPED_EXPERIENCE, 'utf8'), codeHash(CODE)),
  jobs: Number(values.jobs),
};
const run = (units: Parameters<typeof runUnits>[0]) => runUnits(units, options);
console.log(`${grid.tasks.length} domains, ${grid.configurations.length} configurations`);
const outcomes = {
  ...(await judgeLeftOut(grid, Number(values.seeds), run)),
  // Knows every score: what nobody can be better than.
  oracle: grid.tasks.map((task) => [judge(grid, task, () => inOrder(task.scores), 0)]),
};
const leftOut = leftOutTable(grid, [...Object.keys(METHODS), 'oracle'], outcomes);
const matched = trialsToMatch(leftOut.ours!, leftOut.tpe!);
console.log(`\nwhat TPE needs ${leftOut.tpe!.mean_regrets.length} trials for, ours reaches after ${matched ?? 'more'}`);
const ablations = leftOutTable(grid, Object.keys(ABLATIONS), outcomes);
const online = await onlineTable(grid, Number(values.orders), run);
const taken = Object.fromEntries(Object.entries(online).filter(([variant]) => variant.startsWith('without')));
const federated = await roundsTable(grid, Number(values.orders), run);
console.log('\nprivacy');
const privacy = measurePrivacy(Number(values.attacks));
// Trainings take hours: `faces` measures them and leaves its figures here.
const downloadAfter = (seconds: number) => {
  const file = downloadFile(seconds);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).domains : null;
};
console.log(
  JSON.stringify(
    {
      domains: grid.tasks.map(({ id }) => id),
      configurations: grid.configurations.length,
      leave_one_domain_out: leftOut,
      trials_to_match_tpe: matched,
      // What only shows where tasks arrive one after another is taken away there.
      ablations: { ...ablations, ...taken },
      online: { ...online['head-only'], variants: online },
      federated,
      privacy,
      download: downloadAfter(120),
      download_after_20_minutes: downloadAfter(1200),
    },
    (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value),
  ),
);
