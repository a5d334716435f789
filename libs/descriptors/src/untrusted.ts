import { DescriptorError, type DescriptorErrorCode } from './descriptor.error.js';

/** Reads an untrusted JSON object field by field; every refusal names the field. */
export class Untrusted {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    keys: readonly string[],
    private readonly code: DescriptorErrorCode,
    private readonly where: string,
  ) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw new DescriptorError(code, where, `${where} must be an object with the fields ${keys.join(', ')}.`);
    }
    this.#fields = value as Record<string, unknown>;
    const unknown = Object.keys(value).find((key) => !keys.includes(key));
    if (unknown !== undefined) throw this.refusal(unknown, `is not a field of ${where}; remove it`);
  }

  refusal(field: string, problem: string): DescriptorError {
    const full = `${this.where}.${field}`;
    return new DescriptorError(this.code, full, `${full} ${problem}.`);
  }

  child(field: string, keys: readonly string[]): Untrusted {
    return new Untrusted(this.#fields[field], keys, this.code, `${this.where}.${field}`);
  }

  literal<T extends string>(field: string, expected: T): T {
    if (this.#fields[field] !== expected) throw this.refusal(field, `must be "${expected}"`);
    return expected;
  }

  hash(field: string): string {
    const value = this.#fields[field];
    if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) {
      throw this.refusal(field, 'must be a SHA-256 in 64 lower-case hexadecimal digits');
    }
    return value;
  }

  integer(field: string, least: number, most: number): number {
    const value = this.#fields[field];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw this.refusal(field, `must be a whole number from ${least} to ${most}`);
    }
    return value;
  }

  number(field: string): number {
    const value = this.#fields[field];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.refusal(field, 'must be a finite number');
    return value;
  }

  numbers(field: string, length: number): number[] {
    return this.#finite(field, this.#fields[field], length);
  }

  matrix(field: string, leastRows: number, mostRows: number, columns: number): number[][] {
    const value = this.#fields[field];
    if (!Array.isArray(value) || value.length < leastRows || value.length > mostRows) {
      throw this.refusal(field, `must be a list of ${leastRows} to ${mostRows} rows`);
    }
    return value.map((row: unknown, at) => this.#finite(`${field}[${at}]`, row, columns));
  }

  #finite(field: string, value: unknown, length: number): number[] {
    if (!Array.isArray(value) || value.length !== length || !value.every((item) => Number.isFinite(item))) {
      throw this.refusal(field, `must be a list of ${length} finite numbers`);
    }
    return [...(value as number[])];
  }
}
