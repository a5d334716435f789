// npm run bench -- train [--steps N] [--batch N] [--only BACKEND]: images/s of a whole training step (picture, forward, loss, gradient, optimiser) of the
// default detector on every backend, each in a process of its own. Rates are a picture's; plain JavaScript takes one picture a step where the others take
// sixteen (five minutes and more, there), so that a whole run ends in a few minutes.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { imageSource, type LabelledImage, trainDetector } from '@edgelore/detection';
import { type Configuration, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { isNativeInstalled, seededRandom, startTensorEngine, type TensorBackend } from '@edgelore/tensor';

interface Plan {
  readonly batch: number;
  /** Steps before those that are timed. */
  readonly warm: number;
  readonly timed: number;
}

const PLANS: Record<TensorBackend, Plan> = {
  cpu: { batch: 1, warm: 0, timed: 2 },
  wasm: { batch: 16, warm: 2, timed: 20 },
  tensorflow: { batch: 16, warm: 5, timed: 40 },
};
const BACKENDS: readonly TensorBackend[] = ['tensorflow', 'wasm', 'cpu'];
const PICTURES = 32;

const { values } = parseArgs({
  options: {
    batch: { type: 'string' },
    steps: { type: 'string' },
    only: { type: 'string' },
  },
});

function planOf(backend: TensorBackend): Plan {
  const { batch, warm, timed } = PLANS[backend];
  return { batch: wholeOr(batch, 'batch'), warm, timed: wholeOr(timed, 'steps') };
}

function wholeOr(usual: number, option: 'batch' | 'steps'): number {
  const asked = Number(values[option] ?? usual);
  if (Number.isInteger(asked) && asked > 0) return asked;
  console.error(`--${option} is '${values[option]}': give a whole number above 0`);
  process.exit(2);
}

/** The default detector; the search space has no batch of one picture, so the batch is set past it. */
function benchConfiguration(batch: number): Configuration {
  const base = defaultConfiguration(faceDetectorSpace);
  return { ...base, values: { ...base.values, batch } };
}

/** Noise with a few boxes: the time of a step does not depend on what is seen. */
function pictures(size: number): LabelledImage[] {
  const random = seededRandom('bench/train');
  return Array.from({ length: PICTURES }, () => ({
    pixels: Uint8Array.from({ length: size * size * 3 }, () => random.integer(256)),
    width: size,
    height: size,
    boxes: Array.from({ length: 3 }, () => {
      const side = 16 + random.integer(64);
      return [random.integer(size - side), random.integer(size - side), side, side] as const;
    }),
  }));
}

/** Mean seconds of a step. */
async function measure(backend: TensorBackend): Promise<number> {
  await startTensorEngine({ backend });
  const { batch, warm, timed } = planOf(backend);
  const configuration = benchConfiguration(batch);
  const images = imageSource(pictures(configuration.values.inputSize as number));
  console.log(`${backend}: timing ${timed} step(s) of ${batch} picture(s)`);
  let since = performance.now();
  let seconds = 0;
  const { detector } = await trainDetector({
    configuration,
    images,
    budget: { steps: warm + timed },
    seed: 1,
    now: () => performance.now(),
    onProgress: ({ step }) => {
      const now = performance.now();
      const done = step - warm;
      if (done === 0) since = now;
      if (done <= 0) return;
      seconds = (now - since) / done / 1000;
      if (done % 10 === 0) console.log(`${backend}: step ${done}/${timed}, ${seconds.toFixed(3)} s each`);
    },
  });
  detector.dispose();
  return seconds;
}

function measureApart(backend: TensorBackend): Promise<number> {
  return new Promise((resolve, reject) => {
    let seconds = Number.NaN;
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--only', backend]);
    child.on('message', (message) => {
      seconds = Number(message);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(seconds) : reject(new Error(`the ${backend} run ended with ${code}`)),
    );
  });
}

const isChild = process.send !== undefined;
const chosenBackends = BACKENDS.filter((backend) => !values.only || values.only === backend);
if (chosenBackends.length === 0) {
  console.error(`--only is '${values.only}': choose one of ${BACKENDS.join(', ')}`);
  process.exit(2);
}
if (isChild) {
  const seconds = await measure(chosenBackends[0] as TensorBackend);
  process.send?.(seconds);
  process.disconnect();
} else {
  const rates: Record<TensorBackend, number | null> = { cpu: null, wasm: null, tensorflow: null };
  for (const backend of chosenBackends) {
    if (backend === 'tensorflow' && !isNativeInstalled()) {
      console.log('tensorflow: not installed here (npm run setup:native)');
      continue;
    }
    rates[backend] = Number((planOf(backend).batch / (await measureApart(backend))).toPrecision(3));
    console.log(`${backend}: ${rates[backend]} images/s`);
  }
  const batch = Object.fromEntries(BACKENDS.map((backend) => [backend, planOf(backend).batch]));
  const { inputSize } = defaultConfiguration(faceDetectorSpace).values;
  console.log(JSON.stringify({ images_per_s: rates, batch, input_size: inputSize, node: process.version }));
}
