import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';

/** Results by what they depend on, a line each: a run that was killed goes on where it stopped. */
export class Journal<Result> {
  readonly #known = new Map<string, Result>();

  /** Opens a file of lines; a last line that a kill cut short is dropped. */
  constructor(private readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) {
      truncateSync(file, Buffer.byteLength(whole));
    }
    for (const line of whole.split('\n').filter(Boolean)) {
      const { key, result } = JSON.parse(line) as { readonly key: string; readonly result: Result };
      this.#known.set(key, result);
    }
  }

  get(key: string): Result | undefined {
    return this.#known.get(key);
  }

  /** @param about what a reader of the file wants to know */
  add(key: string, result: Result, about: unknown): void {
    this.#known.set(key, result);
    appendFileSync(this.file, `${JSON.stringify({ key, result, about })}\n`);
  }
}

export function keyOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20);
}
