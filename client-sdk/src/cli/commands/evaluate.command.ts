import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  averagePrecision,
  buildDetector,
  type DetectorWeights,
  decodeWeights,
  evaluateDetector,
} from '@edgelore/detection';
import { startTensorEngine } from '@edgelore/tensor';
import { evaluateBaselines } from '../../baseline/evaluate-baselines.js';
import { judgeDetections } from '../../baseline/judge-detections.js';
import { ClientError } from '../../errors/client.error.js';
import { datasetImages, splitItems } from '../../train/dataset-images.js';
import { type CommandLine, type DatasetFlags, whole } from '../command-line.js';

type EvaluateFlags = DatasetFlags & { readonly weights?: string; readonly detections?: string; readonly seed: number };

export function evaluateCommand(line: CommandLine): void {
  line
    .withDataset('evaluate', 'evaluate trained weights, or the ready-made detectors, on held-out images')
    .option('--weights <file>', 'weights of a trained detector; the ready-made ones when left out')
    .option('--detections <file>', 'what a detector that you have found on these images (docs/sdk.md)')
    .option('--seed <n>', 'seed of the split', whole, 1)
    .action(async (folder: string, flags: EvaluateFlags) => {
      const dataset = await line.open(folder, flags);
      const { heldOut } = splitItems(dataset, flags.seed);
      const images = datasetImages(dataset, heldOut, 320);
      await startTensorEngine();
      const results = [
        ...(flags.detections ? [await judgeDetections(flags.detections, heldOut)] : []),
        ...(flags.weights ? [await evaluateWeights(flags.weights, images)] : []),
      ];
      if (results.length === 0) results.push(...(await evaluateBaselines(images)));
      line.print(
        { images: heldOut.length, results },
        results
          .map(({ name, ap50 }) => `${name}: AP50 ${ap50.toFixed(3)} on ${heldOut.length} held-out images\n`)
          .join(''),
        flags.json,
      );
    });
}

async function readWeights(file: string): Promise<DetectorWeights> {
  try {
    return decodeWeights(await readFile(file));
  } catch (cause) {
    throw new ClientError('RUN_DAMAGED', {
      file,
      problem: `holds no weights: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Give the weights.bin of a finished training run',
      cause,
    });
  }
}

async function evaluateWeights(file: string, images: ReturnType<typeof datasetImages>) {
  const weights = await readWeights(file);
  const detector = buildDetector(weights.configuration, { seed: 1, weights });
  try {
    const evaluation = await evaluateDetector(detector, images);
    return {
      name: path.basename(file),
      ap50: evaluation.ap,
      ap75: averagePrecision(evaluation.perImage, { iou: 0.75 }).ap,
    };
  } finally {
    detector.dispose();
  }
}
