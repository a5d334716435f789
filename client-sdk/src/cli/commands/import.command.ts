import { OwnedTask } from '../../cycle/owned-task.js';
import { readTrials } from '../../import/read-trials.js';
import { type CommandLine, guaranteeOf, type PlatformFlags, type PrivacyChoice } from '../command-line.js';
import { homeFolder } from '../settings.js';

export function importCommand(line: CommandLine): void {
  line
    .withPrivacy(
      line.withPlatform(line.withDataset('import', 'report trials of the past from a CSV file (docs/sdk.md)')),
    )
    .argument('<csv>', 'columns ap50, seconds, steps, and dimensions by name or one column configuration')
    .action(async (folder: string, csv: string, flags: PlatformFlags & PrivacyChoice) => {
      const trials = await readTrials(csv);
      const task = await OwnedTask.open({
        dataset: await line.open(folder, flags),
        client: line.connect(flags),
        home: homeFolder(),
        name: flags.name,
        guarantee: guaranteeOf(flags),
        progress: line.terminal,
        signal: line.signal,
      });
      const bar = line.terminal.progress('import', 'trials');
      const reported = await task.reportAll(
        trials.map((trial) => ({ ...trial, backend: 'imported' })),
        (done) => bar.update(done, trials.length),
      );
      bar.end();
      const best = Math.max(...trials.map(({ ap50 }) => ap50));
      line.print(
        { trials: reported },
        `${reported.length} trials are at the platform; the best reached AP50 ${best.toFixed(3)}\n`,
        flags.json,
      );
    });
}
