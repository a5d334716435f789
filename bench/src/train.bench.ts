// npm run bench -- train [--steps N] [--batch N] [--only BACKEND]: images/s of a whole training step (picture, forward, loss, gradient, optimiser) of the
// default detector on every backend, each in a process of its own.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { imageSource, type LabelledImage, trainDetector } from '@edgelore/detection';
import {
  type Configuration,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
} from '@edgelore/search-space';
import { isNativeInstalled, seededRandom, startTensorEngine, type TensorBackend } from '@edgelore/tensor';

/** Steps timed on each backend, and steps before them that are not. Plain JavaScript takes minutes for one, and has little to warm up. */
const STEPS: Record<TensorBackend, { readonly warm: number; readonly timed: number }> = {
  cpu: { warm: 0, timed: 1 },
  wasm: { warm: 2, timed: 20 },
  tensorflow: { warm: 5, timed: 40 },
};
const BACKENDS: readonly TensorBackend[] = ['tensorflow', 'wasm', 'cpu'];
const PICTURES = 32;

const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '16' },
    steps: { type: 'string' },
    only: { type: 'string' },
  },
});

function benchConfiguration(): Configuration {
  const base = defaultConfiguration(faceDetectorSpace);
  return parseConfiguration(faceDetectorSpace, { ...base, values: { ...base.values, batch: Number(values.batch) } });
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
  const configuration = benchConfiguration();
  const { warm } = STEPS[backend];
  const timed = values.steps ? Number(values.steps) : STEPS[backend].timed;
  const images = imageSource(pictures(configuration.values.inputSize as number));
  console.log(`${backend}: timing ${timed} step(s)${backend === 'cpu' ? ', minutes each' : ''}`);
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

function measureApart(backend: TensorBackend): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let seconds: number | null = null;
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
  const { values: chosen } = benchConfiguration();
  const batch = chosen.batch as number;
  const rates: Record<TensorBackend, number | null> = { cpu: null, wasm: null, tensorflow: null };
  for (const backend of chosenBackends) {
    if (backend === 'tensorflow' && !isNativeInstalled()) {
      console.log('tensorflow: not installed here (npm run setup:native)');
      continue;
    }
    const seconds = await measureApart(backend);
    rates[backend] = seconds && Number((batch / seconds).toPrecision(3));
    console.log(`${backend}: ${rates[backend]} images/s`);
  }
  console.log(JSON.stringify({ images_per_s: rates, batch, input_size: chosen.inputSize, node: process.version }));
}
