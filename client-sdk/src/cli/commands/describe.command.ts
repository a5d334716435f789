import { encodeDescription } from '@edgelore/descriptors';
import { describeOnce } from '../../cycle/run-cycle.js';
import type { CommandLine, DatasetFlags } from '../command-line.js';

interface DescribeFlags extends DatasetFlags {
  readonly url?: string;
  readonly dryRun?: boolean;
}

export function describeCommand(line: CommandLine): void {
  line
    .withDataset('describe', 'compute the description of a dataset on this machine')
    .option('--url <url>', 'the platform, asked for its extractor')
    .option('--dry-run', 'print exactly what would leave this machine, and send nothing')
    .action(async (folder: string, flags: DescribeFlags) => {
      const dataset = await line.open(folder, flags);
      const description = await describeOnce(
        { dataset, client: line.connect(flags), progress: line.terminal, signal: line.signal },
        await line.memoryOf(dataset),
      );
      if (flags.dryRun) {
        // The description is what leaves; beside it only a random key and the name given with --name.
        line.write(`${encodeDescription(description)}\n`);
        return;
      }
      const { images, dimension, rows, batchSize, extractorVersion } = description;
      line.print(
        { images, dimension, batches: rows.length, batchSize, extractorVersion },
        `${images} images: ${rows.length} batch means of ${dimension} numbers, at least ${batchSize} images each\n`,
        flags.json,
      );
    });
}
