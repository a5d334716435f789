import type { ExternalTrainer } from '../external/external-trainer.js';
import { trainExternally } from '../external/train-externally.js';
import type { RunResult } from '../train/run-result.js';
import { type TrainOptions, trainOnDataset } from '../train/train-on-dataset.js';
import type { CycleProgress } from './cycle-progress.js';

export interface TrainRunOptions extends Omit<TrainOptions, 'onProgress'> {
  /** The owner's own program; Edgelore trains its own detector where it is left out. */
  readonly trainer: ExternalTrainer | undefined;
  readonly progress: CycleProgress;
}

/** Trains one configuration, here or by the owner's program, and shows how far it is. */
export function trainRun({ trainer, progress, ...options }: TrainRunOptions): Promise<RunResult> {
  return trainer ? external(trainer, progress, options) : own(progress, options);
}

async function own(progress: CycleProgress, options: TrainOptions): Promise<RunResult> {
  const bar = progress.progress('train', 'steps');
  const batch = Number(options.configuration.values.batch);
  const result = await trainOnDataset({
    ...options,
    onProgress: ({ step, steps, secondsLeft, loss, imagesPerSecond }) =>
      bar.update(
        step,
        Math.max(step, steps ?? step + Math.round(((secondsLeft ?? 0) * imagesPerSecond) / batch)),
        `loss ${loss.total.toFixed(2)}`,
      ),
  });
  bar.end(`AP50 ${result.ap50.toFixed(3)}`);
  return result;
}

async function external(trainer: ExternalTrainer, progress: CycleProgress, options: TrainOptions): Promise<RunResult> {
  const bar = progress.progress('train', '%');
  const result = await trainExternally({
    ...options,
    trainer,
    onProgress: ({ progress: share, ap50 }) =>
      bar.update(Math.round(share * 100), 100, ap50 === undefined ? '' : `AP50 ${ap50.toFixed(3)}`),
    onLine: (line) => progress.line(`trainer: ${line}`),
  });
  bar.end(`AP50 ${result.ap50.toFixed(3)}`);
  return result;
}
