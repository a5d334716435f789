// npm run bench -- faces: what an owner of each domain gets from our recommendations, beside what else there is. Nothing was learnt from the domain or its relatives. Killed and started again it goes on.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adviseTraining } from '@edgelore/client';
import { describeOpenTask, type OpenTask, readShippedExperience } from '@edgelore/domain';
import { KernelRuntime } from '@edgelore/kernels';
import { Recommender, thawRanker } from '@edgelore/ranking';
import { type Configuration, configurationId, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { startTensorEngine } from '@edgelore/tensor';
import { collectionOf, faceDomains, loadDomain, requireFacesFolder } from './domains.js';
import { downloadFile } from './experience.js';
import { textTable } from './figures.js';
import { learnFrom } from './open-tasks.js';
import { judgeDownloads, judgeShipped, type ReadyMade } from './ready-made.js';
import { requireStartingWeights } from './starting-weights.js';
import { codeVersion, runTrials, type TrialOrder, type TrialRow } from './trials.js';

const { values } = parseArgs({
  options: {
    domains: { type: 'string', default: faceDomains.map(({ name }) => name).join(',') },
    seconds: { type: 'string', default: '120' },
    // Twice YuNet's: what an owner might allow who would otherwise download it.
    'max-bytes': { type: 'string', default: '645812' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    trials: { type: 'string', default: fileURLToPath(new URL('../experience/judged.jsonl', import.meta.url)) },
    out: { type: 'string' },
  },
});
/** What an owner tries, one after another, each in the light of those before. */
const TRIALS = 3;
const seconds = Number(values.seconds);

requireFacesFolder();
const version = codeVersion();
const runtime = await KernelRuntime.start({ threads: 1, fused: false });
const experience = readShippedExperience().tasks;
const standard = defaultConfiguration(faceDetectorSpace);
const limits = { maxBytes: Number(values['max-bytes']) };
const orderOf = (domain: string, configuration: Configuration): TrialOrder => ({
  domain,
  configuration,
  seed: 1,
  budget: { seconds },
  threads: 1,
  startingWeights: requireStartingWeights(domain),
  codeVersion: version,
});
const train = (orders: readonly TrialOrder[]) => runTrials(orders, { file: values.trials, jobs: Number(values.jobs) });

/** Recommends for one domain as the platform does, which knows the others and what was tried here before. */
function recommenderFor(task: OpenTask): (trials: readonly TrialRow[]) => Configuration {
  const past = experience.filter(({ id }) => collectionOf(id) !== collectionOf(task.id));
  const { extractor, ranker } = learnFrom(past, runtime);
  const known = past.map((other) => ({
    id: other.id,
    description: describeOpenTask(extractor, other),
    trials: [...other.trials],
  }));
  const description = describeOpenTask(extractor, task);
  return (trials) => {
    const own = trials.map(({ configuration, ap50 }) => ({ configuration, score: ap50 }));
    const recommender = new Recommender({
      ranker: ranker && thawRanker(ranker, runtime),
      experience: [...known, ...(own.length > 0 ? [{ id: task.id, description, trials: own }] : [])],
      seed: 1,
    });
    return recommender.recommend({ description, count: 1, limits, task: task.id })[0]?.configuration ?? standard;
  };
}

/** All domains side by side, trial by trial, so that every core has something to do. */
async function trainRecommended(domains: readonly string[]): Promise<Map<string, TrialRow[]>> {
  const askers = new Map<string, ReturnType<typeof recommenderFor>>();
  for (const domain of domains) {
    const task = experience.find(({ id }) => id === domain);
    if (!task) throw new Error(`the shipped experience has no ${domain}: sweep it and ship it first`);
    console.log(`learning from all but ${domain} and its relatives`);
    askers.set(domain, recommenderFor(task));
  }
  const trained = new Map(domains.map((domain): [string, TrialRow[]] => [domain, []]));
  for (let trial = 0; trial < TRIALS; trial++) {
    const orders = domains.map((domain) => orderOf(domain, askers.get(domain)!(trained.get(domain)!)));
    const rows = await train(orders);
    for (const { domain, configuration } of orders) trained.get(domain)!.push(rowOf(rows, domain, configuration));
  }
  return trained;
}

function rowOf(rows: readonly TrialRow[], domain: string, configuration: Configuration): TrialRow {
  const id = configurationId(configuration);
  return rows.find((row) => row.domain === domain && row.configurationId === id)!;
}

const domains = values.domains.split(',');
const recommended = await trainRecommended(domains);
const defaults = await train(domains.map((domain) => orderOf(domain, standard)));
runtime.dispose();

await startTensorEngine();
const trainedFigure = ({ ap50, bytes }: TrialRow): ReadyMade => ({ ap50, bytes });
const figures: Record<string, Record<string, ReadyMade | null>> = {};
const advice: Record<string, boolean> = {};
for (const domain of domains) {
  const { validation } = await loadDomain(domain);
  const own = recommended.get(domain)!;
  const readyMade: Record<string, ReadyMade | null> = {
    ...(await judgeDownloads(validation)),
    shipped: await judgeShipped(domain, validation),
  };
  // As `edgelore run --detections` advises its owner, to whom nothing similar is known.
  advice[domain] = adviseTraining(
    Object.entries(readyMade).flatMap(([name, figure]) => (figure ? [{ name, ap50: figure.ap50 }] : [])),
    [],
  ).train;
  figures[domain] = {
    ...readyMade,
    default: trainedFigure(rowOf(defaults, domain, standard)),
    top1: trainedFigure(own[0]!),
    best3: trainedFigure(own.reduce((best, row) => (row.ap50 > best.ap50 ? row : best))),
  };
}
writeFileSync(
  values.out ?? downloadFile(seconds),
  `${JSON.stringify({ seconds_of_one_core: seconds, domains: figures, advice }, null, 1)}\n`,
);
const columns = ['yunet', 'ultraface', 'shipped', 'default', 'top1', 'best3'];
const cell = (figure: ReadyMade | null | undefined) =>
  figure ? `${figure.ap50.toFixed(3)} (${Math.round(figure.bytes / 1000)} KB)` : '-';
console.log(`\nAP50 (bytes), trained for ${seconds} seconds of one core; recommended within ${limits.maxBytes} bytes`);
console.log(
  textTable(
    ['', ...columns, 'train?'],
    domains.map((domain) => [
      domain,
      ...columns.map((name) => cell(figures[domain]?.[name])),
      advice[domain] ? 'yes' : 'no',
    ]),
  ),
);
console.log(JSON.stringify({ seconds_of_one_core: seconds, download: figures, advice }));
