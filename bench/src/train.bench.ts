// npm run bench -- train [--steps N] [--batch N]: images/s of a whole training step of the default detector on every backend.
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

/** Steps timed on each backend, after one that is not: plain JavaScript takes most of a minute for one. */
const STEPS: Record<TensorBackend, number> = { cpu: 1, wasm: 10, tensorflow: 30 };
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

/** Mean seconds of a step, the first one left out. */
async function measure(backend: TensorBackend): Promise<number> {
  await startTensorEngine({ backend });
  const configuration = benchConfiguration();
  const timed = values.steps ? Number(values.steps) : STEPS[backend];
  let since = 0;
  let last = 0;
  const { detector } = await trainDetector({
    configuration,
    images: imageSource(pictures(configuration.values.inputSize as number)),
    budget: { steps: timed + 1 },
    seed: 1,
    now: () => performance.now(),
    onProgress: ({ step }) => {
      last = performance.now();
      if (step === 1) since = last;
      else
        console.log(`${backend}: step ${step - 1}/${timed}, ${((last - since) / (step - 1) / 1000).toFixed(3)} s each`);
    },
  });
  detector.dispose();
  return (last - since) / timed / 1000;
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

if (values.only) {
  const seconds = await measure(values.only as TensorBackend);
  process.send?.(seconds);
  process.disconnect?.();
} else {
  const { values: chosen } = benchConfiguration();
  const batch = chosen.batch as number;
  const rates: Record<TensorBackend, number | null> = { cpu: null, wasm: null, tensorflow: null };
  for (const backend of ['tensorflow', 'wasm', 'cpu'] as const) {
    if (backend === 'tensorflow' && !isNativeInstalled()) {
      console.log('tensorflow: not installed here (npm run setup:native)');
      continue;
    }
    const seconds = await measureApart(backend);
    rates[backend] = seconds && Number((batch / seconds).toFixed(2));
    console.log(`${backend}: ${rates[backend]} images/s`);
  }
  console.log(JSON.stringify({ images_per_s: rates, batch, input_size: chosen.inputSize, node: process.version }));
}
