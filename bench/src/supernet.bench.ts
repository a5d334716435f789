// npm run bench -- supernet: trains the weights that all architectures of the detection family share, on openly licensed domains only; killed and started again it
// goes on. --evaluate: how well scores without training rank measured trials on domains that it has not seen; with --architectures N the trials of N random
// architectures under the same hyperparameters, measured first where the file of --trials lacks them.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  decodeSupernet,
  encodeSupernet,
  imageSource,
  supernetId,
  supernetLabels,
  trainSupernet,
} from '@edgelore/detection';
import { KernelRuntime } from '@edgelore/kernels';
import { kendallTau, spearman } from '@edgelore/ranking';
import {
  type Configuration,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
} from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { loadBackgrounds, loadDomain, openDomains, requireFacesFolder } from './domains.js';
import { experienceFile } from './experience.js';
import { requireStartingWeights } from './starting-weights.js';
import { codeVersion, readRows, runTrials, type TrialRow } from './trials.js';

const supernetFile = fileURLToPath(new URL('../../client-sdk/weights/face-supernet.v1.bin', import.meta.url));
const { values } = parseArgs({
  options: {
    evaluate: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '60' },
    threads: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: supernetFile },
    trials: { type: 'string' },
    optimiser: { type: 'string' },
    architectures: { type: 'string' },
    domains: { type: 'string', default: 'derived-cctv,cartoon-mixed' },
    seconds: { type: 'string', default: '60' },
  },
});
requireFacesFolder();
/** Trials of architectures are kept apart from the experience, which is to hold whole configurations. */
const trialsFile =
  values.trials ??
  (values.architectures === undefined ? experienceFile : experienceFile.replace('trials', 'architectures'));
const runtime = await KernelRuntime.start({ threads: Number(values.threads) });
await (values.evaluate ? evaluate() : train());
runtime.dispose();

async function train(): Promise<void> {
  const checkpoint = `${values.out}.checkpoint`;
  const domains = await Promise.all(openDomains.map(loadDomain));
  const images = [...domains.flatMap(({ training }) => training), ...(await loadBackgrounds())];
  console.log(`training on ${images.length} images`);
  const { supernet, seconds, loss } = await trainSupernet({
    images: imageSource(images),
    budget: { seconds: 60 * Number(values.minutes) },
    seed: Number(values.seed),
    runtime,
    now: () => performance.now(),
    checkpoint: { every: 30, save: (bytes) => writeWhole(checkpoint, bytes) },
    ...(existsSync(checkpoint) && { resume: readFileSync(checkpoint) }),
    onProgress: ({ round, loss: recent, roundsPerSecond, secondsLeft }) => {
      if (round % 25 === 0)
        console.log(
          `round ${round}: loss ${recent.toFixed(3)}, ${roundsPerSecond.toFixed(1)} rounds/s, ${Math.round(secondsLeft ?? 0)} s left`,
        );
    },
  });
  const bytes = encodeSupernet(supernet);
  writeWhole(values.out, bytes);
  rmSync(checkpoint, { force: true });
  console.log(
    JSON.stringify({
      domains: openDomains,
      steps: supernet.steps,
      seconds,
      loss,
      id: supernetId(decodeSupernet(bytes)),
      bytes: bytes.length,
    }),
  );
}

/** Rank correlation with measured average precision, on domains of which the supernet has seen nothing, beside that of what costs nothing to know. */
async function evaluate(): Promise<void> {
  const supernet = decodeSupernet(readFileSync(values.out));
  const trialRows =
    values.architectures === undefined ? readRows(trialsFile) : await measure(Number(values.architectures));
  const rows = trialRows.filter(
    ({ domain, configuration }) =>
      !openDomains.includes(domain) &&
      configuration.values.optimiser === (values.optimiser ?? configuration.values.optimiser),
  );
  const domains = [...new Set(rows.map(({ domain }) => domain))].sort();
  const figures: Record<string, Record<string, { tau: number; rho: number }>> = {};
  let [seconds, looks] = [0, 0];
  for (const domain of domains) {
    const trials = rows.filter((row) => row.domain === domain);
    const { training } = await loadDomain(domain);
    const started = performance.now();
    const labels = await supernetLabels({
      supernet,
      configurations: trials.map(({ configuration }) => configuration),
      images: imageSource(training),
      runtime,
      onProgress: ({ done, total }) => {
        looks++;
        if (done % 4 === 0) console.log(`${domain}: ${done} of ${total} architectures`);
      },
    });
    seconds += (performance.now() - started) / 1000;
    const rankers: Record<string, ArrayLike<number>> = {
      supernet_ap50: labels.ap50,
      supernet_negative_loss: labels.negativeLoss,
      macs: trials.map(({ macs }) => macs),
      parameters: trials.map(({ parameters }) => parameters),
    };
    const measured = trials.map(({ ap50 }) => ap50);
    figures[domain] = Object.fromEntries(
      Object.entries(rankers).map(([name, scores]) => [
        name,
        { tau: kendallTau(scores, measured), rho: spearman(scores, measured) },
      ]),
    );
    for (const [name, scores] of Object.entries(rankers))
      console.log(`  ${name.padEnd(23)} ${Array.from(scores, (score) => score.toPrecision(3)).join(' ')}`);
    console.log(`  ${'measured'.padEnd(23)} ${measured.map((score) => score.toPrecision(3)).join(' ')}`);
  }
  const names = Object.keys(figures[domains[0] ?? ''] ?? {});
  const mean = (name: string, of: 'tau' | 'rho') =>
    domains.reduce((sum, domain) => sum + (figures[domain]?.[name]?.[of] ?? 0), 0) / domains.length;
  console.log(
    `\nKendall's tau with measured AP50${' '.repeat(6)}${domains.map((domain) => domain.padStart(18)).join('')}              mean`,
  );
  for (const name of names) {
    const row = domains.map((domain) => (figures[domain]?.[name]?.tau ?? 0).toFixed(3).padStart(18));
    console.log(`${name.padEnd(38)}${row.join('')}${mean(name, 'tau').toFixed(3).padStart(18)}`);
  }
  console.log(
    JSON.stringify({
      id: supernetId(supernet),
      steps: supernet.steps,
      trials: rows.length,
      secondsPerArchitecture: seconds / looks,
      domains: figures,
      mean: Object.fromEntries(names.map((name) => [name, { tau: mean(name, 'tau'), rho: mean(name, 'rho') }])),
    }),
  );
}

/** Random architectures, each trained with the same hyperparameters for the same time: what a score of an architecture is to foretell. */
async function measure(count: number): Promise<TrialRow[]> {
  const random = seededRandom('truth/1');
  const { space, values: usual } = defaultConfiguration(faceDetectorSpace);
  const drawn = (): Configuration => {
    const own = faceDetectorSpace.dimensions
      .filter(({ kind }) => kind === 'architecture')
      .map(({ name, values: all }) => [name, all[random.integer(all.length)]] as const);
    return parseConfiguration(faceDetectorSpace, {
      space,
      values: { ...usual, ...Object.fromEntries(own), learningRate: 0.03 },
    });
  };
  const configurations = Array.from({ length: count }, drawn);
  const version = codeVersion();
  const orders = values.domains.split(',').flatMap((domain) =>
    configurations.map((configuration) => ({
      ...{
        domain,
        configuration,
        seed: 1,
        threads: 1,
        startingWeights: requireStartingWeights(domain),
        codeVersion: version,
      },
      budget: { seconds: Number(values.seconds) },
    })),
  );
  return runTrials(orders, { file: trialsFile, jobs: 1 });
}

function writeWhole(file: string, bytes: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, bytes);
  renameSync(`${file}.tmp`, file);
}
