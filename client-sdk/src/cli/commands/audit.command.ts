import type { AuditReport } from '@edgelore/privacy';
import { auditDataset } from '../../privacy/audit-dataset.js';
import { type CommandLine, type DatasetFlags, guaranteeOf, type PrivacyChoice, whole } from '../command-line.js';

interface AuditFlags extends DatasetFlags, PrivacyChoice {
  readonly url?: string;
  readonly trials: number;
  readonly seed: number;
}

export function auditCommand(line: CommandLine): void {
  line
    .withPrivacy(line.withDataset('audit', 'attack the description of a dataset on this machine, before it leaves'))
    .option('--url <url>', 'the platform, asked for its extractor')
    .option('--trials <n>', 'descriptions attacked, at least 100', whole, 10_000)
    .option('--seed <n>', 'seed of the attacks', whole, 1)
    .action(async (folder: string, flags: AuditFlags) => {
      const dataset = await line.open(folder, flags);
      const memory = await line.memoryOf(dataset);
      const report = await auditDataset({
        dataset,
        client: line.connect(flags),
        openJournal: memory.openJournal,
        guarantee: guaranteeOf(flags),
        trials: flags.trials,
        seed: flags.seed,
        progress: line.terminal,
        signal: line.signal,
      });
      line.print(report, formatAudit(report, flags), flags.json);
    });
}

function formatAudit({ images, bound, exposed, worstPair, inversion }: AuditReport, flags: AuditFlags): string {
  const noise = flags.epsilon === undefined ? 'without noise' : `at epsilon ${flags.epsilon}, delta ${flags.delta}`;
  return [
    `${images} images, ${noise}; attackers know the extractor, and accuse one innocent dataset in a hundred`,
    `membership: no attack finds more than ${percent(bound)}`,
    `  of the picture that stands out most, with all others known: found ${percent(exposed.truePositiveRate)}`,
    `  of the worst picture there could be: found ${percent(worstPair.truePositiveRate)} +- ${percent(worstPair.standardError)}`,
    'inversion: of what tells pictures apart in the descriptor, a trained decoder finds',
    `  ${percent(inversion.othersKnown)} where all other pictures are known, ${percent(inversion.othersUnknown)} where none is`,
    '',
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * Math.max(0, share)).toFixed(2)}%`;
}
