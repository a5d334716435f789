import { recommendFor } from '../../cycle/run-cycle.js';
import { type CommandLine, guaranteeOf, limitsOf, type PlatformFlags, type PrivacyChoice } from '../command-line.js';

export function recommendCommand(line: CommandLine): void {
  line
    .withPrivacy(
      line.withPlatform(line.withDataset('recommend', 'describe a dataset and ask the platform for configurations')),
    )
    .action(async (folder: string, flags: PlatformFlags & PrivacyChoice) => {
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
      const lines = result.recommendations.map(
        ({ rank, reason, cost, configuration }) =>
          `${rank}. ${reason} ${(cost.macs / 1e6).toFixed(1)} MMACs ${cost.bytes} bytes\n   ${JSON.stringify(configuration.values)}\n`,
      );
      line.print(result, lines.join(''), flags.json);
    });
}
