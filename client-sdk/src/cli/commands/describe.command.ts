import { encodeDescription } from '@edgelore/descriptors';
import { describeOnce } from '../../cycle/describe-once.js';
import type { TaskFolder } from '../../cycle/task-folder.js';
import { type CommandLine, type DatasetFlags, guaranteeOf, type PrivacyChoice } from '../command-line.js';

interface DescribeFlags extends DatasetFlags, PrivacyChoice {
  readonly url?: string;
  readonly dryRun?: boolean;
}

export function describeCommand(line: CommandLine): void {
  line
    .withPrivacy(line.withDataset('describe', 'compute the description of a dataset on this machine'))
    .option('--url <url>', 'the platform, asked for its extractor')
    .option('--dry-run', 'print exactly what would leave this machine, and send nothing')
    .action(async (folder: string, flags: DescribeFlags) => {
      const dataset = await line.open(folder, flags);
      const memory = await line.memoryOf(dataset);
      const description = await describeOnce(
        {
          dataset,
          client: line.connect(flags),
          guarantee: guaranteeOf(flags),
          progress: line.terminal,
          signal: line.signal,
        },
        memory,
      );
      if (flags.dryRun) {
        // The description is what leaves; beside it only a random key, the name given with --name, and the noise.
        line.terminal.line(`what would leave ${noiseOn(memory)}`);
        line.write(`${encodeDescription(description)}\n`);
        return;
      }
      const { images, dimension, rows, batchSize, extractorVersion } = description;
      line.print(
        { images, dimension, batches: rows.length, batchSize, extractorVersion, privacy: memory.protection ?? null },
        `${images} images: ${rows.length} batch means of ${dimension} numbers, at least ${batchSize} images each; it ${noiseOn(memory)}\n`,
        flags.json,
      );
    });
}

function noiseOn({ protection }: TaskFolder): string {
  if (protection === undefined) return 'is without noise: no formal guarantee';
  const { epsilon, delta, sigma } = protection;
  return `carries noise of deviation ${sigma.toPrecision(3)}: epsilon ${epsilon}, delta ${delta}`;
}
