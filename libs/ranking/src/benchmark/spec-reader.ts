import type { RankingError } from '../ranking.error.js';
import { tableError } from './table-error.js';

/** Reads the fields of a JSON object one by one and complains by name, of unknown ones too. */
export class SpecReader {
  readonly #known = new Set<string>();

  private constructor(
    private readonly file: string,
    private readonly path: string,
    private readonly fields: Readonly<Record<string, unknown>>,
  ) {}

  static parse(file: string, text: string): SpecReader {
    let root: unknown;
    try {
      root = JSON.parse(text);
    } catch (error) {
      throw tableError({ file }, `it is no JSON (${error instanceof Error ? error.message : error}); mend it`);
    }
    if (!isObject(root)) {
      throw tableError({ file }, 'it is not a JSON object; write {"items": ..., "targets": ...}');
    }
    return new SpecReader(file, '', root);
  }

  optional<Value, Otherwise>(key: string, read: () => Value, otherwise: Otherwise): Value | Otherwise {
    this.#known.add(key);
    return this.fields[key] === undefined ? otherwise : read();
  }

  text(key: string): string {
    return this.#take(key, (value) => typeof value === 'string' && value !== '', 'a text');
  }

  number(key: string): number {
    return this.#take(key, Number.isFinite, 'a number');
  }

  flag(key: string): boolean {
    return this.#take(key, (value) => typeof value === 'boolean', 'true or false');
  }

  whole(key: string, least: number, most: number): number {
    return this.#take(key, isWhole(least, most), `a whole number from ${least} to ${most}`);
  }

  oneOf<Name extends string>(key: string, names: readonly Name[]): Name {
    return this.#take(key, (value) => names.some((name) => name === value), `one of ${names.join(', ')}`);
  }

  /** A list of texts, or one text. */
  texts(key: string): string[] {
    const value = this.#take<string | string[]>(
      key,
      (given) => isListOf([given].flat(), (entry) => typeof entry === 'string' && entry !== ''),
      'a text or a list of texts',
    );
    return [value].flat();
  }

  wholes(key: string, least: number, most: number): number[] {
    return this.#take(
      key,
      (value) => isListOf(value, isWhole(least, most)),
      `a list of whole numbers from ${least} to ${most}`,
    );
  }

  pairs(key: string): [number, number][] {
    const whole = isWhole(0, Number.MAX_SAFE_INTEGER);
    return this.#take(
      key,
      (value) => isListOf(value, (pair) => isListOf(pair, whole) && (pair as unknown[]).length === 2),
      'a list of [from, to] in whole numbers',
    );
  }

  object(key: string): SpecReader {
    return new SpecReader(this.file, this.#pathOf(key), this.#take(key, isObject, 'an object'));
  }

  /** @param short field that a text alone stands for */
  objects(key: string, short?: string): SpecReader[] {
    const list: unknown[] = this.#take(
      key,
      (value) => isListOf(value, (entry) => isObject(entry) || (short !== undefined && typeof entry === 'string')),
      short === undefined ? 'a list of objects' : `a list of texts or of objects with "${short}"`,
    );
    return list.map((entry, at) => {
      const fields = isObject(entry) ? entry : { [short!]: entry };
      return new SpecReader(this.file, `${this.#pathOf(key)}[${at}]`, fields);
    });
  }

  /** To be called when all fields are read. */
  end(): void {
    const unknown = Object.keys(this.fields).find((key) => !this.#known.has(key));
    if (unknown !== undefined) {
      throw this.error(unknown, `there is no such field; ${this.path || 'the top'} has ${[...this.#known].join(', ')}`);
    }
  }

  error(key: string, problem: string): RankingError {
    return tableError({ file: `${this.file}, field ${key ? this.#pathOf(key) : this.path}` }, problem);
  }

  #pathOf(key: string): string {
    return this.path ? `${this.path}.${key}` : key;
  }

  #take<Value>(key: string, accepts: (value: unknown) => boolean, expected: string): Value {
    this.#known.add(key);
    const value = this.fields[key];
    if (!accepts(value)) {
      const given = value === undefined ? 'it is missing' : `it is ${JSON.stringify(value).slice(0, 60)}`;
      throw this.error(key, `${given}; it must be ${expected}`);
    }
    return value as Value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, accepts: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(accepts);
}

function isWhole(least: number, most: number): (value: unknown) => boolean {
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
