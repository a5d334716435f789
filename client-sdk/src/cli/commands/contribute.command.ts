import { contribute } from '../../federation/contribute.js';
import type { CommandLine, PlatformFlags } from '../command-line.js';
import { homeFolder } from '../settings.js';

export function contributeCommand(line: CommandLine): void {
  line
    .withDataset(
      'contribute',
      'train the platform’s extractor together with other owners; only the sum of all changes is seen',
    )
    .option('--url <url>', 'the platform; its key is read from EDGELORE_API_KEY')
    .option('--name <text>', 'name of the task at the platform ("faces" when left out); the first one stays')
    .action(async (folder: string, flags: PlatformFlags) => {
      const dataset = await line.open(folder, flags);
      const result = await contribute({
        dataset,
        client: line.connect(flags),
        home: homeFolder(),
        name: flags.name,
        progress: line.terminal,
        signal: line.signal,
      });
      const bytes = result.sent.reduce((sum, message) => sum + message.bytes, 0);
      const lines = [
        `contributed ${result.numbers} numbers learnt from ${result.images} images and ${result.trials} trials, masked, to a sum of ${result.contributors} owners`,
        `clipped     norm ${result.norm.trained.toFixed(3)} to ${result.norm.clipped.toFixed(3)}`,
        ...result.sent.map((message) => `sent        ${message.step.padEnd(6)} ${message.bytes} bytes`),
        `in all      ${bytes} bytes left this machine`,
      ];
      line.print(result, `${lines.join('\n')}\n`, flags.json);
    });
}
