import { balanceOf, epsilonOf, type PrivacyLedger } from '@edgelore/privacy';
import { type CommandLine, type DatasetFlags, positive } from '../command-line.js';

interface PrivacyFlags extends DatasetFlags {
  readonly cap?: number;
  readonly delta: number;
}

export function privacyCommand(line: CommandLine): void {
  line
    .withDataset('privacy', 'show what the pictures of a dataset have given away, and what is left')
    .option('--cap <epsilon>', 'let every dataset on this machine spend so much in its lifetime', positive)
    .option('--delta <n>', 'delta of the cap', positive, 1e-5)
    .action(async (folder: string, { cap, delta, json, ...flags }: PrivacyFlags) => {
      const task = await line.memoryOf(await line.open(folder, flags));
      const book = await task.privacy();
      const { ledger } = cap === undefined ? book : await book.limit({ epsilon: cap, delta });
      line.print({ ...ledger, balance: balanceOf(ledger) }, formatLedger(ledger), json);
    });
}

function formatLedger(ledger: PrivacyLedger): string {
  const { cap, entries } = ledger;
  const { epsilon, unprotected, left } = balanceOf(ledger);
  const lines = entries.map(({ what, at, mu }) => {
    const cost = mu === null ? 'without noise' : `epsilon ${epsilonOf(mu, cap.delta).toFixed(2)}`;
    return `${at}  ${what}  ${cost}`;
  });
  if (unprotected > 0) lines.push('Something left without noise: no formal guarantee holds for its pictures.');
  lines.push(
    `epsilon ${epsilon.toFixed(2)} of ${cap.epsilon} spent at delta ${cap.delta}; one more release may have ${(Math.floor(left.epsilon * 100) / 100).toFixed(2)}`,
  );
  return `${lines.join('\n')}\n`;
}
