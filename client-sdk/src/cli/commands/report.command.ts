import path from 'node:path';
import { reportRun } from '../../cycle/report-run.js';
import { submitTask } from '../../cycle/run-cycle.js';
import { ClientError } from '../../errors/client.error.js';
import { readRun } from '../../train/run-result.js';
import type { CommandLine, PlatformFlags } from '../command-line.js';

export function reportCommand(line: CommandLine): void {
  line
    .withPlatform(line.withDataset('report', 'report a finished training run'))
    .requiredOption('--run <folder>', 'folder of the run, as `edgelore train` printed it')
    .action(async (folder: string, flags: PlatformFlags & { run: string }) => {
      const result = await readRun(path.resolve(flags.run));
      if (!result) {
        throw new ClientError('RUN_DAMAGED', {
          file: flags.run,
          problem: 'holds no finished training run',
          remedy: 'Train with `edgelore train` first',
        });
      }
      const client = line.connect(flags);
      const dataset = await line.open(folder, flags);
      const { taskId } = await submitTask(
        { dataset, client, name: flags.name, progress: line.terminal, signal: line.signal },
        await line.memoryOf(dataset),
      );
      const trial = await reportRun(client, taskId, result);
      line.print(trial, `reported AP50 ${trial.score.toFixed(3)} as ${trial.reportId}\n`, flags.json);
    });
}
