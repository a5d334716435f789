import { createHash } from 'node:crypto';
import { commandWords, refused } from './command-words.js';

/** The files that a trainer is told of. */
export interface TrainerFiles {
  /** What to train. */
  readonly config: string;
  /** With which images. */
  readonly data: string;
  /** Where the result is to be written. */
  readonly out: string;
}

const PLACES = ['config', 'data', 'out'] as const satisfies (keyof TrainerFiles)[];

/** A command of the owner's that trains one configuration, as docs/external-trainer.md describes. */
export class ExternalTrainer {
  /** Names the command: another command's runs are other runs. */
  readonly id: string;

  private constructor(
    readonly command: string,
    private readonly words: readonly string[],
  ) {
    this.id = createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 8);
  }

  /**
   * @param command a program and its arguments, with `{config}`, `{data}` and `{out}` in place of the three files' paths.
   * @throws ClientError TRAINER_INVALID when it cannot be split into words or lacks one of the three.
   *
   * @example
   * ```ts
   * const trainer = ExternalTrainer.parse('python3 "my trainer.py" {config} {data} --out={out}');
   * const files = { config: '/runs/1 a/config.json', data: '/runs/1 a/data.json', out: '/runs/1 a/out.json' };
   * trainer.wordsFor(files).slice(1, 3); // => ['my trainer.py', '/runs/1 a/config.json']
   * trainer.wordsFor(files).at(-1); // => '--out=/runs/1 a/out.json'
   * ```
   */
  static parse(command: string): ExternalTrainer {
    const words = commandWords(command);
    const missing = PLACES.find((place) => !words.slice(1).some((word) => word.includes(`{${place}}`)));
    if (missing !== undefined) {
      throw refused(command, `has no {${missing}}`, 'Say with {config}, {data} and {out} where the three paths belong');
    }
    return new ExternalTrainer(command, words);
  }

  /** Program and arguments; a path with blanks stays one argument. */
  wordsFor(files: TrainerFiles): string[] {
    return this.words.map((word) =>
      word.replace(/\{(config|data|out)\}/g, (_, place: keyof TrainerFiles) => files[place]),
    );
  }
}
