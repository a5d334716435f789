import path from 'node:path';
import type { CycleProgress } from '../../cycle/cycle-progress.js';
import { formatCycle } from '../../cycle/print-cycle.js';
import { runCycle } from '../../cycle/run-cycle.js';
import { demoDomains } from '../../demo/demo-domain.js';
import { writeDemo } from '../../demo/write-demo.js';
import {
  budgetOf,
  type CommandLine,
  guaranteeOf,
  limitsOf,
  type PlatformFlags,
  type PrivacyChoice,
  type TrainingFlags,
  whole,
} from '../command-line.js';
import { homeFolder } from '../settings.js';

type RunFlags = PlatformFlags &
  PrivacyChoice &
  TrainingFlags & { readonly trials: number; readonly anew?: boolean; readonly detections?: string };

export function runCommand(line: CommandLine): void {
  line
    .withTraining(
      line.withPrivacy(
        line.withPlatform(line.withDataset('run', 'the whole cycle: describe, recommend, train, report', '[folder]')),
      ),
    )
    .option('--trials <n>', 'how many of the recommended configurations to train', whole, 1)
    .option('--detections <file>', 'what a detector that you have finds on these images, judged as well (docs/sdk.md)')
    .option('--anew', 'ask for new recommendations instead of going on with the last ones')
    .action(async (folder: string | undefined, flags: RunFlags) => {
      const home = homeFolder();
      const dataset = await line.open(folder ?? (await demoFolder(home, line.terminal, line.signal)), flags);
      const result = await runCycle({
        dataset,
        client: line.connect(flags),
        home,
        name: flags.name,
        trials: flags.trials,
        anew: flags.anew === true,
        detections: flags.detections,
        budget: budgetOf(flags),
        seed: flags.seed,
        trainer: flags.trainer,
        limits: limitsOf(flags),
        guarantee: guaranteeOf(flags),
        progress: line.terminal,
        signal: line.signal,
      });
      line.print(result, formatCycle(result), flags.json);
    });
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
