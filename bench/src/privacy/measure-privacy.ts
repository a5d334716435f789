import {
  type Description,
  DescriptionPool,
  descriptionDistance,
  EXTRACTOR_DIMENSION,
  extract,
} from '@edgelore/descriptors';
import { describeOpenTask, readShippedExperience } from '@edgelore/domain';
import {
  audit,
  composedMu,
  descriptionNoise,
  epsilonOf,
  type Guarantee,
  inversionAttack,
  membershipAttack,
  protectDescription,
} from '@edgelore/privacy';
import { seededRandom } from '@edgelore/tensor';
import { readGrid } from '../hyperfd/judged-task.js';
import { asIfOf, leftOutTasks, mean, noiseLoss } from './noise-loss.js';

const DELTA = 1e-5;
const EPSILONS = [0.5, 1, 2, 4];
const SIZES = [200, 500, 2000];
const HISTORIES = 10_000;
const DRAWS = 20;
/** How far a vector moves where clipping is off; the most with clipping is 2. */
const UNCLIPPED = 8;

const experience = readShippedExperience();
const { extractor } = experience;
const tasks = experience.tasks.map((task) => ({
  ...task,
  description: describeOpenTask(extractor, task),
  pictures: task.base.map((base) => ({ base, vector: extract(extractor, base) })),
}));

/** Images of all open tasks in turn. */
const pictures = Array.from({ length: 500 }, (_, at) => {
  const { pictures: own } = tasks[at % tasks.length]!;
  return own[Math.floor(at / tasks.length) % own.length]!;
});
/** Attacks on descriptions against their bound, the accountant against another, what noise costs. */
export function measurePrivacy(trials: number) {
  const noiseOff = audit({ extractor, pictures, guarantee: null, trials: 100, random: seededRandom('noise off') });
  return {
    delta: DELTA,
    trials,
    membership: EPSILONS.map((epsilon) => attackAt(epsilon, trials, noiseOff.exposed.truePositiveRate)),
    accountant: checkAccountant(),
    inversion: invert(),
    distortion: distort(),
    ranking: rankingAt(1),
  };
}

/** The audit that an owner can run, on 500 images of the open tasks, and what it would find were noise or clipping missing. */
function attackAt(epsilon: number, trials: number, noiseOff: number) {
  const guarantee = { epsilon, delta: DELTA };
  const random = seededRandom(`membership ${epsilon}`);
  const { bound, exposed, worstPair, inversion } = audit({ extractor, pictures, guarantee, trials, random });
  const clippingOff = withoutClip(guarantee, trials);
  const row = {
    epsilon,
    bound,
    measured: exposed.truePositiveRate,
    worst_pair: worstPair.truePositiveRate,
    standard_error: worstPair.standardError,
    noise_off: noiseOff,
    clipping_off: clippingOff.truePositiveRate,
    under: exposed.truePositiveRate <= bound && worstPair.truePositiveRate - 2 * worstPair.standardError <= bound,
    exceeds_when_off: Math.min(noiseOff, clippingOff.truePositiveRate) > bound,
    inversion: inversion.othersKnown,
  };
  console.log(
    `epsilon ${epsilon}: bound ${percent(bound)}, measured ${percent(row.measured)}, worst pair ${percent(row.worst_pair)} +- ${percent(row.standard_error)}; noise off ${percent(row.noise_off)}, clipping off ${percent(row.clipping_off)}`,
  );
  return rounded(row);
}

/** The first batch as it would be, had one vector not been clipped. */
function withoutClip(guarantee: Guarantee, trials: number) {
  const outside = pooled(pictures.map(({ vector }) => vector));
  const moved = outside.rows[0]!.map((value, at) => (at === 0 ? value + UNCLIPPED / outside.batchSize : value));
  const { sigma } = descriptionNoise(outside, guarantee);
  const random = seededRandom(`clipping off ${guarantee.epsilon}`);
  return membershipAttack({
    inside: { ...outside, rows: outside.rows.with(0, moved) },
    outside,
    release: (plain) => protectDescription(plain, sigma, random),
    trials,
  });
}

function pooled(vectors: readonly Float32Array[]): Description {
  const pool = new DescriptionPool(extractor, 1);
  for (const vector of vectors) pool.add(vector);
  return pool.finish();
}

/** delta by integrating the privacy loss, which is normal: no Phi, no mu (the specs compare with a third implementation in Python). */
function deltaByQuadrature(epsilon: number, mus: readonly number[]): number {
  const average = mus.reduce((sum, mu) => sum + mu ** 2 / 2, 0);
  const deviation = Math.sqrt(2 * average);
  const low = Math.max(epsilon, average - 12 * deviation);
  const high = Math.max(low, average + 12 * deviation) + deviation;
  const step = (high - low) / 400;
  let sum = 0;
  // Simpson's rule.
  for (let at = 0; at <= 400; at++) {
    const loss = low + at * step;
    const weight = at === 0 || at === 400 ? 1 : at % 2 === 0 ? 2 : 4;
    sum += weight * Math.exp(-((loss - average) ** 2) / (4 * average)) * -Math.expm1(epsilon - loss);
  }
  return (sum * step) / 3 / Math.sqrt(4 * Math.PI * average);
}

/** Whether the other implementation's epsilon is within one per cent: its delta lies on the other side there. */
function checkAccountant() {
  const random = seededRandom('histories');
  let within = 0;
  for (let at = 0; at < HISTORIES; at++) {
    const mus = Array.from({ length: 1 + random.integer(12) }, () => 2 / 2000 ** random.uniform());
    const delta = 10 ** (-12 + 9 * random.uniform());
    const epsilon = epsilonOf(composedMu(mus), delta);
    const least = epsilon === 0 || deltaByQuadrature(epsilon * 0.99, mus) > delta;
    if (least && deltaByQuadrature(epsilon * 1.01, mus) < delta) within++;
  }
  console.log(`accountant: epsilon of ${within} of ${HISTORIES} random histories within 1% of a numerical integration`);
  return { histories: HISTORIES, within_one_percent: within };
}

/** The trained decoder on the open task with most pictures. */
function invert() {
  const [largest] = [...tasks].sort((a, b) => b.pictures.length - a.pictures.length);
  const { pictures } = largest!;
  const attack = (label: string, batch: number, sigma: number, othersKnown: boolean) =>
    inversionAttack({ pictures, batch, sigma, othersKnown, random: seededRandom(label) });
  const { sigma } = descriptionNoise(asIfOf(largest!.description, 500), { epsilon: 1, delta: DELTA });
  const explained = {
    pictures: pictures.length,
    others_known: attack('known', 500, 0, true),
    batch_of_16: attack('sixteen', 16, 0, false),
    mean_of_500: attack('mean', 500, 0, false),
    others_known_epsilon_1: attack('noised', 500, sigma, true),
  };
  console.log(
    `inversion (share of a base descriptor's variance): all other images known ${percent(explained.others_known)}, one of a batch of 16 ${percent(explained.batch_of_16)}, one of a mean of 500 ${percent(explained.mean_of_500)}; others known at epsilon 1 ${percent(explained.others_known_epsilon_1)}`,
  );
  return rounded(explained);
}

/** Norm of the noise beside the distance between datasets. */
function distort() {
  const distances = tasks.flatMap((a, at) =>
    tasks.slice(at + 1).map((b) => descriptionDistance(a.description, b.description)),
  );
  const nearest = Math.min(...distances);
  console.log(
    `distance between the ${tasks.length} open domains: nearest two ${nearest.toFixed(3)}, mean ${mean(distances).toFixed(3)}`,
  );
  const rows = SIZES.flatMap((images) =>
    EPSILONS.map((epsilon) => {
      const sized = tasks.map(({ description }) => asIfOf(description, images));
      const { sigma } = descriptionNoise(sized[0]!, { epsilon, delta: DELTA });
      const noise = sigma * Math.sqrt(EXTRACTOR_DIMENSION);
      const random = seededRandom(`nearest ${images} ${epsilon}`);
      const found = sized.flatMap((own, at) =>
        Array.from({ length: DRAWS }, () => {
          const sent = protectDescription(own, sigma, random);
          const toOwn = descriptionDistance(sent, own);
          return Number(sized.every((other, index) => index === at || descriptionDistance(sent, other) > toOwn));
        }),
      );
      return {
        images,
        epsilon,
        noise,
        on_every_row: noise * Math.sqrt(sized[0]!.rows.length),
        own_nearest: mean(found),
      };
    }),
  );
  for (const { images, epsilon, noise, on_every_row, own_nearest } of rows)
    console.log(
      `n = ${images}, epsilon ${epsilon}: norm of the noise ${noise.toFixed(3)} (${on_every_row.toFixed(3)} with noise on every batch row), nearest to its own domain ${percent(own_nearest)}`,
    );
  return { ...rounded({ nearest_domains: nearest, mean_distance: mean(distances) }), rows: rows.map(rounded) };
}

/** On each domain by what was learnt from the others. */
function rankingAt(epsilon: number) {
  const ranked = leftOutTasks(readGrid(experience.tasks), 1);
  return SIZES.map((images) => {
    const guarantee = { epsilon, delta: DELTA };
    const loss = noiseLoss(ranked, { images, guarantee, draws: DRAWS, random: seededRandom(`ranking ${images}`) });
    console.log(
      `n = ${images}, epsilon ${epsilon}: NDCG@10 ${loss.plain.toFixed(3)} falls by ${loss.lost.toFixed(3)} +- ${loss.standard_error.toFixed(3)} (without a description it is ${loss.undescribed.toFixed(3)})`,
    );
    return rounded({ images, ...loss });
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

function rounded<Row extends Record<string, unknown>>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? Number(value.toPrecision(4)) : value]),
  ) as Row;
}
