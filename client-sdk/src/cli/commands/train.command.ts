import { readFile } from 'node:fs/promises';
import {
  type Configuration,
  configurationId,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
} from '@edgelore/search-space';
import { formatRun } from '../../cycle/print-cycle.js';
import { trainRun } from '../../cycle/train-run.js';
import { ClientError } from '../../errors/client.error.js';
import { budgetOf, type CommandLine, type TrainingFlags } from '../command-line.js';

export function trainCommand(line: CommandLine): void {
  line
    .withTraining(line.withDataset('train', 'train one configuration and evaluate it on held-out images'))
    .option('--configuration <file>', 'JSON file of a configuration; the default one when left out')
    .action(async (folder: string, flags: TrainingFlags & { configuration?: string }) => {
      const dataset = await line.open(folder, flags);
      const configuration = flags.configuration
        ? await readConfiguration(flags.configuration)
        : defaultConfiguration(faceDetectorSpace);
      const budget = budgetOf(flags);
      const memory = await line.memoryOf(dataset);
      const runFolder = memory.runFolder(configurationId(configuration), budget, flags.seed, flags.trainer);
      const result = await trainRun({
        dataset,
        configuration,
        budget,
        seed: flags.seed,
        folder: runFolder,
        trainer: flags.trainer,
        progress: line.terminal,
        signal: line.signal,
      });
      line.print({ ...result, folder: runFolder }, `${formatRun(result)}\n${runFolder}\n`, flags.json);
    });
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
