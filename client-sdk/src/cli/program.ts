import { Command } from 'commander';
import { CommandLine, type Surroundings } from './command-line.js';
import { auditCommand } from './commands/audit.command.js';
import { contributeCommand } from './commands/contribute.command.js';
import { describeCommand } from './commands/describe.command.js';
import { evaluateCommand } from './commands/evaluate.command.js';
import { importCommand } from './commands/import.command.js';
import { privacyCommand } from './commands/privacy.command.js';
import { recommendCommand } from './commands/recommend.command.js';
import { reportCommand } from './commands/report.command.js';
import { runCommand } from './commands/run.command.js';
import { trainCommand } from './commands/train.command.js';

/** One file a command; the order is that of the help. */
const commands = [
  describeCommand,
  auditCommand,
  privacyCommand,
  recommendCommand,
  trainCommand,
  evaluateCommand,
  reportCommand,
  importCommand,
  runCommand,
  contributeCommand,
];

/** The `edgelore` command. Results go to stdout, progress and errors to stderr. */
export function program(surroundings: Surroundings): Command {
  const { stdout, stderr } = surroundings;
  const edgelore = new Command('edgelore')
    .description('Finds, trains and reports the face detector that fits your images. Images never leave this machine.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) });
  const line = new CommandLine(edgelore, surroundings);
  for (const add of commands) add(line);
  return edgelore;
}
