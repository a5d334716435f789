import { ClientError } from '../errors/client.error.js';

/** What would mean something to a shell, and nothing here. */
const OPERATORS = '|&;<>';

/**
 * The words of a command line as a shell would split them: blanks part words, '...' is taken as it stands, "..." too except for `\"` and `\\`, and
 * a backslash takes the next character as it stands. On Windows a backslash is an ordinary character, except before `"`. Nothing is expanded, and no shell runs.
 *
 * @throws ClientError TRAINER_INVALID for a quote left open, a trailing backslash, an unquoted `|&;<>`, or no word at all.
 */
export function commandWords(command: string, windows: boolean = process.platform === 'win32'): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const end = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let at = 0; at < command.length; at += 1) {
    const character = command.charAt(at);
    const next = command.charAt(at + 1);
    const escapes = windows ? next === '"' : quote === '' || next === '"' || next === '\\';
    if (character === '\\' && quote !== "'" && escapes) {
      if (next === '') throw refused(command, 'ends with a backslash', 'Remove it, or put the word into quotes');
      word = (word ?? '') + next;
      at += 1;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      end();
    } else if (OPERATORS.includes(character)) {
      throw refused(
        command,
        `has an unquoted ${character}, and no shell runs this command`,
        'Put it into quotes, or the whole line into a script',
      );
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') throw refused(command, `has a ${quote} that is never closed`, 'Close it');
  end();
  if (words.length === 0) throw refused(command, 'is empty', 'Name a program with {config}, {data} and {out}');
  return words;
}

export function refused(command: string, problem: string, remedy: string): ClientError {
  return new ClientError('TRAINER_INVALID', { file: `--trainer ${JSON.stringify(command)}`, problem, remedy });
}
