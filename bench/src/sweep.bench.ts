// npm run bench -- sweep: trains the same configurations on every domain, for real. Killed and started again it goes on.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { faceDomains, requireFacesFolder } from './domains.js';
import { experienceFile, sweepConfigurations } from './experience.js';
import { requireStartingWeights } from './starting-weights.js';
import { codeVersion, runTrials } from './trials.js';

const { values } = parseArgs({
  options: {
    domains: { type: 'string', default: faceDomains.map(({ name }) => name).join(',') },
    configurations: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '30' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: experienceFile },
  },
});
requireFacesFolder();
const configurations = sweepConfigurations(Number(values.configurations));
const version = codeVersion();
const orders = configurations.flatMap((configuration) =>
  values.domains.split(',').map((domain) => ({
    domain,
    configuration,
    seed: Number(values.seed),
    budget: { seconds: Number(values.seconds) },
    threads: 1,
    startingWeights: requireStartingWeights(domain),
    codeVersion: version,
  })),
);
const rows = await runTrials(orders, { file: values.out, jobs: Number(values.jobs) });
const mean = (domain: string) => {
  const scores = rows.filter((row) => row.domain === domain).map((row) => row.ap50);
  return { best: Math.max(...scores), mean: scores.reduce((a, b) => a + b, 0) / scores.length };
};
console.log(
  JSON.stringify({
    trials: rows.length,
    ap50: Object.fromEntries(values.domains.split(',').map((domain) => [domain, mean(domain)])),
  }),
);
