import type { TrainingBudget } from '@edgelore/detection';
import type { Guarantee } from '@edgelore/privacy';
import { type Command, InvalidArgumentError } from 'commander';
import { TaskFolder } from '../cycle/task-folder.js';
import { type Dataset, datasetFormats } from '../dataset/dataset.js';
import { openDataset } from '../dataset/open-dataset.js';
import { ExternalTrainer } from '../external/external-trainer.js';
import { PlatformClient } from '../platform/platform-client.js';
import { homeFolder, platformSettings } from './settings.js';
import { openTerminal, type Terminal } from './terminal.js';

export interface Surroundings {
  readonly signal: AbortSignal;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; isTTY?: boolean };
}

export interface DatasetFlags {
  readonly format?: string;
  readonly faceClass?: string;
  readonly json?: boolean;
}

export interface PlatformFlags extends DatasetFlags {
  readonly url?: string;
  readonly name?: string;
  readonly maxMacs?: number;
  readonly maxBytes?: number;
}

export interface PrivacyChoice {
  readonly epsilon?: number;
  readonly delta: number;
}

export interface TrainingFlags extends DatasetFlags {
  readonly minutes: number;
  readonly steps?: number;
  readonly seed: number;
  readonly trainer?: ExternalTrainer;
}

/** An option's number above 0. */
export const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};

/** An option's whole number above 0. */
export const whole = (text: string): number => {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
};

/** What every command needs: where it talks, how it is cut off, and the options that commands share. */
export class CommandLine {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;

  constructor(
    private readonly edgelore: Command,
    private readonly surroundings: Surroundings,
  ) {
    this.terminal = openTerminal(surroundings.stderr);
    this.signal = surroundings.signal;
  }

  /** A result as text, or as one JSON object. */
  print(result: unknown, text: string, json?: boolean): void {
    this.write(json ? `${JSON.stringify(result)}\n` : text);
  }

  write(text: string): void {
    this.surroundings.stdout.write(text);
  }

  command(name: string, description: string): Command {
    return this.edgelore.command(name).description(description).exitOverride();
  }

  withDataset(name: string, description: string, argument = '<folder>'): Command {
    return this.command(name, description)
      .argument(argument, 'folder of images and annotations')
      .option('--format <name>', `annotation format: ${datasetFormats.join(', ')}; found out when left out`)
      .option('--face-class <name>', 'category that means a face (COCO, VOC, YOLO)')
      .option('--json', 'print one JSON object instead of a text');
  }

  withPlatform(command: Command): Command {
    return command
      .option('--url <url>', 'the platform; its key is read from EDGELORE_API_KEY')
      .option('--name <text>', 'name of the task at the platform ("faces" when left out); the first one stays')
      .option('--max-macs <n>', 'only configurations with at most so many multiply-accumulates', positive)
      .option('--max-bytes <n>', 'only configurations whose weights take at most so many bytes', positive);
  }

  withPrivacy(command: Command): Command {
    return command
      .option(
        '--epsilon <n>',
        'add noise to the description, so that no picture shows more than this (docs/privacy.md)',
        positive,
      )
      .option('--delta <n>', 'the chance left beside epsilon', positive, 1e-5);
  }

  withTraining(command: Command): Command {
    return command
      .option('--minutes <n>', 'training time of one configuration', positive, 10)
      .option('--steps <n>', 'training steps instead of a time; the same steps and seed repeat a run', whole)
      .option('--seed <n>', 'seed of everything random', whole, 1)
      .option(
        '--trainer <command>',
        'train with a program of yours, told of {config}, {data} and {out} (docs/external-trainer.md)',
        (command: string) => ExternalTrainer.parse(command),
      );
  }

  async open(folder: string, flags: DatasetFlags): Promise<Dataset> {
    const dataset = await openDataset(folder, {
      ...(flags.format !== undefined && { format: flags.format }),
      ...(flags.faceClass !== undefined && { faceClass: flags.faceClass }),
    });
    for (const { message, examples } of dataset.problems) this.terminal.line(`${message}, such as ${examples[0]}`);
    return dataset;
  }

  connect(flags: Pick<PlatformFlags, 'url'>): PlatformClient {
    return new PlatformClient({
      ...platformSettings(flags.url),
      onRetry: (reason, wait) => this.terminal.line(`${reason}; trying again in ${wait} ms`),
    });
  }

  memoryOf(dataset: Dataset): Promise<TaskFolder> {
    return TaskFolder.open(homeFolder(), dataset);
  }
}

export function guaranteeOf({ epsilon, delta }: PrivacyChoice): Guarantee | undefined {
  return epsilon === undefined ? undefined : { epsilon, delta };
}

export function limitsOf(flags: PlatformFlags): { maxMacs?: number; maxBytes?: number } {
  return {
    ...(flags.maxMacs !== undefined && { maxMacs: flags.maxMacs }),
    ...(flags.maxBytes !== undefined && { maxBytes: flags.maxBytes }),
  };
}

export function budgetOf(flags: TrainingFlags): TrainingBudget {
  return flags.steps === undefined ? { seconds: flags.minutes * 60 } : { steps: flags.steps };
}
