import {
  type BatchTargets,
  batchLoss,
  CompiledDetector,
  type Detector,
  type Learner,
  type LossOptions,
  TensorDetector,
} from '@edgelore/detection';
import { KernelRuntime } from '@edgelore/kernels';
import { type Configuration, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { isNativeInstalled, seededRandom, startTensorEngine, type TensorBackend, tf } from '@edgelore/tensor';
import { startComposedTfjs } from './composed-gradients.js';
import { type Figures, leastTimes, rounded, type Section } from './section.js';

const BATCH = 16;
const ROUNDS = 18;
const FACES = 3;

/** Forward pass, loss, gradient and Adam step of the default detector at batch 16, on one thread and on so many. */
async function measure(threads: number): Promise<Figures> {
  await startComposedTfjs();
  const configuration = defaultConfiguration(faceDetectorSpace);
  const runtimes = [await KernelRuntime.start({ threads: 1 }), await KernelRuntime.start({ threads })] as const;
  const [one, several] = runtimes.map((runtime) => stepOf(new CompiledDetector(runtime, configuration, 1)));
  const composed = await onBackend('wasm', configuration);
  const native = isNativeInstalled() ? await onBackend('tensorflow', configuration, threads) : undefined;
  // The composed step takes half a minute: it has few turns, and meets ours in them.
  const fast = await leastTimes({ one, several, native }, { rounds: ROUNDS, repetitions: 1 });
  const slow = await leastTimes({ one, several, composed }, { rounds: 2, repetitions: 1 });
  const times = { one: Math.min(fast.one, slow.one), several: Math.min(fast.several, slow.several) };
  const line = { 'tfjs-wasm, composed': slow.composed, 'tfjs-node': fast.native };
  console.log(`images/s of a training step: ${threads} threads ${rate(times.several)}, one ${rate(times.one)}`);
  for (const [name, time] of Object.entries(line)) {
    console.log(`  ${name}: ${Number.isNaN(time) ? 'not installed' : rate(time)}`);
  }
  for (const runtime of runtimes) runtime.dispose();
  return {
    train_step_vs_tfjs_wasm: rounded(slow.composed / times.several),
    train_step_one_thread_vs_tfjs_wasm: rounded(slow.composed / times.one),
    train_step_vs_tfjs_node: native ? rounded(fast.native / times.several) : null,
    [`train_step_scaling_${threads}_threads`]: rounded(times.one / times.several),
  };
}

function rate(milliseconds: number): string {
  return `${rounded((1000 * BATCH) / milliseconds)}`;
}

/** A step of the same network on TensorFlow.js. */
async function onBackend(
  backend: TensorBackend,
  configuration: Configuration,
  threads?: number,
): Promise<() => Promise<void>> {
  await startTensorEngine({ backend, ...(threads !== undefined && { threads }) });
  const step = stepOf(new TensorDetector(configuration, 1));
  return async () => {
    await tf.setBackend(backend);
    step();
  };
}

function stepOf(detector: Detector): () => void {
  const { values } = detector.configuration;
  const { inputSize: size, anchorCount } = detector.plan;
  const random = seededRandom('bench/train-step');
  const images = Float32Array.from({ length: BATCH * size * size * 3 }, () => random.integer(256));
  const targets = drawTargets(size, anchorCount);
  const anchors = Float32Array.from({ length: anchorCount * 4 }, (_, i) => (i % 4 < 2 ? random.integer(size) : 32));
  const options: LossOptions = {
    classLoss: values.classLoss as LossOptions['classLoss'],
    negativesPerPositive: values.negativesPerPositive as number,
    boxLoss: values.boxLoss as LossOptions['boxLoss'],
    boxWeight: values.boxWeight as number,
  };
  const learner: Learner = detector.startLearning({ batch: BATCH, optimiser: values.optimiser as 'adam' | 'sgd' });
  let step = 0;
  return () => {
    learner.gradient(images, ({ logits, deltas }, room) => batchLoss(logits, deltas, targets, anchors, options, room));
    learner.update(step, 1e-4);
    step++;
  };
}

/** A few faces a picture, a dozen anchors each. */
function drawTargets(size: number, anchorCount: number): BatchTargets {
  const random = seededRandom('bench/targets');
  const face = new Int32Array(BATCH * anchorCount).fill(-1);
  const boxes: number[] = [];
  for (let picture = 0; picture < BATCH; picture++) {
    for (let index = 0; index < FACES; index++) {
      const side = 16 + random.integer(64);
      for (let anchor = 0; anchor < 12; anchor++) {
        face[picture * anchorCount + random.integer(anchorCount)] = boxes.length / 4;
      }
      boxes.push(random.integer(size - side), random.integer(size - side), side, side);
    }
  }
  return { face, boxes: Float32Array.from(boxes) };
}

export const section: Section = { threads: [2], measure };
