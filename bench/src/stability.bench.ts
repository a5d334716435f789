// npm run bench -- stability: whether a trial says the same when it is repeated with another seed, on trials that `sweep` measured under several seeds.
import { parseArgs } from 'node:util';
import { kendallTau, spearman } from '@edgelore/ranking';
import { experienceFile, repeatsFile } from './experience.js';
import { figureOf, textTable } from './figures.js';
import { readRows } from './trials.js';

const { values } = parseArgs({
  options: { first: { type: 'string', default: experienceFile }, repeats: { type: 'string', default: repeatsFile } },
});
const repeats = readRows(values.repeats);
const repeated = new Set(repeats.map(keyOf));
const rows = [...readRows(values.first).filter((row) => repeated.has(keyOf(row))), ...repeats];
const seeds = [...new Set(rows.map(({ seed }) => seed))].sort((a, b) => a - b);
const domains = Object.fromEntries(
  [...new Set(rows.map(({ domain }) => domain))].sort().map((name) => [name, of(name)]),
);
console.log(
  textTable(
    ['AP50 of repeats', 'configurations', 'seeds', 'noise', 'spread', 'tau', 'rho'],
    Object.entries(domains).map(([name, { configurations, noise, spread, tau, rho }]) => [
      name,
      ...[configurations, seeds.length].map(String),
      ...[noise, spread, tau, rho].map((value) => value.toFixed(3)),
    ]),
  ),
);
console.log(JSON.stringify({ seeds, domains }));

function keyOf({ domain, configurationId, budget }: (typeof repeats)[number]): string {
  return `${domain}/${configurationId}/${JSON.stringify(budget)}`;
}

/** Deviation of a configuration's AP50 between seeds, deviation between configurations, and how alike two seeds rank them. */
function of(domain: string) {
  const own = rows.filter((row) => row.domain === domain);
  const ids = [...new Set(own.map(({ configurationId }) => configurationId))].sort();
  // [seeds][configurations]
  const scores = seeds.map((seed) =>
    ids.map((id) => {
      const row = own.find((each) => each.seed === seed && each.configurationId === id);
      if (!row) throw new Error(`${domain} has no trial of ${id} with seed ${seed}: let the sweep of it end first`);
      return row.ap50;
    }),
  );
  const byConfiguration = ids.map((_, at) => scores.map((ofSeed) => ofSeed[at]!));
  const pairs = scores.flatMap((one, at) => scores.slice(at + 1).map((other) => [one, other] as const));
  return {
    configurations: ids.length,
    noise: Math.sqrt(figureOf(byConfiguration.map((each) => deviation(each) ** 2)).mean),
    spread: deviation(byConfiguration.map((each) => figureOf(each).mean)),
    tau: figureOf(pairs.map(([one, other]) => kendallTau(one, other))).mean,
    rho: figureOf(pairs.map(([one, other]) => spearman(one, other))).mean,
  };
}

function deviation(values: readonly number[]): number {
  return figureOf(values).se * Math.sqrt(values.length);
}
