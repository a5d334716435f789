import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeDescription } from '@edgelore/descriptors';
import {
  averagePrecision,
  buildDetector,
  type DetectorWeights,
  decodeWeights,
  evaluateDetector,
  type TrainingBudget,
} from '@edgelore/detection';
import {
  type Configuration,
  configurationId,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
} from '@edgelore/search-space';
import { startTensorEngine } from '@edgelore/tensor';
import { Command, InvalidArgumentError } from 'commander';
import { evaluateBaselines } from '../baseline/evaluate-baselines.js';
import { formatCycle } from '../cycle/print-cycle.js';
import { reportRun } from '../cycle/report-run.js';
import { type CycleProgress, describeOnce, recommendFor, runCycle, submitTask } from '../cycle/run-cycle.js';
import { TaskFolder } from '../cycle/task-folder.js';
import { type Dataset, datasetFormats } from '../dataset/dataset.js';
import { openDataset } from '../dataset/open-dataset.js';
import { demoDomains } from '../demo/demo-domain.js';
import { writeDemo } from '../demo/write-demo.js';
import { ClientError } from '../errors/client.error.js';
import { PlatformClient } from '../platform/platform-client.js';
import { datasetImages, splitItems } from '../train/dataset-images.js';
import { readResult, trainOnDataset } from '../train/train-on-dataset.js';
import { homeFolder, platformSettings } from './settings.js';
import { openTerminal } from './terminal.js';

export interface Surroundings {
  readonly signal: AbortSignal;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; isTTY?: boolean };
}

interface DatasetFlags {
  readonly format?: string;
  readonly faceClass?: string;
  readonly json?: boolean;
}

interface PlatformFlags extends DatasetFlags {
  readonly url?: string;
  readonly name?: string;
  readonly maxMacs?: number;
  readonly maxBytes?: number;
}

interface TrainingFlags extends DatasetFlags {
  readonly minutes: number;
  readonly steps?: number;
  readonly seed: number;
}

type RunFlags = PlatformFlags & TrainingFlags & { readonly trials: number; readonly anew?: boolean };

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};
const whole = (text: string): number => {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
};

/** The `edgelore` command. Results go to stdout, progress and errors to stderr. */
export function program({ signal, stdout, stderr }: Surroundings): Command {
  const terminal = openTerminal(stderr);
  const print = (result: unknown, text: string, json?: boolean) =>
    void stdout.write(json ? `${JSON.stringify(result)}\n` : text);

  const edgelore = new Command('edgelore')
    .description('Finds, trains and reports the face detector that fits your images. Images never leave this machine.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) });

  const withDataset = (name: string, description: string, argument = '<folder>') =>
    edgelore
      .command(name)
      .description(description)
      .exitOverride()
      .argument(argument, 'folder of images and annotations')
      .option('--format <name>', `annotation format: ${datasetFormats.join(', ')}; found out when left out`)
      .option('--face-class <name>', 'category that means a face (COCO, VOC, YOLO)')
      .option('--json', 'print one JSON object instead of a text');
  const withPlatform = (command: Command) =>
    command
      .option('--url <url>', 'the platform; its key is read from EDGELORE_API_KEY')
      .option('--name <text>', 'name of the task at the platform ("faces" when left out); the first one stays')
      .option('--max-macs <n>', 'only configurations with at most so many multiply-accumulates', positive)
      .option('--max-bytes <n>', 'only configurations whose weights take at most so many bytes', positive);
  const withTraining = (command: Command) =>
    command
      .option('--minutes <n>', 'training time of one configuration', positive, 10)
      .option('--steps <n>', 'training steps instead of a time; the same steps and seed repeat a run', whole)
      .option('--seed <n>', 'seed of everything random', whole, 1);

  const open = async (folder: string, flags: DatasetFlags): Promise<Dataset> => {
    const dataset = await openDataset(folder, {
      ...(flags.format !== undefined && { format: flags.format }),
      ...(flags.faceClass !== undefined && { faceClass: flags.faceClass }),
    });
    for (const { message, examples } of dataset.problems) terminal.line(`${message}, such as ${examples[0]}`);
    return dataset;
  };
  const connect = (flags: Pick<PlatformFlags, 'url'>) =>
    new PlatformClient({
      ...platformSettings(flags.url),
      onRetry: (reason, wait) => terminal.line(`${reason}; trying again in ${wait} ms`),
    });
  const memoryOf = (dataset: Dataset) => TaskFolder.open(homeFolder(), dataset);
  const limitsOf = (flags: PlatformFlags) => ({
    ...(flags.maxMacs !== undefined && { maxMacs: flags.maxMacs }),
    ...(flags.maxBytes !== undefined && { maxBytes: flags.maxBytes }),
  });

  withDataset('describe', 'compute the description of a dataset on this machine')
    .option('--url <url>', 'the platform, asked for its extractor')
    .option('--dry-run', 'print exactly what would leave this machine, and send nothing')
    .action(async (folder: string, flags: DatasetFlags & { url?: string; dryRun?: boolean }) => {
      const dataset = await open(folder, flags);
      const description = await describeOnce(
        { dataset, client: connect(flags), progress: terminal, signal },
        await memoryOf(dataset),
      );
      if (flags.dryRun) {
        // The description is what leaves; beside it only a random key and the name given with --name.
        stdout.write(`${encodeDescription(description)}\n`);
        return;
      }
      const { images, dimension, rows, batchSize, extractorVersion } = description;
      print(
        { images, dimension, batches: rows.length, batchSize, extractorVersion },
        `${images} images: ${rows.length} batch means of ${dimension} numbers, at least ${batchSize} images each\n`,
        flags.json,
      );
    });

  withPlatform(withDataset('recommend', 'describe a dataset and ask the platform for configurations')).action(
    async (folder: string, flags: PlatformFlags) => {
      const dataset = await open(folder, flags);
      const result = await recommendFor(
        { dataset, client: connect(flags), name: flags.name, limits: limitsOf(flags), progress: terminal, signal },
        await memoryOf(dataset),
      );
      const lines = result.recommendations.map(
        ({ rank, reason, cost, configuration }) =>
          `${rank}. ${reason} ${(cost.macs / 1e6).toFixed(1)} MMACs ${cost.bytes} bytes\n   ${JSON.stringify(configuration.values)}\n`,
      );
      print(result, lines.join(''), flags.json);
    },
  );

  withTraining(withDataset('train', 'train one configuration and evaluate it on held-out images'))
    .option('--configuration <file>', 'JSON file of a configuration; the default one when left out')
    .action(async (folder: string, flags: TrainingFlags & { configuration?: string }) => {
      const dataset = await open(folder, flags);
      const configuration = flags.configuration
        ? await readConfiguration(flags.configuration)
        : defaultConfiguration(faceDetectorSpace);
      const budget = budgetOf(flags);
      const memory = await memoryOf(dataset);
      const runFolder = memory.runFolder(configurationId(configuration), budget, flags.seed);
      const bar = terminal.progress('train', 'steps');
      const result = await trainOnDataset({
        dataset,
        configuration,
        budget,
        seed: flags.seed,
        folder: runFolder,
        onProgress: ({ step, steps, loss }) => bar.update(step, steps ?? step, `loss ${loss.total.toFixed(2)}`),
        signal,
      });
      bar.end();
      print(
        { ...result, folder: runFolder },
        `AP50 ${result.ap50.toFixed(3)}, AP75 ${result.ap75.toFixed(3)} after ${result.steps} steps\n${runFolder}\n`,
        flags.json,
      );
    });

  withDataset('evaluate', 'evaluate trained weights, or the ready-made detectors, on held-out images')
    .option('--weights <file>', 'weights of a trained detector; the ready-made ones when left out')
    .option('--seed <n>', 'seed of the split', whole, 1)
    .action(async (folder: string, flags: DatasetFlags & { weights?: string; seed: number }) => {
      const dataset = await open(folder, flags);
      const { heldOut } = splitItems(dataset, flags.seed);
      const images = datasetImages(dataset, heldOut, 320);
      await startTensorEngine();
      const results = flags.weights ? [await evaluateWeights(flags.weights, images)] : await evaluateBaselines(images);
      print(
        { images: heldOut.length, results },
        results
          .map(({ name, ap50 }) => `${name}: AP50 ${ap50.toFixed(3)} on ${heldOut.length} held-out images\n`)
          .join(''),
        flags.json,
      );
    });

  withPlatform(withDataset('report', 'report a finished training run'))
    .requiredOption('--run <folder>', 'folder of the run, as `edgelore train` printed it')
    .action(async (folder: string, flags: PlatformFlags & { run: string }) => {
      const result = await readResult(path.resolve(flags.run));
      if (!result) {
        throw new ClientError('RUN_DAMAGED', {
          file: flags.run,
          problem: 'holds no finished training run',
          remedy: 'Train with `edgelore train` first',
        });
      }
      const client = connect(flags);
      const dataset = await open(folder, flags);
      const { taskId } = await submitTask(
        { dataset, client, name: flags.name, progress: terminal, signal },
        await memoryOf(dataset),
      );
      const trial = await reportRun(client, taskId, result);
      print(trial, `reported AP50 ${trial.score.toFixed(3)} as ${trial.reportId}\n`, flags.json);
    });

  withTraining(withPlatform(withDataset('run', 'the whole cycle: describe, recommend, train, report', '[folder]')))
    .option('--trials <n>', 'how many of the recommended configurations to train', whole, 1)
    .option('--anew', 'ask for new recommendations instead of going on with the last ones')
    .action(async (folder: string | undefined, flags: RunFlags) => {
      const home = homeFolder();
      const dataset = await open(folder ?? (await demoFolder(home, terminal, signal)), flags);
      const result = await runCycle({
        dataset,
        client: connect(flags),
        home,
        name: flags.name,
        trials: flags.trials,
        anew: flags.anew === true,
        budget: budgetOf(flags),
        seed: flags.seed,
        limits: limitsOf(flags),
        progress: terminal,
        signal,
      });
      print(result, formatCycle(result), flags.json);
    });

  return edgelore;
}

function budgetOf(flags: TrainingFlags): TrainingBudget {
  return flags.steps === undefined ? { seconds: flags.minutes * 60 } : { steps: flags.steps };
}

async function readConfiguration(file: string): Promise<Configuration> {
  try {
    return parseConfiguration(faceDetectorSpace, JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new ClientError('INVALID_ANNOTATION', {
      file,
      problem: `is no configuration: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Give a file with one recommended configuration',
      cause,
    });
  }
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

/** The drawn demo set, for whoever has no dataset at hand. */
async function demoFolder(home: string, progress: CycleProgress, signal: AbortSignal): Promise<string> {
  const [domain] = demoDomains;
  const folder = path.join(home, 'demo', domain);
  const bar = progress.progress('draw', 'pictures');
  await writeDemo({ folder, domain, signal, onProgress: (done, total) => bar.update(done, total) });
  bar.end('drawn faces, no photographs');
  return folder;
}
