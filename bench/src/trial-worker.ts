// One training run in a process of its own: reads a TrialOrder as JSON from its argument, prints a TrialRow as its last line.
import { readFileSync } from 'node:fs';
import { averagePrecision, decodeWeights, evaluateDetector, imageSource, trainDetector } from '@edgelore/detection';
import { configurationId, costOf } from '@edgelore/search-space';
import { startTensorEngine } from '@edgelore/tensor';
import { loadDomain, SPLIT_SEED } from './domains.js';
import type { TrialOrder, TrialRow } from './trials.js';

const order: TrialOrder = JSON.parse(process.argv[2] ?? '');
const backend = await startTensorEngine({ threads: order.threads });
const domain = await loadDomain(order.domain);

// Time that this process computed, not time that passed: runs beside each other are then comparable.
const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const started = performance.now();
const trained = await trainDetector({
  configuration: order.configuration,
  images: imageSource(domain.training),
  budget: order.budget,
  seed: order.seed,
  now: cpuMilliseconds,
  validate: { images: imageSource(domain.validation), times: 3 },
  ...(order.configuration.values.start === 'shipped' && {
    initialWeights: decodeWeights(readFileSync(order.startingWeights)),
  }),
  onProgress: ({ step, steps, loss, secondsLeft }) => {
    if (step % 20 === 0)
      console.log(
        `progress ${step}/${steps ?? '?'} loss ${loss.total.toFixed(3)} ${Math.round(secondsLeft ?? 0)} s left`,
      );
  },
});
const seconds = (performance.now() - started) / 1000;
const evaluation = await evaluateDetector(trained.detector, imageSource(domain.validation));
const row: TrialRow = {
  domain: order.domain,
  splitSeed: SPLIT_SEED,
  seed: order.seed,
  configurationId: configurationId(order.configuration),
  configuration: order.configuration,
  budget: order.budget,
  ap50: evaluation.ap,
  ap75: averagePrecision(evaluation.perImage, { iou: 0.75 }).ap,
  curve: [...trained.curve, { step: trained.steps, ap50: evaluation.ap }],
  loss: trained.loss,
  ...costOf(order.configuration),
  cpuSeconds: trained.seconds,
  seconds,
  steps: trained.steps,
  backend,
  threads: order.threads,
  codeVersion: order.codeVersion,
};
console.log(JSON.stringify(row));
