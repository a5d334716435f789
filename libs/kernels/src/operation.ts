/** An address in a runtime's memory, in bytes. */
export type Pointer = number;

/** A kernel, its arguments, and the number of tiles that threads share. Made by the builders of this package, run by a `KernelRuntime`. */
export interface Operation {
  readonly kernel: string;
  /** 32-bit words: pointers, integers, or floats by `floatBits`. */
  readonly args: readonly number[];
  readonly tiles: number;
}

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** The 32-bit word that holds a float. */
export function floatBits(value: number): number {
  float[0] = value;
  return word[0] as number;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** The two 32-bit words that hold a float64. */
export function doubleBits(value: number): [number, number] {
  double[0] = value;
  return [words[0] as number, words[1] as number];
}
