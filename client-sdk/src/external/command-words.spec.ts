import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClientError } from '../errors/client.error.js';
import { commandWords } from './command-words.js';
import { ExternalTrainer } from './external-trainer.js';

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
  return undefined;
};

describe('the words of a trainer command', () => {
  it.each([
    [`python3 train.py {config}`, ['python3', 'train.py', '{config}']],
    [`  a\t"b c"  'd  e' `, ['a', 'b c', 'd  e']],
    [`a "" ''`, ['a', '', '']],
    [`--x="a b"c'd'`, ['--x=a bcd']],
    [`a\\ b \\"c "d\\"e\\\\f\\g" 'h\\i'`, ['a b', '"c', 'd"e\\f\\g', 'h\\i']],
    [`a "|" '>' \\&`, ['a', '|', '>', '&']],
    ['$HOME *', ['$HOME', '*']],
  ])('of %s', (command, words) => {
    expect(commandWords(command, false)).toEqual(words);
  });

  it('keep the backslashes of Windows paths', () => {
    expect(commandWords(String.raw`C:\Python\python.exe "C:\my files\train.py" \"x`, true)).toEqual([
      String.raw`C:\Python\python.exe`,
      String.raw`C:\my files\train.py`,
      '"x',
    ]);
  });

  it('are those of a shell, whatever is quoted', () => {
    if (process.platform === 'win32') {
      console.info('words of a shell: passes without a check on Windows');
      return;
    }
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '|', '\t', '$', '{config}', 'é') });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (words) => {
        const single = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
        expect(commandWords(single, false)).toEqual(words);
      }),
    );
    const command = `one 'two  three' "fo\\"ur\\\\ \\five" si\\ x'y'"z" ''`;
    const shell = execFileSync('/bin/sh', ['-c', `for word in ${command}; do printf '%s\\0' "$word"; done`], {
      encoding: 'utf8',
    });
    expect(commandWords(command, false)).toEqual(shell.split('\0').slice(0, -1));
  });

  it.each(['', '   ', `a "b`, `a 'b`, 'a \\', 'a > log', 'a; b', 'a|b', 'a && b'])('refuses %j', (command) => {
    expect(codeOf(() => commandWords(command, false))).toBe('TRAINER_INVALID');
  });

  it.each(['t {config} {data}', 't {config} {out}', 't {data} {out}', '{config} {data} {out}'])(
    'refuses a trainer that is not told of all three files: %s',
    (command) => {
      expect(codeOf(() => ExternalTrainer.parse(command))).toBe('TRAINER_INVALID');
    },
  );

  it('puts paths in as they are, whatever characters they have', () => {
    const trainer = ExternalTrainer.parse('t --c={config} {data} "{out}.json" {other}');
    const files = { config: `/a b/'"$&`, data: '{out}', out: String.raw`C:\x y\{config}` };
    expect(trainer.wordsFor(files)).toEqual([
      't',
      `--c=/a b/'"$&`,
      '{out}',
      String.raw`C:\x y\{config}.json`,
      '{other}',
    ]);
    expect(ExternalTrainer.parse('t  --c={config} {data} {out}.json {other}').id).toBe(trainer.id);
  });
});
