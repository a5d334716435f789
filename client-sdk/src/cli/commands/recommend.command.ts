import { formatRecommendations } from '../../cycle/print-recommendations.js';
import { recommendFor } from '../../cycle/run-cycle.js';
import { type CommandLine, guaranteeOf, limitsOf, type PlatformFlags, type PrivacyChoice } from '../command-line.js';

export function recommendCommand(line: CommandLine): void {
  line
    .withPrivacy(
      line.withPlatform(line.withDataset('recommend', 'describe a dataset and ask the platform for configurations')),
    )
    .option('--explain', 'say what drives each rank, what past tasks are nearest, and what regret to expect')
    .action(async (folder: string, flags: PlatformFlags & PrivacyChoice & { explain?: boolean }) => {
      const dataset = await line.open(folder, flags);
      const result = await recommendFor(
        {
          dataset,
          client: line.connect(flags),
          name: flags.name,
          limits: limitsOf(flags),
          guarantee: guaranteeOf(flags),
          progress: line.terminal,
          signal: line.signal,
        },
        await line.memoryOf(dataset),
      );
      line.print(result, formatRecommendations(result, flags.explain), flags.json);
    });
}
